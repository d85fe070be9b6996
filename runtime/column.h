// The fields of a data block, read from their files and checked.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "frontend/frontend.h"
#include "runtime/tensor.h"

namespace nnc::runtime {

// One field of every row.
struct Column {
  std::string name;
  Tensor values;                          // [rows, ...the field's shape], of the field's element type
  std::vector<std::string> classes;       // names of a class(_) field's classes where its source gives names
  std::optional<Tensor> mean, deviation;  // of a normalized field: f64, the row's shape with pooled axes of size 1
};

// The fields that have a source, in their order. A file that several fields name is read in one pass where it is csv,
// and once where it is text. An array whose numbers are the field's as they lie in the file is borrowed from it,
// mapped; any other goes through a small buffer into the column. Every number is checked. Throws Failure as the
// sources' readers do; DataShape where a row has another shape; BadRow and BadLabel at a row.
std::vector<Column> ReadColumns(const std::vector<DataField>& fields);

// The number of classes of a class(_) field: of names, or one more than the largest label.
int64_t CountClasses(const Column& column);

}  // namespace nnc::runtime
