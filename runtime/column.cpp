#include "runtime/column.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <stdexcept>

#include "runtime/csv.h"
#include "runtime/fail.h"
#include "runtime/idx.h"
#include "runtime/npy.h"
#include "runtime/npz.h"
#include "runtime/safetensors.h"
#include "runtime/text.h"

namespace nnc::runtime {
namespace {

CsvOptions CsvOptionsOf(const FieldSource& source) {
  return {source.columns, source.column_names, source.header, source.skip, source.delimiter};
}

bool IsGood(const DataField& field, double number) {
  if (!std::isfinite(number) || !Represents(field.type.element, number)) return false;
  if (field.classes < 0) return true;
  return number >= 0 && (field.classes == 0 || number < static_cast<double>(field.classes));
}

[[noreturn]] void FailNumber(const DataField& field, double number, const std::string& place) {
  if (!std::isfinite(number)) {
    Fail(DiagnosticKind::kBadRow, place, fmt::format("`{}` holds {}, which is not a finite number", field.name, number),
         "Remove the row, or put a number in place of the missing one.");
  }
  if (!ir::IsFloat(field.type.element) && std::trunc(number) != number) {
    Fail(DiagnosticKind::kBadRow, place, fmt::format("`{}` holds {}, which is not a whole number", field.name, number));
  }
  if (field.classes < 0) {
    Fail(DiagnosticKind::kBadRow, place,
         fmt::format("`{}` holds {}, out of the range of {}", field.name, number, ir::Name(field.type.element)));
  }
  Fail(DiagnosticKind::kBadLabel, place,
       field.classes > 0 ? fmt::format("label {} of `{}` is not in 0..{}", number, field.name, field.classes - 1)
                         : fmt::format("label {} of `{}` is negative or too large", number, field.name),
       "Labels count from 0; `class(_)` counts the classes itself.");
}

// The arrays of a file come as they are; a csv row is a list that fills the field's shape.
Tensor ShapedRows(const DataField& field, Tensor numbers) {
  const std::vector<int64_t> row = Values(field.type.shape);
  const std::string& path = field.source->path;
  if (numbers.rank() == 0) Fail(DiagnosticKind::kDataShape, path, "a scalar where rows are needed");
  std::vector<int64_t> held(numbers.shape().begin() + 1, numbers.shape().end());
  std::vector<int64_t> wanted = {numbers.shape()[0]};
  wanted.insert(wanted.end(), row.begin(), row.end());
  const bool csv = field.source->kind == FieldSource::kCsv;
  if (csv ? held[0] != field.type.elements() : held != row) {
    Fail(DiagnosticKind::kDataShape, path,
         csv ? fmt::format("{} columns do not fill `{}: {}`", held[0], field.name, ToString(field.type))
             : fmt::format("rows of shape {} are not `{}: {}`", ShapeText(held), field.name, ToString(field.type)),
         csv ? "Choose columns by `columns:`."
             : "Give the field the shape that the file's rows have; `reshape` works on a batch.");
  }
  return numbers.Reshaped(std::move(wanted));
}

Tensor ReadNumbers(const DataField& field) {
  const FieldSource& source = *field.source;
  switch (source.kind) {
    case FieldSource::kCsv: {
      // In f64 where a step follows, so that only its result is rounded.
      const bool exact = source.scale == 1 && source.offset == 0;
      const bool wide = ir::IsFloat(field.type.element) && !exact;
      return ReadCsvNumbers(source.path, CsvOptionsOf(source), wide ? ir::Element::kF64 : field.type.element);
    }
    case FieldSource::kNpy:
      return ReadNpy(source.path);
    case FieldSource::kNpz:
      return ReadNpz(source.path, source.key);
    case FieldSource::kIdx:
      return ReadIdx(source.path);
    case FieldSource::kSafetensors: {
      Safetensors file = ReadSafetensors(source.path);
      const auto found = file.tensors.find(source.key);
      if (found != file.tensors.end()) return std::move(found->second);
      std::vector<std::string> names;
      for (const auto& [name, tensor] : file.tensors) names.push_back(name);
      Fail(DiagnosticKind::kBadDataFile, source.path, fmt::format("no tensor `{}`", source.key),
           fmt::format("It holds: {}.{}", fmt::join(names, ", "), DidYouMean(source.key, names)));
    }
    case FieldSource::kText:
      break;
  }
  throw std::logic_error("text has no numbers");
}

// Classes by name: the distinct cells by code point, which for UTF-8 is byte order.
Column ReadNamedClasses(const DataField& field) {
  const CsvText text = ReadCsvText(field.source->path, CsvOptionsOf(*field.source));
  const std::set<std::string> names(text.cells.begin(), text.cells.end());
  Column column{field.name,
                Tensor(ir::Element::kI32, {static_cast<int64_t>(text.cells.size()) / text.columns, text.columns}),
                {names.begin(), names.end()},
                {},
                {}};
  const auto ids = column.values.as<int32_t>();
  for (size_t i = 0; i < text.cells.size(); ++i) {
    const auto at = std::lower_bound(column.classes.begin(), column.classes.end(), text.cells[i]);
    ids[i] = static_cast<int32_t>(at - column.classes.begin());
  }
  column.values = ShapedRows(field, std::move(column.values));
  return column;
}

Column ReadCharacters(const DataField& field) {
  const FieldSource& source = *field.source;
  Text text = ReadText(source.path, {source.window, source.stride, source.shift});
  const int64_t count = static_cast<int64_t>(text.characters.size());
  if (field.classes > 0 && count > field.classes) {
    Fail(DiagnosticKind::kBadLabel, source.path,
         fmt::format("{} distinct characters are more than the {} classes of `{}`", count, field.classes, field.name),
         "`class(_)` counts them itself.");
  }
  return {field.name, ShapedRows(field, std::move(text.ids)), std::move(text.characters), {}, {}};
}

}  // namespace

Tensor CheckedValues(const DataField& field, const Tensor& numbers, const PlaceOf& place, double scale, double offset) {
  const bool as_it_is = scale == 1 && offset == 0 && numbers.element() == field.type.element;
  const bool any_bits = !ir::IsFloat(field.type.element) && field.classes < 0;
  if (as_it_is && any_bits) return numbers;  // an i64 beyond 2^53 would not survive as a double
  Tensor values(field.type.element, numbers.shape());
  const int64_t row_elements = field.type.elements();
  std::array<double, 1024> block;
  for (int64_t begin = 0; begin < numbers.elements(); begin += static_cast<int64_t>(block.size())) {
    const size_t count = std::min(block.size(), static_cast<size_t>(numbers.elements() - begin));
    numbers.Read(begin, {block.data(), count});
    for (size_t i = 0; i < count; ++i) {
      block[i] = block[i] * scale + offset;
      const int64_t at = begin + static_cast<int64_t>(i);
      if (!IsGood(field, block[i])) FailNumber(field, block[i], place(at / row_elements, at % row_elements));
    }
    values.Write(begin, {block.data(), count});
  }
  return values;
}

Column ReadColumn(const DataField& field) {
  const FieldSource& source = *field.source;
  if (source.kind == FieldSource::kText) return ReadCharacters(field);
  const bool csv = source.kind == FieldSource::kCsv;
  if (csv && field.classes == 0) return ReadNamedClasses(field);
  const Tensor numbers = ShapedRows(field, ReadNumbers(field));
  const auto place = [&](int64_t row, int64_t column) {
    return csv ? CsvPlace(source.path, CsvOptionsOf(source), row, column)
               : fmt::format("{}:{}:{}", source.path, row + 1, column + 1);
  };
  return {field.name, CheckedValues(field, numbers, place, source.scale, source.offset), {}, {}, {}};
}

}  // namespace nnc::runtime
