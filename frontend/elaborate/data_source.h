// What a field's source says, against what the field declares.
#pragma once

#include "frontend/ast.h"
#include "frontend/elaborate/elaborator.h"
#include "frontend/frontend.h"

namespace nnc {

// Whether rows of `declared.source` can be the field's: reports an affine step that integers or names of classes do not
// bear, windows of text of another type, and columns that do not fill a row.
bool CheckSource(Elaborator& elaborator, Frame& frame, const DataField& declared, const ast::Field& field);

}  // namespace nnc
