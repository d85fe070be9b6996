// Running functions as generated code, and comparing with the reference evaluator.
#pragma once

#include <string>
#include <vector>

#include "codegen/codegen.h"
#include "ir/evaluate.h"
#include "ir/function.h"

namespace nnc::codegen {

// Reads one function of IR text; fails the test on an error in it.
ir::Function ParseFunction(const std::string& text);

// Runs a compiled function on the arguments, in an arena of its own; returns its results in order. The last of several
// runs sees what those before have left in the arena.
std::vector<ir::Tensor> Run(const Compiled& compiled, const std::string& function,
                            const std::vector<ir::Tensor>& arguments, int times = 1);
// Compiles the function and runs it once.
std::vector<ir::Tensor> RunCompiled(const ir::Function& function, const std::vector<ir::Tensor>& arguments,
                                    const Options& options = {});

// Numbers between -2 and 2 (ids between 0 and `below`) from a fixed sequence, in the element type of each argument.
std::vector<ir::Tensor> SomeArguments(const ir::Function& function, int64_t below = 3);

// Whether the numbers agree: integers exactly; floats within `tolerance` relative to the larger of 1 and the expected
// magnitude
// (`tolerance` 0: a default for the element type), NaN with NaN, infinities exactly, and numbers beyond the type's
// range with infinity. The text says where they do not; empty if all do.
std::string Difference(const ir::Tensor& actual, const ir::Tensor& expected, double tolerance = 0);

// Expects the compiled results to be those of ir::Evaluate.
void ExpectSameAsEvaluator(const ir::Function& function, const std::vector<ir::Tensor>& arguments,
                           const Options& options = {}, double tolerance = 0);
// The same of a function of IR text, on SomeArguments.
void ExpectSame(const std::string& text, const Options& options = {}, double tolerance = 0);

// `text` with every `from` as `to`.
std::string Replace(std::string text, const std::string& from, const std::string& to);

}  // namespace nnc::codegen
