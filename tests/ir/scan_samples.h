// Loops for the tests that iterate the op table.
#pragma once

#include "tests/ir/op_samples.h"

namespace nnc::ir {

// For each of some loops a sample for each part of its result: several carries, captured values, nesting, both
// directions, no iteration and one. The functions hold nodes before and after the Scan.
std::vector<OpSample> ScanSamples(SampleValues values);

}  // namespace nnc::ir
