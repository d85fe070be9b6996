#include "runtime/column.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <stdexcept>

#include "runtime/csv.h"
#include "runtime/fail.h"
#include "runtime/field_numbers.h"
#include "runtime/idx.h"
#include "runtime/npy.h"
#include "runtime/npz.h"
#include "runtime/safetensors.h"
#include "runtime/text.h"

namespace nnc::runtime {
namespace {

void CheckRowShape(const DataField& field, const std::vector<int64_t>& shape) {
  const std::string& path = field.source->path;
  if (shape.empty()) Fail(DiagnosticKind::kDataShape, path, "a scalar where rows are needed");
  const std::vector<int64_t> row(shape.begin() + 1, shape.end());
  if (row == Values(field.type.shape)) return;
  Fail(DiagnosticKind::kDataShape, path,
       fmt::format("rows of shape {} are not `{}: {}`", ShapeText(row), field.name, ToString(field.type)),
       "Give the field the shape that the file's rows have; `reshape` works on a batch.");
}

StoredArray OpenArray(const FieldSource& source) {
  switch (source.kind) {
    case FieldSource::kNpy:
      return OpenNpy(source.path);
    case FieldSource::kNpz:
      return OpenNpz(source.path, source.key);
    case FieldSource::kIdx:
      return OpenIdx(source.path);
    case FieldSource::kSafetensors:
      return OpenSafetensors(source.path, source.key);
    case FieldSource::kCsv:
    case FieldSource::kText:
      break;
  }
  throw std::logic_error("not a file of arrays");
}

Tensor ReadArrayField(const DataField& field) {
  const FieldSource& source = *field.source;
  ArrayReader array(OpenArray(source));
  const std::vector<int64_t> shape = array.shape();
  CheckRowShape(field, shape);
  const PlaceOf place = [&](int64_t row, int64_t column) {
    return fmt::format("{}:{}:{}", source.path, row + 1, column + 1);
  };
  const bool as_it_is = array.element() == field.type.element && source.scale == 1 && source.offset == 0;
  if (as_it_is || array.fortran_order()) {
    Tensor whole = array.All();
    const NumberSource numbers = [&](int64_t begin, std::span<double> to) { whole.Read(begin, to); };
    const bool any_bits = as_it_is && !ir::IsFloat(field.type.element) && field.classes < 0;
    if (any_bits) return whole;  // an i64 beyond 2^53 would not survive as a double
    if (as_it_is) {
      CheckNumbers(field, array.elements(), numbers, place, nullptr);
      return whole;
    }
    Tensor values(field.type.element, shape);
    CheckNumbers(field, array.elements(), numbers, place, &values);
    return values;
  }
  Tensor values(field.type.element, shape);
  const NumberSource numbers = [&](int64_t, std::span<double> to) {
    array.Next(static_cast<int64_t>(to.size())).Read(0, to);
  };
  CheckNumbers(field, array.elements(), numbers, place, &values);
  array.Finish();
  return values;
}

Column CutText(const DataField& field, const Text& text) {
  const FieldSource& source = *field.source;
  const int64_t count = static_cast<int64_t>(text.characters.size());
  if (field.classes > 0 && count > field.classes) {
    Fail(DiagnosticKind::kBadLabel, source.path,
         fmt::format("{} distinct characters are more than the {} classes of `{}`", count, field.classes, field.name),
         "`class(_)` counts them itself.");
  }
  return {
      field.name, CutWindows(text, {source.window, source.stride, source.shift}, source.path), text.characters, {}, {}};
}

// Those of the fields from `first` on that are read in one pass with it.
std::vector<const DataField*> PassOf(const DataField& first, const std::vector<DataField>& fields) {
  std::vector<const DataField*> pass;
  for (const DataField& field : fields) {
    const bool csv = field.source && field.source->kind == FieldSource::kCsv;
    if (csv && SharePass(*field.source, *first.source)) pass.push_back(&field);
  }
  return pass;
}

}  // namespace

std::vector<Column> ReadColumns(const std::vector<DataField>& fields) {
  std::map<std::string, Column> csv;  // read with an earlier field
  std::map<std::string, Text> texts;  // by path
  std::vector<Column> columns;
  for (const DataField& field : fields) {
    if (!field.source) continue;
    const FieldSource& source = *field.source;
    if (source.kind == FieldSource::kText) {
      if (!texts.contains(source.path)) texts.emplace(source.path, ReadText(source.path));
      columns.push_back(CutText(field, texts.at(source.path)));
    } else if (source.kind == FieldSource::kCsv) {
      if (!csv.contains(field.name)) {
        for (Column& column : ReadCsv(PassOf(field, fields))) csv.emplace(column.name, std::move(column));
      }
      columns.push_back(std::move(csv.at(field.name)));
    } else {
      columns.push_back({field.name, ReadArrayField(field), {}, {}, {}});
    }
  }
  return columns;
}

int64_t CountClasses(const Column& column) {
  if (!column.classes.empty()) return static_cast<int64_t>(column.classes.size());
  const auto labels = column.values.as<int32_t>();
  return labels.empty() ? 0 : *std::max_element(labels.begin(), labels.end()) + int64_t{1};
}

}  // namespace nnc::runtime
