// Which numbers a field can hold.
#pragma once

#include <functional>
#include <span>
#include <string>

#include "frontend/frontend.h"
#include "runtime/tensor.h"

namespace nnc::runtime {

// Whether a number is finite, has the field's element type (whole and in range for integers, not rounded to an infinity
// for floats) and, for a label, is one of its classes.
bool Holds(const DataField& field, double number);
// Throws the Failure for a number that the field does not hold: BadRow, or BadLabel where it is no class.
[[noreturn]] void FailNumber(const DataField& field, double number, const std::string& place);

// Where row `row` and element `column` of a field, both from 0, come from: "iris.csv:12:5".
using PlaceOf = std::function<std::string(int64_t row, int64_t column)>;
// Gives the numbers from `begin` on; asked from front to back.
using NumberSource = std::function<void(int64_t begin, std::span<double> numbers)>;

// Checks `count` numbers, times the field's scale plus its offset. Puts them into `values` unless that is null.
void CheckNumbers(const DataField& field, int64_t count, const NumberSource& source, const PlaceOf& place,
                  Tensor* values);

}  // namespace nnc::runtime
