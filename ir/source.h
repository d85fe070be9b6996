// Places in source files.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nnc {

// A stretch of one line of one file. Lines and columns count from 1; columns and length are in bytes. `file` 0 is
// "nowhere".
struct Span {
  uint32_t file = 0;
  uint32_t line = 0;
  uint32_t column = 0;
  uint32_t length = 0;

  bool known() const { return file != 0; }
  bool operator==(const Span&) const = default;
};

// Owns the text of every file that a span may name. A file that is only named (by a `loc` in a .nnir file) has no text.
class SourceManager {
 public:
  struct File {
    std::string path;  // as shown in messages and printed by `loc`
    std::string text;
    bool library = false;               // part of the standard library
    std::vector<uint32_t> line_starts;  // byte offsets
  };

  // Registers a file with its text and returns its id (from 1). A path that is already there keeps its id and gets the
  // text.
  uint32_t Add(std::string path, std::string text, bool library = false);
  // The id of a file known by its path alone; registers it without text where it is new.
  uint32_t Intern(std::string_view path);

  const File& file(uint32_t id) const { return files_[id - 1]; }
  // The line that holds `span`, without its newline; empty where the text is not known.
  std::string_view Line(const Span& span) const;
  // The span of bytes [begin, end) of a file, cut at the end of its first line.
  Span At(uint32_t file, uint32_t begin, uint32_t end) const;
  // "path:line:col", or "<unknown>".
  std::string Describe(const Span& span) const;

 private:
  std::deque<File> files_;
};

}  // namespace nnc
