// Checks every rule of the IR.
#pragma once

#include "ir/diagnostics.h"
#include "ir/function.h"

namespace nnc::ir {

// Reports each broken rule as E0802 (never throws, whatever the function holds): arguments first; operands defined
// before use; operand counts and attributes (names and types) as the op table says; each type equal to the inferred
// one; names unique and not empty; origins name values of the function; result names unique; a result named as an
// argument has its type. Returns whether all held.
bool Verify(const Function& function, Diagnostics& diagnostics);
bool Verify(const Module& module, Diagnostics& diagnostics);

// Verify for after a pass: throws Failure (kind Internal) naming `pass` and the function on the first broken rule.
void VerifyAfter(std::string_view pass, const Function& function);

}  // namespace nnc::ir
