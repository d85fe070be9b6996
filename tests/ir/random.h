// Random choices for tests, the same on every machine and in every run.
#pragma once

#include <cstdint>
#include <vector>

#include "ir/evaluate.h"

namespace nnc::ir {

class Random {
 public:
  explicit Random(uint64_t seed) : seed_(Mix64(seed)) {}

  uint64_t Bits() { return RandomBits(seed_, count_++); }
  int64_t Int(int64_t first, int64_t last) { return first + static_cast<int64_t>(Bits() % (last - first + 1)); }
  bool Chance(int percent) { return Int(1, 100) <= percent; }
  double Unit() { return static_cast<double>(Bits() >> 11) * 0x1p-53; }  // [0, 1)
  template <class T>
  const T& Among(const std::vector<T>& choices) {
    return choices[Int(0, static_cast<int64_t>(choices.size()) - 1)];
  }

 private:
  uint64_t seed_, count_ = 0;
};

}  // namespace nnc::ir
