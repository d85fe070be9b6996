// A line of text for a terminal, in parts that may have colours.
#pragma once

#include <string>
#include <vector>

namespace nnc::driver {

enum class TextStyle { kPlain, kBold, kFaint, kAccent };

class StyledLine {
 public:
  StyledLine& Add(std::string text, TextStyle style = TextStyle::kPlain);
  // In columns: a code point takes one.
  int width() const;
  // The first `columns` columns.
  StyledLine Cut(int columns) const;
  // With ANSI colours or without.
  std::string Text(bool color) const;

 private:
  struct Part {
    std::string text;
    TextStyle style;
  };
  std::vector<Part> parts_;
};

// Code points of UTF-8.
int Columns(const std::string& text);

}  // namespace nnc::driver
