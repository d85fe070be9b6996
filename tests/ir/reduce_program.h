// Makes a program that shows a fault as small as it can.
#pragma once

#include <functional>

#include "tests/ir/random_program.h"

namespace nnc::ir {

// A smaller program for which `fails` still holds, as it does for `program`: as few results as possible,
// and as many nodes as possible replaced by arguments that hold their values.
RandomProgram ReduceProgram(const RandomProgram& program, const std::function<bool(const RandomProgram&)>& fails);

}  // namespace nnc::ir
