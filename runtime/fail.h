// Short forms for throwing Failure.
#pragma once

#include <string>

#include "ir/diagnostics.h"

namespace nnc::runtime {

// Throws a Failure at a place in a data file ("iris.csv:12:3", "w.safetensors@8"), or at none. `help` says the cure.
[[noreturn]] void Fail(DiagnosticKind kind, std::string place, std::string message, std::string help = "");
// The same at a place in a source file.
[[noreturn]] void Fail(DiagnosticKind kind, Span span, std::string message, std::string help = "");

// " Did you mean `name`?" for the closest candidate, or nothing.
std::string DidYouMean(std::string_view name, const std::vector<std::string>& candidates);

}  // namespace nnc::runtime
