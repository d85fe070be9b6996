// The sources of a data block's fields: `csv(...)` and its kin, and the affine step that may follow.
#include "frontend/elaborate/data_source.h"

#include <fmt/format.h>

#include <cmath>
#include <filesystem>

#include "frontend/elaborate/blocks.h"
#include "frontend/elaborate/builtins.h"

namespace nnc {
namespace {

using SourcePtr = std::shared_ptr<const FieldSource>;

// Paths are relative to the .nn file that has them.
std::string Resolve(Elaborator& elaborator, uint32_t file, const std::string& path) {
  std::filesystem::path base = std::filesystem::path(elaborator.sources().file(file).path).parent_path();
  return (base / path).lexically_normal().string();
}

// The source of a call whose first argument is the path; nullopt where that is no string.
std::optional<FieldSource> StartSource(BuiltinCall& call, FieldSource::Kind kind) {
  auto path = call.elaborator.WantString(call.frame, call.at(0), call.value(0), "a path");
  if (!path) return std::nullopt;
  FieldSource source{};
  source.kind = kind;
  source.path = Resolve(call.elaborator, call.frame.file, *path);
  return source;
}

Value Finish(FieldSource source) { return SourcePtr(std::make_shared<const FieldSource>(std::move(source))); }

// Sets `target` to argument `i` if it is given; false where that has another kind.
bool ReadCount(BuiltinCall& call, size_t i, int64_t& target) {
  if (!call.given(i)) return true;
  auto number = call.elaborator.WantConstant(call.frame, call.at(i), call.value(i),
                                             fmt::format("`{}`", call.builtin.params[i].name));
  if (!number) return false;
  target = *number;
  if (*number >= 0) return true;
  FailAt(call, i, DiagnosticKind::kBadSetting, fmt::format("`{}` cannot be negative", call.builtin.params[i].name));
  return false;
}

bool AddColumn(BuiltinCall& call, const Value& column, FieldSource& source) {
  if (const std::string* name = column.AsString()) {
    source.column_names.push_back(*name);
    return true;
  }
  auto number = call.elaborator.WantConstant(call.frame, call.at(1), column, "a column");
  if (number) source.columns.push_back(*number);
  return number.has_value();
}

// `columns:` is a range, a number, a name, or a list of numbers or of names.
bool ReadColumns(BuiltinCall& call, FieldSource& source) {
  if (!call.given(1)) return true;
  const Value& value = call.value(1);
  bool one = value.AsInt() || value.AsString();
  auto columns =
      one ? std::optional(std::vector<Value>{value}) : call.elaborator.Elements(value, call.at(1), call.frame);
  if (!columns) return false;
  for (const Value& column : *columns) {
    if (!AddColumn(call, column, source)) return false;
  }
  if (!source.columns.empty() && !source.column_names.empty()) {
    FailAt(call, 1, DiagnosticKind::kTypeMismatch, "columns by number and by name in one list");
    return false;
  }
  return true;
}

bool ReadDelimiter(BuiltinCall& call, FieldSource& source) {
  if (!call.given(4)) return true;
  auto delimiter = call.elaborator.WantString(call.frame, call.at(4), call.value(4), "`delimiter`");
  if (!delimiter) return false;
  if (delimiter->size() != 1 || std::string_view("\"\r\n").find(*delimiter) != std::string_view::npos) {
    FailAt(call, 4, DiagnosticKind::kBadSetting, "`delimiter` is one character, neither a quote nor a line end");
    return false;
  }
  source.delimiter = delimiter->front();
  return true;
}

Value CallCsv(BuiltinCall& call) {
  auto source = StartSource(call, FieldSource::kCsv);
  if (!source || !ReadColumns(call, *source)) return {};
  if (call.given(2)) {
    source->header = call.elaborator.WantBool(call.frame, call.at(2), call.value(2), "`header`");
    if (!source->header) return {};
  }
  if (!ReadCount(call, 3, source->skip) || !ReadDelimiter(call, *source)) return {};
  if (!source->column_names.empty() && !source->header.value_or(true)) {
    return FailAt(call, 1, DiagnosticKind::kBadSetting, "columns by name need the file's first line to hold names",
                  "leave out `header: false`");
  }
  if (!source->column_names.empty()) source->header = true;
  return Finish(std::move(*source));
}

Value CallArrayFile(BuiltinCall& call) {
  auto source = StartSource(call, call.builtin.name == "npy" ? FieldSource::kNpy : FieldSource::kIdx);
  return source ? Finish(std::move(*source)) : Value();
}

Value CallKeyedFile(BuiltinCall& call) {
  auto source = StartSource(call, call.builtin.name == "npz" ? FieldSource::kNpz : FieldSource::kSafetensors);
  auto key = call.elaborator.WantString(call.frame, call.at(1), call.value(1),
                                        fmt::format("`{}`", call.builtin.params[1].name));
  if (!source || !key) return {};
  source->key = *key;
  return Finish(std::move(*source));
}

// Windows follow one another unless `stride` says so.
Value CallText(BuiltinCall& call) {
  auto source = StartSource(call, FieldSource::kText);
  if (!source || !ReadCount(call, 1, source->window)) return {};
  source->stride = source->window;
  if (!ReadCount(call, 2, source->stride) || !ReadCount(call, 3, source->shift)) return {};
  if (source->window == 0 || source->stride == 0) {
    return FailAt(call, source->window == 0 ? 1 : 2, DiagnosticKind::kBadSetting,
                  "a window and its stride are at least 1");
  }
  return Finish(std::move(*source));
}

// value -> value * scale + offset for `op` with `number` on the right; nullopt for other operators.
std::optional<FieldSource> Then(FieldSource source, ast::BinaryOp op, double number) {
  if (op == ast::BinaryOp::kAdd) {
    source.offset += number;
  } else if (op == ast::BinaryOp::kSub) {
    source.offset -= number;
  } else if (op == ast::BinaryOp::kMul) {
    source.scale *= number;
    source.offset *= number;
  } else if (op == ast::BinaryOp::kDiv && number != 0) {
    source.scale /= number;
    source.offset /= number;
  } else {
    return std::nullopt;
  }
  return source;
}

// An affine step keeps integers whole, and has numbers to work on.
bool CheckStep(Elaborator& elaborator, Frame& frame, const DataField& declared, const ast::Field& field) {
  const FieldSource& source = *declared.source;
  if (source.scale == 1 && source.offset == 0) return true;
  bool names = source.kind == FieldSource::kText || (source.kind == FieldSource::kCsv && declared.classes == 0);
  bool whole = source.scale == std::floor(source.scale) && source.offset == std::floor(source.offset);
  if (!names && (whole || ir::IsFloat(declared.type.element))) return true;
  elaborator.Report(frame, DiagnosticKind::kTypeMismatch, field.source->span,
                    names ? fmt::format("`{}` holds names of classes, which this step cannot change", declared.name)
                          : fmt::format("`{}` holds {}, which this step would not keep whole", declared.name,
                                        ir::Name(declared.type.element)));
  return false;
}

// A row of text is a window of i32 ids.
bool CheckWindow(Elaborator& elaborator, Frame& frame, const DataField& declared, const ast::Field& field) {
  const FieldSource& source = *declared.source;
  if (source.kind != FieldSource::kText) return true;
  ir::Type window(ir::Element::kI32, {source.window});
  if (declared.type == window) return true;
  elaborator
      .Report(frame, DiagnosticKind::kTypeMismatch, field.source->span,
              fmt::format("`{}` is {}, but windows of text are {}", declared.name, ir::ToString(declared.type),
                          ir::ToString(window)))
      .AddNote(field.type->span, "declared here")
      .Help(fmt::format("the field's type is class(_)[{}]", source.window));
  return false;
}

// Columns that are counted here fill the field; `columns:` left out takes all, as many as the file has.
bool CheckColumns(Elaborator& elaborator, Frame& frame, const DataField& declared, const ast::Field& field) {
  auto columns = static_cast<int64_t>(declared.source->columns.size() + declared.source->column_names.size());
  if (columns == 0 || columns == declared.type.elements()) return true;
  elaborator
      .Report(
          frame, DiagnosticKind::kShapeMismatch, field.source->span,
          fmt::format("{} columns do not fill `{}`, which is {}", columns, declared.name, ir::ToString(declared.type)))
      .AddNote(field.type->span, "declared here");
  return false;
}

std::optional<double> NumberOf(const Value& value) {
  if (const double* number = value.AsFloat()) return *number;
  if (value.AsInt() && value.AsInt()->is_constant()) return static_cast<double>(value.AsInt()->value());
  return std::nullopt;
}

}  // namespace

Value SourceArithmetic(Elaborator& elaborator, Frame& frame, Span span, ast::BinaryOp op, const Value& a,
                       const Value& b) {
  const SourcePtr* left = a.As<SourcePtr>();
  const SourcePtr* right = b.As<SourcePtr>();
  std::optional<FieldSource> result;
  if (left && NumberOf(b)) result = Then(**left, op, *NumberOf(b));
  bool commutes = op == ast::BinaryOp::kAdd || op == ast::BinaryOp::kMul;
  if (right && NumberOf(a) && commutes) result = Then(**right, op, *NumberOf(a));
  if (result) return Finish(std::move(*result));
  return elaborator.Fail(frame, DiagnosticKind::kTypeMismatch, span,
                         "only a number can be added to a source, taken off, multiplied or divided by",
                         "compute anything else from the field, in `train` or in a `fn`");
}

bool CheckSource(Elaborator& elaborator, Frame& frame, const DataField& declared, const ast::Field& field) {
  return CheckStep(elaborator, frame, declared, field) && CheckWindow(elaborator, frame, declared, field) &&
         CheckColumns(elaborator, frame, declared, field);
}

std::vector<Builtin> SourceBuiltins() {
  return {
      {"csv",
       {{"path"}, {"columns", false, true}, {"header", false, true}, {"skip", false, true}, {"delimiter", false, true}},
       CallCsv},
      {"npy", {{"path"}}, CallArrayFile},
      {"idx", {{"path"}}, CallArrayFile},
      {"npz", {{"path"}, {"key"}}, CallKeyedFile},
      {"safetensors", {{"path"}, {"name"}}, CallKeyedFile},
      {"text", {{"path"}, {"window", true, true}, {"stride", false, true}, {"shift", false, true}}, CallText}};
}

}  // namespace nnc
