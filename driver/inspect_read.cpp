#include "driver/inspect_read.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <map>

#include "driver/compile.h"
#include "driver/format.h"
#include "runtime/byte_source.h"
#include "runtime/checkpoint.h"
#include "runtime/dataset.h"
#include "runtime/growing_tensor.h"
#include "runtime/idx.h"
#include "runtime/npy.h"
#include "runtime/npz.h"
#include "runtime/safetensors.h"
#include "view/statistics.h"

namespace nnc::driver {
namespace {

using view::Inspected;
using view::InspectedArray;

// Integers of one axis with few distinct values are taken for labels, where nothing says what they are.
constexpr int64_t kMostClasses = 100;

bool LooksLikeLabels(const runtime::Tensor& tensor) {
  return tensor.rank() == 1 && !ir::IsFloat(tensor.element()) && tensor.elements() > 0 &&
         !view::DistinctOf(tensor, kMostClasses).empty();
}

// ---- Data blocks ----

std::string SplitsText(const runtime::Dataset& data) {
  std::string text;
  for (const runtime::Split& split : data.splits) {
    if (split.name.empty()) continue;
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", split.name, split.rows.size());
  }
  return text;
}

Inspected InspectBlock(const DataPlan& plan, const runtime::Dataset& data) {
  Inspected block{.title = "data " + plan.name, .data = true};
  block.facts.emplace_back("rows", std::to_string(data.rows));
  if (std::string splits = SplitsText(data); !splits.empty()) block.facts.emplace_back("splits", splits);
  for (const DataField& field : plan.fields) {
    const runtime::Column& column = data.column(field.name);
    block.arrays.push_back({field.name, column.values, field.classes >= 0, column.classes});
  }
  return block;
}

std::vector<Inspected> InspectProgram(const std::string& path, const std::vector<std::string>& settings,
                                      Session& session) {
  auto program = CompileProgram(path, ParseOverrides(settings), session);
  if (!program) return {};
  if (program->data.empty()) {
    throw Failure(DiagnosticKind::kUsage, path, "the file declares no data; `nnc check` shows its models");
  }
  runtime::DataStore data(*program, runtime::Backend::kJit, session.files);
  std::vector<Inspected> blocks;
  for (const DataPlan& plan : program->data) blocks.push_back(InspectBlock(plan, data.Load(plan.name)));
  return blocks;
}

// ---- Weights ----

void AddTensors(Inspected& inspected, const runtime::TensorMap& tensors, const std::string& prefix) {
  for (const auto& [name, tensor] : tensors) inspected.arrays.push_back({prefix + name, tensor});
}

Inspected InspectWeights(const std::string& path) {
  Inspected inspected{.title = path};
  runtime::Safetensors file = runtime::ReadSafetensors(path);
  if (runtime::IsCheckpoint(file.metadata)) runtime::VerifyCheckpoint(path);
  for (const auto& [key, value] : file.metadata) inspected.facts.emplace_back(key, value);
  AddTensors(inspected, file.tensors, "");
  int64_t elements = 0, bytes = 0;
  for (const InspectedArray& array : inspected.arrays) {
    elements += array.values.elements();
    bytes += array.values.bytes();
  }
  inspected.facts.emplace_back(
      "holds", fmt::format("{} tensors, {} numbers, {}", inspected.arrays.size(), elements, BytesText(bytes)));
  return inspected;
}

// ---- Arrays ----

Inspected InspectArray(const std::string& path, runtime::Tensor tensor) {
  bool label = LooksLikeLabels(tensor), rows = tensor.rank() > 0;
  return {.title = path, .arrays = {{"array", std::move(tensor), label}}, .data = rows};
}

// One table where all arrays have as many rows, else arrays that have nothing to do with each other.
Inspected InspectNpz(const std::string& path) {
  Inspected inspected{.title = path};
  for (const std::string& key : runtime::ListNpz(path)) {
    runtime::Tensor tensor = runtime::ReadNpz(path, key);
    bool label = LooksLikeLabels(tensor);
    inspected.arrays.push_back({key, std::move(tensor), label});
  }
  inspected.data = !inspected.arrays.empty() &&
                   std::all_of(inspected.arrays.begin(), inspected.arrays.end(), [&](const auto& array) {
                     return array.values.rank() > 0 && inspected.arrays[0].values.rank() > 0 &&
                            array.values.shape()[0] == inspected.arrays[0].values.shape()[0];
                   });
  return inspected;
}

// ---- csv ----

// Which columns hold numbers alone; an empty cell is a number that is missing.
std::vector<bool> NumericColumns(const std::string& path, const runtime::CsvOptions& options) {
  runtime::CsvRows rows(path, options);
  std::vector<bool> numeric(rows.Choose({}, {}).size(), true);
  while (rows.Next()) {
    for (size_t column = 0; column < numeric.size(); ++column) {
      std::string_view cell = rows.cell(column);
      if (!cell.empty() && !runtime::ParseNumber<double>(cell)) numeric[column] = false;
    }
  }
  return numeric;
}

// The cells of a column as they come by: numbers, or names in the order of their first use.
class CsvColumn {
 public:
  explicit CsvColumn(bool numeric) : numeric_(numeric), values_(numeric ? ir::Element::kF64 : ir::Element::kI32) {}

