// Fields read from comma-separated values (RFC 4180), independent of the locale.
#pragma once

#include <vector>

#include "frontend/frontend.h"
#include "runtime/column.h"

namespace nnc::runtime {

// Whether two fields are read from one file in the same way, so that one pass gives both.
bool SharePass(const FieldSource& a, const FieldSource& b);

// The columns of fields that share a pass, which is made once: each cell is parsed, checked and stored as it comes by,
// so that memory holds the columns and a small buffer.
//   Numbers may be written in any form of C, with spaces around; an integer also as `3.0`. An empty cell, text, a NaN
//   or
// an infinity is a bad row: nearly always it stands for a missing value, which would undo the training silently.
//   Of a class(_) field the cells are names, and classes the distinct ones by code point; an empty cell is a bad row.
// Throws Failure, placed at `file:line:column` (both from 1; the column counts cells): BadRow for a row, BadLabel for a
// label outside its classes; BadDataFile for a file without the asked columns; DataShape where they do not fill a row
// of the field.
std::vector<Column> ReadCsv(const std::vector<const DataField*>& fields);

}  // namespace nnc::runtime
