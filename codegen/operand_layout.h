// Where the elements of a product's operand lie in memory: an affine function of its indices once they are written in
// digits. A matrix needs one digit an index; windows of an image, as rows of a product, need several.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace nnc::codegen {

// One digit of an index: it counts to `extent` and moves by `stride` elements.
struct Digit {
  int64_t extent = 1, stride = 0;
  bool operator==(const Digit&) const = default;
};
// An index in mixed radix, the slowest digit first: index (i * extent1 + j) * extent2 + k is at i * stride0 + j *
// stride1 + k * stride2.
using Digits = std::vector<Digit>;

int64_t ExtentOf(const Digits& digits);
// The same places with as few digits as possible: neighbours that one stride leads through become one. At least one.
Digits Merged(const Digits& digits);
// Offsets of `count` indices from the first, if they are the same from every multiple of `count`.
std::optional<std::vector<int64_t>> OffsetsFromMultiples(const Digits& digits, int64_t count);

// Operand A of [m, k] or B of [k, n], one for each batch: lines are rows of A and columns of B, terms are its k.
struct OperandLayout {
  int64_t offset = 0;  // of the first element
  Digits batch, lines, terms;
  bool operator==(const OperandLayout&) const = default;
  std::string Describe() const;  // "12544=64:8192x14:512x14:32 by ..."
};
// All elements one after the other, [batch, lines, terms], or [batch, terms, lines].
OperandLayout DenseLayout(int64_t batch, int64_t lines, int64_t terms, bool terms_first);

// One of the loops over the terms of a product, with the strides of both operands.
struct TermLoop {
  int64_t extent = 1, a_stride = 0, b_stride = 0;
};
// The digits of both operands' terms as loops, the outermost first; none where no loops have both.
std::optional<std::vector<TermLoop>> LoopsOverTerms(Digits a, Digits b);

}  // namespace nnc::codegen
