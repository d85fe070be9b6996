// Well-typed calls of every op on edge shapes, for tests that iterate the op table: round trip of the text, evaluator
// against generated code, gradient rules against finite differences. A new op gets samples from its type rule; a new
// type rule without samples does not link.
//
//   for (Op op : AllOps()) {
//     for (const OpSample& sample : SamplesOf(op)) {
//       SCOPED_TRACE(sample.name);
//       std::vector<Tensor> results = Evaluate(sample.function, sample.arguments);
//       ...
#pragma once

#include <string>
#include <vector>

#include "ir/evaluate.h"
#include "ir/function.h"

namespace nnc::ir {

// What the numbers in a sample's arguments are like. In every case the values of an f32 operand are f32 numbers.
enum class SampleValues {
  kSmooth,   // within the op's domain, of magnitude 0.3 to 2.3 and all different: derivatives exist and are moderate;
             // ids in range
  kAny,      // all finite: zeros, equal numbers, arguments outside the domain (log of -1), division by zero, ids out of
             // range
  kSpecial,  // as kAny, with NaN, infinities, -0, the largest and smallest numbers of the type
};

struct OpSample {
  std::string name;   // "add(f32[3], f32[2, 3])", for messages
  Function function;  // @sample, whose last node is the op on the function's arguments and its one result, `result`
  std::vector<Tensor> arguments;  // of @sample
};

// Samples of `op`: rank 0 to 4, dimensions among 0, 1, 2, 3, 7, 8, 9, 17 and a few larger, each attribute, and each
// element type that the op takes (bf16 where its code has a case for it). The same ones in every call. For Argument the
// function is the identity. The functions for loops and requests hold more than one node; those for requests can be
// evaluated only after passes::ExpandGradients.
std::vector<OpSample> SamplesOf(Op op, SampleValues values = SampleValues::kAny);

}  // namespace nnc::ir
