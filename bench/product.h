// A single-precision matrix product C = A B to measure: M x K by K x N, each operand plain or stored transposed, all
// row-major and dense.
#pragma once

#include <cstdint>
#include <string>

namespace nnc::bench {

struct Product {
  int64_t m = 0, k = 0, n = 0;
  bool transpose_a = false;  // A is stored [k, m]
  bool transpose_b = false;  // B is stored [n, k]

  bool operator==(const Product&) const = default;
  // "NT": A plain, B transposed.
  std::string Layout() const { return {transpose_a ? 'T' : 'N', transpose_b ? 'T' : 'N'}; }
};

}  // namespace nnc::bench
