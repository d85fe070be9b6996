// The numbers in samples of ops.
#pragma once

#include "tests/ir/op_samples.h"
#include "tests/ir/random.h"

namespace nnc::ir {

// Numbers for operand number `operand` of `op`, of the given kind.
Tensor SampleTensor(Op op, size_t operand, const Type& type, SampleValues kind, Random& random);

// The least, the greatest, and what lies where a cast or an overflow turns.
int64_t ExtremeInteger(Element element, Random& random);

}  // namespace nnc::ir
