#include "driver/styled_line.h"

#include <algorithm>

namespace nnc::driver {
namespace {

bool Continues(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U; }

const char* CodeOf(TextStyle style) {
  switch (style) {
    case TextStyle::kPlain:
      return "";
    case TextStyle::kBold:
      return "\033[1m";
    case TextStyle::kFaint:
      return "\033[2m";
    case TextStyle::kAccent:
      return "\033[36m";
  }
  return "";
}

}  // namespace

int Columns(const std::string& text) {
  return static_cast<int>(std::ranges::count_if(text, [](char byte) { return !Continues(byte); }));
}

StyledLine& StyledLine::Add(std::string text, TextStyle style) {
  parts_.push_back({std::move(text), style});
  return *this;
}

int StyledLine::width() const {
  int width = 0;
  for (const Part& part : parts_) width += Columns(part.text);
  return width;
}

StyledLine StyledLine::Cut(int columns) const {
  StyledLine cut;
  for (const Part& part : parts_) {
    std::string text;
    for (char byte : part.text) {
      if (!Continues(byte) && columns-- <= 0) return cut.Add(std::move(text), part.style);
      text += byte;
    }
    cut.Add(std::move(text), part.style);
  }
  return cut;
}

std::string StyledLine::Text(bool color) const {
  std::string line;
  for (const Part& part : parts_) {
    const bool styled = color && part.style != TextStyle::kPlain && !part.text.empty();
    line += styled ? CodeOf(part.style) + part.text + "\033[0m" : part.text;
  }
  return line;
}

}  // namespace nnc::driver
