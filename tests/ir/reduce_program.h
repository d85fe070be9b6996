// Makes a program that shows a fault as small as it can.
#pragma once

#include <functional>
#include <string>

#include "tests/ir/random_program.h"

namespace nnc::ir {

// A smaller program for which `fails` still holds, as it does for `program`: as few results as possible, as many nodes
// as possible replaced by arguments that hold their values or by operands of their type, in bodies of loops too, and
// loops written out where that is no longer. The program must not hold requests for derivatives.
RandomProgram ReduceProgram(const RandomProgram& program, const std::function<bool(const RandomProgram&)>& fails);

// The program as text, with the first numbers of its arguments.
std::string ProgramText(const RandomProgram& program);

}  // namespace nnc::ir