  void Add(std::string_view cell) {
    if (numeric_) {
      values_.Append(runtime::ParseNumber<double>(cell).value_or(std::numeric_limits<double>::quiet_NaN()));
      return;
    }
    auto [known, fresh] = ids_.emplace(cell, static_cast<int32_t>(names_.size()));
    if (fresh) names_.emplace_back(cell);
    values_.Append(known->second);
  }

  // `may_be_label`: whether whole numbers with few distinct values are.
  InspectedArray Finish(std::string name, bool may_be_label) {
    runtime::Tensor values = values_.Finish({values_.elements()});
    if (!numeric_) return {std::move(name), std::move(values), true, std::move(names_)};
    bool whole = true;
    for (int64_t i = 0; whole && i < values.elements(); ++i)
      whole = runtime::Represents(ir::Element::kI64, values.number(i));
    if (whole) values = values.Converted(ir::Element::kI64);
    bool label = may_be_label && LooksLikeLabels(values);
    return {std::move(name), std::move(values), label};
  }

 private:
  bool numeric_;
  runtime::GrowingTensor values_;
  std::map<std::string, int32_t, std::less<>> ids_;
  std::vector<std::string> names_;
};

Inspected InspectCsv(const std::string& path, const runtime::CsvOptions& options) {
  std::vector<CsvColumn> columns;
  for (bool numeric : NumericColumns(path, options)) columns.emplace_back(numeric);
  runtime::CsvRows rows(path, options);
  while (rows.Next()) {
    for (size_t i = 0; i < columns.size(); ++i) columns[i].Add(rows.cell(i));
  }
  Inspected inspected{.title = path, .data = true};
  for (size_t i = 0; i < columns.size(); ++i) {
    // Where a table has labels they are its last column; elsewhere whole numbers are counts as likely.
    inspected.arrays.push_back(columns[i].Finish(rows.Describe(i), i + 1 == columns.size()));
  }
  return inspected;
}

// ---- Any file ----

enum class FileKind { kSafetensors, kNpy, kNpz, kIdx, kCsv };

// By the bytes that each format begins with; csv begins with anything else.
FileKind KindOf(const std::string& path) {
  std::array<char, 9> bytes{};
  std::string_view begin(bytes.data(), runtime::OpenStream(path)->Read(bytes.data(), bytes.size()));
  if (begin.starts_with("\x93NUMPY")) return FileKind::kNpy;
  if (begin.starts_with("PK\x03\x04") || begin.starts_with("PK\x05\x06")) return FileKind::kNpz;
  if (begin.size() == 9 && begin[8] == '{' && begin[7] == '\0')
    return FileKind::kSafetensors;  // after 8 bytes of length
  if (begin.size() >= 4 && begin[0] == '\0' && begin[1] == '\0') return FileKind::kIdx;
  return FileKind::kCsv;
}

}  // namespace

std::vector<Inspected> ReadInspected(const std::string& path, const std::vector<std::string>& settings,
                                     const runtime::CsvOptions& csv, Session& session) {
  if (path.ends_with(".nn")) return InspectProgram(path, settings, session);
  switch (KindOf(path)) {
    case FileKind::kSafetensors:
      return {InspectWeights(path)};
    case FileKind::kNpy:
      return {InspectArray(path, runtime::ReadNpy(path))};
    case FileKind::kNpz:
      return {InspectNpz(path)};
    case FileKind::kIdx:
      return {InspectArray(path, runtime::ReadIdx(path))};
    case FileKind::kCsv:
      return {InspectCsv(path, csv)};
  }
  return {};
}

}  // namespace nnc::driver
