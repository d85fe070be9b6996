// What the codes of errors and warnings mean.
#pragma once

#include <string>

#include "ir/diagnostics.h"

namespace nnc::driver {

// The title of a kind, and more where there is more to say. Throws Failure Usage for a code that no kind has.
std::string Explanation(const std::string& code);

// The text behind the title; empty where there is none.
std::string_view ExplanationText(DiagnosticKind kind);

}  // namespace nnc::driver
