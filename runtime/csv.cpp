#include "runtime/csv.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>
#include <string_view>
#include <unordered_map>

#include "runtime/csv_rows.h"
#include "runtime/fail.h"
#include "runtime/field_numbers.h"
#include "runtime/growing_tensor.h"

namespace nnc::runtime {
namespace {

[[noreturn]] void FailCell(const CsvRows& rows, size_t column, const std::string& what) {
  const std::string_view cell = rows.cell(column);
  const bool empty = cell.find_first_not_of(" \t") == std::string_view::npos;
  Fail(DiagnosticKind::kBadRow, rows.Place(column),
       empty ? fmt::format("{} is empty", rows.Describe(column))
             : fmt::format("{} holds `{}`, which is not {}", rows.Describe(column), cell, what),
       "Correct or remove the row. Lines of names at the top are left out by `header: true` or `skip:`.");
}

// What one field takes from each row.
class FieldReader {
 public:
  FieldReader(const DataField& field, ir::Element element, const CsvRows& rows)
      : field_(field), values_(element), chosen_(rows.Choose(field.source->columns, field.source->column_names)) {
    if (static_cast<int64_t>(chosen_.size()) == field.type.elements()) return;
    Fail(DiagnosticKind::kDataShape, field.source->path,
         fmt::format("{} columns do not fill `{}: {}`", chosen_.size(), field.name, ToString(field.type)),
         "Choose columns by `columns:`.");
  }
  virtual ~FieldReader() = default;

  void ReadRow(const CsvRows& rows) {
    for (const size_t column : chosen_) ReadCell(rows, column);
  }
  virtual Column Finish() = 0;

 protected:
  virtual void ReadCell(const CsvRows& rows, size_t column) = 0;

  Column FinishColumn(std::vector<std::string> classes) {
    std::vector<int64_t> shape = Values(field_.type.shape);
    shape.insert(shape.begin(), values_.elements() / field_.type.elements());
    return {field_.name, values_.Finish(std::move(shape)), std::move(classes), {}, {}};
  }

  const DataField& field_;
  GrowingTensor values_;

 private:
  std::vector<size_t> chosen_;
};

class FloatReader : public FieldReader {
 public:
  FloatReader(const DataField& field, const CsvRows& rows) : FieldReader(field, field.type.element, rows) {}
  Column Finish() override { return FinishColumn({}); }

 private:
  void ReadCell(const CsvRows& rows, size_t column) override {
    const std::optional<double> cell = ParseNumber<double>(rows.cell(column));
    if (!cell) FailCell(rows, column, "a number");
    if (!std::isfinite(*cell)) FailCell(rows, column, "a finite number");
    const double number = *cell * field_.source->scale + field_.source->offset;  // only the result is rounded
    if (!Holds(field_, number)) FailNumber(field_, number, rows.Place(column));
    switch (field_.type.element) {
      case ir::Element::kF64:
        return values_.Append(number);
      case ir::Element::kBF16:
        return values_.Append(BF16OfFloat(static_cast<float>(number)));
      default:
        return values_.Append(static_cast<float>(number));
    }
  }
};

class IntegerReader : public FieldReader {
 public:
  IntegerReader(const DataField& field, const CsvRows& rows) : FieldReader(field, field.type.element, rows) {}
  Column Finish() override { return FinishColumn({}); }

 private:
  void ReadCell(const CsvRows& rows, size_t column) override {
    const FieldSource& source = *field_.source;
    int64_t number = ParseCell(rows, column);
    const bool as_it_is = source.scale == 1 && source.offset == 0;
    // An i64 beyond 2^53 would not survive as a double.
    if (!as_it_is || field_.type.element != ir::Element::kI64) {
      const double result = static_cast<double>(number) * source.scale + source.offset;
      if (!Holds(field_, result)) FailNumber(field_, result, rows.Place(column));
      number = static_cast<int64_t>(result);
    }
    switch (field_.type.element) {
      case ir::Element::kI64:
        return values_.Append(number);
      case ir::Element::kI32:
        return values_.Append(static_cast<int32_t>(number));
      default:
        return values_.Append(static_cast<uint8_t>(number));
    }
  }

  static int64_t ParseCell(const CsvRows& rows, size_t column) {
    const std::optional<int64_t> whole = ParseNumber<int64_t>(rows.cell(column));
    if (whole) return *whole;
    const std::optional<double> number = ParseNumber<double>(rows.cell(column));
    if (!number || !Represents(ir::Element::kI64, *number)) FailCell(rows, column, "a whole number");
    return static_cast<int64_t>(*number);
  }
};

// Numbers names as they come by, and in their order at the end.
class NameReader : public FieldReader {
 public:
  NameReader(const DataField& field, const CsvRows& rows) : FieldReader(field, ir::Element::kI32, rows) {}

  Column Finish() override {
    std::vector<const std::string*> names(ids_.size());
    for (const auto& [name, id] : ids_) names[static_cast<size_t>(id)] = &name;
    std::vector<size_t> order(names.size());
    std::iota(order.begin(), order.end(), size_t{0});
    // The byte order of UTF-8 is the order of code points.
    std::sort(order.begin(), order.end(), [&](size_t a, size_t b) { return *names[a] < *names[b]; });
    std::vector<std::string> classes;
    std::vector<int32_t> rank(names.size());
    for (const size_t id : order) {
      rank[id] = static_cast<int32_t>(classes.size());
      classes.push_back(*names[id]);
    }
    Column column = FinishColumn(std::move(classes));
    for (int32_t& id : column.values.as<int32_t>()) id = rank[static_cast<size_t>(id)];
    return column;
  }

 private:
  struct HashText : std::hash<std::string_view> {
    using is_transparent = void;
  };

  void ReadCell(const CsvRows& rows, size_t column) override {
    const std::string_view name = rows.cell(column);
    if (name.empty()) FailCell(rows, column, "a name");
    auto found = ids_.find(name);
    if (found == ids_.end()) found = ids_.emplace(name, static_cast<int32_t>(ids_.size())).first;
    values_.Append(found->second);
  }

  std::unordered_map<std::string, int32_t, HashText, std::equal_to<>> ids_;
};

std::unique_ptr<FieldReader> MakeReader(const DataField& field, const CsvRows& rows) {
  if (field.classes == 0) return std::make_unique<NameReader>(field, rows);
  if (ir::IsFloat(field.type.element)) return std::make_unique<FloatReader>(field, rows);
  return std::make_unique<IntegerReader>(field, rows);
}

CsvOptions OptionsOf(const FieldSource& source) { return {source.header, source.skip, source.delimiter}; }

}  // namespace

bool SharePass(const FieldSource& a, const FieldSource& b) {
  return a.path == b.path && a.header == b.header && a.skip == b.skip && a.delimiter == b.delimiter;
}

std::vector<Column> ReadCsv(const std::vector<const DataField*>& fields) {
  const FieldSource& source = *fields.front()->source;
  CsvRows rows(source.path, OptionsOf(source));
  std::vector<std::unique_ptr<FieldReader>> readers;
  for (const DataField* field : fields) readers.push_back(MakeReader(*field, rows));
  while (rows.Next()) {
    for (const auto& reader : readers) reader->ReadRow(rows);
  }
  std::vector<Column> columns;
  for (const auto& reader : readers) columns.push_back(reader->Finish());
  return columns;
}

}  // namespace nnc::runtime
