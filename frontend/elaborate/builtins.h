// The groups of builtins, one file each, and what they share.
#pragma once

#include <optional>
#include <vector>

#include "frontend/elaborate/builtin.h"

namespace nnc {

std::vector<Builtin> ElementwiseBuiltins();  // builtins_elementwise.cpp: exp, max, where, f32, ...
std::vector<Builtin> ReductionBuiltins();    // builtins_reduce.cpp: sum, any, argmax, ...
std::vector<Builtin> ShapeBuiltins();        // builtins_shape.cpp: reshape, concat, split, shape, len, ...
std::vector<Builtin> IndexBuiltins();        // builtins_index.cpp: take, gather, slice, sort, cumsum, ...
std::vector<Builtin> WindowBuiltins();       // builtins_windows.cpp: windows, overlap_add
std::vector<Builtin> CreationBuiltins();     // builtins_create.cpp: zeros, arange, rand, ...
std::vector<Builtin> GradientBuiltins();     // builtins_gradient.cpp: grad, vjp, stop_gradient, ...
std::vector<Builtin> LoopBuiltins();         // builtins_scan.cpp: scan
std::vector<Builtin> SourceBuiltins();       // data_source.cpp: csv, npy, idx, ...
std::vector<Builtin> ParameterBuiltins();    // parameter_set.cpp: sum_squares, sum_abs, norm

// Argument `i` as a tensor; nullopt where that failed and was reported.
std::optional<ir::Value> TensorAt(BuiltinCall& call, size_t i);
// Appends an op at the place of the call.
Value ApplyAt(BuiltinCall& call, ir::Op op, std::vector<Value> operands, ir::Attributes attributes = {});
// The type of a tensor of the call's graph.
const ir::Type& TypeAt(const BuiltinCall& call, ir::Value tensor);
// Reports at argument `i`.
Value FailAt(BuiltinCall& call, size_t i, DiagnosticKind kind, std::string message, std::string help = "");

// The elementwise or reducing form of `max` and `min`, by whether a second operand is given.
Value ApplyElementwise(BuiltinCall& call, ir::Op op, std::vector<Value> operands);
Value ApplyReduction(BuiltinCall& call, ir::Op op, size_t axis, size_t keepdims);

Value CallEinsum(BuiltinCall& call);     // builtins_einsum.cpp
Value CallRearrange(BuiltinCall& call);  // builtins_rearrange.cpp

Value Reshape(BuiltinCall& call, ir::Value x, ir::Shape shape);
Value Slice(BuiltinCall& call, ir::Value x, int64_t axis, ir::Dim start, ir::Dim limit);

}  // namespace nnc
