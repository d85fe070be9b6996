// Characters of a text file as ids, cut into windows.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "runtime/tensor.h"

namespace nnc::runtime {

struct Text {
  Tensor ids;                           // i32 [characters of the file]
  std::vector<std::string> characters;  // the distinct ones by code point; a character's id is its index
};

// Reads the file once, through a small buffer. Throws Failure BadDataFile on invalid UTF-8, at `file@byte`.
Text ReadText(const std::string& path);

struct TextWindows {
  int64_t window = 0;
  int64_t stride = 0;  // 0: `window`, so that windows do not overlap
  int64_t shift = 0;   // characters by which every window is moved on
};

// i32 [rows, window]. Windows that follow one another are borrowed from the text's ids, others copied. Throws Failure
// DataShape on a text shorter than one window.
Tensor CutWindows(const Text& text, const TextWindows& windows, const std::string& path);

}  // namespace nnc::runtime
