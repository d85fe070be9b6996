// One field of a data block, read and checked.
#pragma once

#include <functional>
#include <string>

#include "frontend/frontend.h"
#include "runtime/dataset.h"
#include "runtime/tensor.h"

namespace nnc::runtime {

// Reads a field from its source (`field.source` must be there), brings it to the field's type and checks every number.
// Throws Failure as the source's reader does; DataShape where a row has another shape; BadRow and BadLabel at a row.
Column ReadColumn(const DataField& field);

// Where row `row` and element `column` of a field, both from 0, come from: "iris.csv:12:5".
using PlaceOf = std::function<std::string(int64_t row, int64_t column)>;

// Brings numbers [rows, ...] to the field's element type as `number * scale + offset`. Throws Failure: BadRow where one
// is not finite, not whole for an integer field or out of its range; BadLabel where a label is not below the number of
// classes.
Tensor CheckedValues(const DataField& field, const Tensor& numbers, const PlaceOf& place, double scale = 1,
                     double offset = 0);

}  // namespace nnc::runtime
