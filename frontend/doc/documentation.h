// What `nnc doc` shows: every name that is in scope in each file without being declared there.
#pragma once

#include <string>
#include <vector>

namespace nnc {

struct Documentation {
  std::string name;     // "Linear"
  std::string place;    // "std/layers.nn:4"; "builtin"
  std::string comment;  // the lines above the declaration, without `# `
  std::string source;   // the declaration; of a builtin its signature: `sum(x, *, axis = ..., keepdims = ...)`

  // The file without the line; "builtin".
  std::string file() const { return place.substr(0, place.find(':')); }
};

// The standard library's declarations, file by file in the order of the text, then the builtins.
std::vector<Documentation> AllDocumentation();

}  // namespace nnc
