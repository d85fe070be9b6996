// Files that are part of the program: the standard library, the pages' styles and scripts.
#pragma once

#include <string_view>

namespace nnc {

struct EmbeddedFile {
  std::string_view path;  // below its folder: "std/linear.nn"
  std::string_view text;
};

}  // namespace nnc
