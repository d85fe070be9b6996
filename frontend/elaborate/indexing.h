// Indexing and slicing of tensors, lists and tuples.
#pragma once

#include "frontend/elaborate/elaborator.h"

namespace nnc {

Value EvaluateIndex(Elaborator& elaborator, Frame& frame, const ast::Index& node, Span span);

}  // namespace nnc
