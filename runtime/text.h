// Characters of a text file as ids, cut into windows.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "runtime/tensor.h"

namespace nnc::runtime {

struct TextWindows {
  int64_t window = 0;
  int64_t stride = 0;  // 0: `window`, so that windows do not overlap
  int64_t shift = 0;   // characters by which every window is moved on
};

struct Text {
  Tensor ids;                           // i32 [rows, window]
  std::vector<std::string> characters;  // the distinct ones by code point; a character's id is its index
};

// Throws Failure BadDataFile on invalid UTF-8 (at `file@byte`) and on a text shorter than one window.
Text ReadText(const std::string& path, const TextWindows& windows);

}  // namespace nnc::runtime
