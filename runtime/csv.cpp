#include "runtime/csv.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>
#include <optional>

#include "runtime/csv_rows.h"
#include "runtime/fail.h"

namespace nnc::runtime {
namespace {

std::string_view Trim(std::string_view cell) {
  while (!cell.empty() && (cell.front() == ' ' || cell.front() == '\t')) cell.remove_prefix(1);
  while (!cell.empty() && (cell.back() == ' ' || cell.back() == '\t')) cell.remove_suffix(1);
  if (cell.size() > 1 && cell[0] == '+' && cell[1] != '-') cell.remove_prefix(1);
  return cell;
}

// The whole of `text` as a number.
template <class T>
std::optional<T> ParseNumber(std::string_view text) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

[[noreturn]] void FailCell(const CsvRows& rows, int64_t column, const std::string& what) {
  const std::string_view cell = rows.cell(column);
  Fail(DiagnosticKind::kBadRow, rows.Place(column),
       Trim(cell).empty() ? fmt::format("{} is empty", rows.Describe(column))
                          : fmt::format("{} holds `{}`, which is not {}", rows.Describe(column), cell, what),
       "Correct or remove the row. Lines of names at the top are left out by `header: true` or `skip:`.");
}

double FloatCell(const CsvRows& rows, int64_t column) {
  const std::optional<double> value = ParseNumber<double>(Trim(rows.cell(column)));
  if (!value) FailCell(rows, column, "a number");
  if (!std::isfinite(*value)) FailCell(rows, column, "a finite number");
  return *value;
}

int64_t IntegerCell(const CsvRows& rows, int64_t column, ir::Element element) {
  const std::string_view cell = Trim(rows.cell(column));
  std::optional<int64_t> value = ParseNumber<int64_t>(cell);
  if (!value) {
    const std::optional<double> number = ParseNumber<double>(cell);
    if (!number || !Represents(ir::Element::kI64, *number)) FailCell(rows, column, "a whole number");
    value = static_cast<int64_t>(*number);
  }
  const bool fits = element == ir::Element::kI64 || Represents(element, static_cast<double>(*value));
  if (!fits) FailCell(rows, column, fmt::format("in the range of {}", ir::Name(element)));
  return *value;
}

template <class T>
Tensor TensorOf(const std::vector<T>& numbers, int64_t columns, ir::Element element) {
  Tensor tensor(element, {static_cast<int64_t>(numbers.size()) / columns, columns});
  for (int64_t i = 0; i < tensor.elements(); ++i) {
    if (element == ir::Element::kI64) {
      tensor.as<int64_t>()[i] = static_cast<int64_t>(numbers[static_cast<size_t>(i)]);
    } else {
      tensor.set_number(i, static_cast<double>(numbers[static_cast<size_t>(i)]));
    }
  }
  return tensor;
}

}  // namespace

Tensor ReadCsvNumbers(const std::string& path, const CsvOptions& options, ir::Element element) {
  CsvRows rows(path, options);
  if (ir::IsFloat(element)) {
    std::vector<double> numbers;
    while (rows.Next()) {
      for (int64_t column = 0; column < rows.columns(); ++column) numbers.push_back(FloatCell(rows, column));
    }
    return TensorOf(numbers, rows.columns(), element);
  }
  std::vector<int64_t> numbers;
  while (rows.Next()) {
    for (int64_t column = 0; column < rows.columns(); ++column) numbers.push_back(IntegerCell(rows, column, element));
  }
  return TensorOf(numbers, rows.columns(), element);
}

CsvText ReadCsvText(const std::string& path, const CsvOptions& options) {
  CsvRows rows(path, options);
  CsvText text{rows.columns(), {}};
  while (rows.Next()) {
    for (int64_t column = 0; column < rows.columns(); ++column) {
      if (rows.cell(column).empty()) FailCell(rows, column, "a name");
      text.cells.emplace_back(rows.cell(column));
    }
  }
  return text;
}

std::string CsvPlace(const std::string& path, const CsvOptions& options, int64_t row, int64_t column) {
  CsvRows rows(path, options);
  for (int64_t i = 0; i <= row; ++i) rows.Next();
  return rows.Place(column);
}

}  // namespace nnc::runtime
