// What the header of a safetensors file says, checked.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/stored.h"

namespace nnc::runtime {

struct SafetensorsHeader {
  struct Entry {
    std::string name;
    Stored stored{};
    std::vector<int64_t> shape;
    uint64_t begin = 0, end = 0;  // within the data
  };
  std::vector<Entry> entries;  // in the order of their bytes
  uint64_t data = 0;           // where the tensors' bytes begin
  std::map<std::string, std::string> metadata;
};

// Of a whole file's bytes. It is read from front to back and ends at the first thing that is wrong, so that a header
// takes the memory of what it says, however it is nested. Throws Failure BadWeights as ReadSafetensors does.
SafetensorsHeader ParseSafetensorsHeader(std::string_view bytes, const std::string& path);

}  // namespace nnc::runtime
