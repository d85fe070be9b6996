// Declared types: dimensions resolved, and values checked against them.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "frontend/elaborate/overloaded.h"
#include "frontend/elaborate/provenance.h"
#include "frontend/elaborate/signature.h"

namespace nnc {

namespace {

constexpr std::string_view kStaticNames[] = {"an int", "a float", "a bool", "a string", "a model", "a function"};

bool IsOfKind(const Value& value, ast::StaticType type) {
  switch (type) {
    case ast::StaticType::kInt:
      return value.AsInt();
    case ast::StaticType::kFloat:
      return value.AsFloat();
    case ast::StaticType::kBool:
      return value.AsBool();
    case ast::StaticType::kStr:
      return value.AsString();
    case ast::StaticType::kModel:
      return value.AsInstance();
    case ast::StaticType::kFn:
      return value.is_callable();
  }
  return false;
}

const std::vector<ast::ExprPtr>* DimsOf(const ast::TypeExpr& type) {
  if (auto* tensor = std::get_if<ast::TensorTypeExpr>(&type.node)) return &tensor->dims;
  if (auto* classes = std::get_if<ast::ClassTypeExpr>(&type.node)) return &classes->dims;
  return nullptr;
}

class Coercer {
 public:
  Coercer(Elaborator& elaborator, const Coercion& request) : elaborator_(elaborator), request_(request) {}

  Value Coerce() const {
    if (request_.value.poison()) return Poison{};
    return std::visit(Overloaded{
                          [&](const ast::TensorTypeExpr& type) { return ToTensorType(ElementOf(type), type.dims); },
                          [&](const ast::ClassTypeExpr& type) { return ToTensorType(ir::Element::kI32, type.dims); },
                          [&](const ast::StaticType& type) { return ToStatic(type); },
                          [&](const ast::ListTypeExpr& type) { return ToList(*type.element); },
                          [&](const ast::TupleTypeExpr& type) { return ToTuple(type.elements); },
                      },
                      request_.type.node);
  }

 private:
  std::string Shown() const { return elaborator_.Describe(request_.blamed, request_.value); }
  // The type as it is written.
  std::string Written() const {
    Span span = request_.type.span;
    return std::string(elaborator_.sources().Line(span).substr(span.column - 1, span.length));
  }
  Value Part(const Value& value, const ast::TypeExpr& type) const {
    Coercion part{value, request_.span, type, request_.declared, request_.blamed, request_.what, request_.mismatch};
    return Coercer(elaborator_, part).Coerce();
  }
  Value Fail(DiagnosticKind kind, const std::string& needed) const {
    Diagnostic& diagnostic = elaborator_.Report(request_.blamed, kind, request_.span,
                                                fmt::format("{} must be {}, not {}", request_.what, needed, Shown()));
    diagnostic.AddNote(request_.type.span, "declared here");
    return Poison{};
  }

  // `real` without a binding (a result whose arguments have no float) is whatever the value is.
  std::optional<ir::Element> ElementOf(const ast::TensorTypeExpr& type) const {
    return type.element ? type.element : request_.declared.real;
  }

  Value ToStatic(ast::StaticType type) const {
    if (IsOfKind(request_.value, type)) return request_.value;
    if (type == ast::StaticType::kFloat && request_.value.AsInt()) {
      elaborator_.WantFloat(request_.blamed, request_.span, request_.value, request_.what);
      return Poison{};
    }
    bool runs = request_.value.AsTensor() && type != ast::StaticType::kFn && type != ast::StaticType::kModel;
    return Fail(runs ? DiagnosticKind::kNotStatic : DiagnosticKind::kTypeMismatch,
                std::string(kStaticNames[static_cast<size_t>(type)]) + (runs ? " that is known when compiling" : ""));
  }

  // A single value stands for a list of one.
  Value ToList(const ast::TypeExpr& element) const {
    const std::vector<Value>* values = request_.value.AsList();
    std::vector<Value> one{request_.value};
    std::vector<Value> converted;
    for (const Value& value : values == nullptr ? one : *values) {
      converted.push_back(Part(value, element));
      if (converted.back().poison()) return Poison{};
    }
    return Value::List(std::move(converted));
  }

  Value ToTuple(const std::vector<ast::TypePtr>& types) const {
    const std::vector<Value>* values = request_.value.AsTuple();
    if (values == nullptr || values->size() != types.size()) {
      return Fail(
          request_.mismatch == DiagnosticKind::kReturnMismatch ? request_.mismatch : DiagnosticKind::kTypeMismatch,
          fmt::format("a tuple of {}", types.size()));
    }
    std::vector<Value> converted;
    for (size_t i = 0; i < types.size(); ++i) converted.push_back(Part((*values)[i], *types[i]));
    return Value::Tuple(std::move(converted));
  }

  Value ToTensorType(std::optional<ir::Element> element, const std::vector<ast::ExprPtr>& dims) const {
    const Value& value = request_.value;
    if (!value.AsTensor() && !value.is_number()) {
      return Fail(DiagnosticKind::kTypeMismatch, fmt::format("a tensor `{}`", Written()));
    }
    // Before dimensions are resolved, since an argument of another rank binds none.
    int64_t rank = value.AsTensor() ? elaborator_.TypeOf(request_.blamed, value).rank() : 0;
    if (!RankFits(rank, dims)) return WrongRank();
    std::optional<ir::Shape> shape = elaborator_.ResolveShape(dims, request_.declared);
    if (!shape) return Poison{};
    // Optimizer arguments may be made before there is a graph; a number adapts to its context then as well.
    if (value.is_number() && request_.blamed.context->graph == nullptr && shape->empty()) return value;
    Value tensor = elaborator_.ToTensor(request_.blamed, request_.span, value, element);
    if (tensor.poison()) return tensor;
    const ir::Type& type = elaborator_.TypeOf(request_.blamed, tensor);
    bool same_element = element ? type.element == *element : ir::IsFloat(type.element);
    if (same_element && type.shape == *shape) return tensor;
    return same_element ? WrongShape(tensor, type, *shape, dims) : WrongElement(type, element);
  }

  static bool RankFits(int64_t rank, const std::vector<ast::ExprPtr>& dims) {
    bool dots = std::find(dims.begin(), dims.end(), nullptr) != dims.end();
    auto named = static_cast<int64_t>(dims.size()) - (dots ? 1 : 0);
    return dots ? rank >= named : rank == named;
  }

  Value WrongRank() const {
    bool result = request_.mismatch == DiagnosticKind::kReturnMismatch;
    elaborator_
        .Report(request_.blamed, result ? request_.mismatch : DiagnosticKind::kRankMismatch, request_.span,
                fmt::format("{} must be `{}`, but it is {}", request_.what, Written(), Shown()))
        .AddNote(request_.type.span, "declared here");
    return Poison{};
  }

  Value WrongElement(const ir::Type& type, std::optional<ir::Element> element) const {
    bool result = request_.mismatch == DiagnosticKind::kReturnMismatch;
    std::string wanted = element ? std::string(ir::Name(*element)) : "float";
    elaborator_
        .Report(request_.blamed, result ? request_.mismatch : DiagnosticKind::kElementMismatch, request_.span,
                fmt::format("{} must be `{}`, but it is {}", request_.what, Written(), ir::ToString(type)))
        .AddNote(request_.type.span, "declared here")
        .Help(fmt::format("convert it by name: `{}(...)`", wanted));
    return Poison{};
  }

  Value WrongShape(const Value& tensor, const ir::Type& type, const ir::Shape& wanted,
                   const std::vector<ast::ExprPtr>& dims) const {
    bool result = request_.mismatch == DiagnosticKind::kReturnMismatch;
    bool same_rank = type.shape.size() == wanted.size();
    DiagnosticKind kind = result || same_rank ? request_.mismatch : DiagnosticKind::kRankMismatch;
    std::string message = fmt::format("{} must be `{}`, but it is {}", request_.what, Written(), ir::ToString(type));
    size_t axis = 0;
    while (same_rank && type.shape[axis] == wanted[axis]) ++axis;
    if (same_rank) message += fmt::format(": axis {} is {}, not {}", axis, type.shape[axis].str(), wanted[axis].str());
    Diagnostic& diagnostic = elaborator_.Report(request_.blamed, kind, request_.span, std::move(message));
    if (same_rank) {
      DimOrigin origin = OriginOf(request_.blamed.graph(), *tensor.AsTensor(), static_cast<int64_t>(axis));
      diagnostic.AddNote(origin.span, origin.text);
      NoteBinding(diagnostic, axis, wanted, dims);
    }
    diagnostic.AddNote(request_.type.span, "declared here");
    return Poison{};
  }

  // Where the declared dimension of an axis got its size, if it is a variable that another argument bound.
  void NoteBinding(Diagnostic& diagnostic, size_t axis, const ir::Shape& wanted,
                   const std::vector<ast::ExprPtr>& dims) const {
    if (dims.size() != wanted.size() || dims[axis] == nullptr) return;
    auto* name = std::get_if<ast::NameExpr>(&dims[axis]->node);
    if (name == nullptr) return;
    auto local = request_.declared.scope.locals.find(name->name);
    if (local == request_.declared.scope.locals.end() || !local->second.span.known()) return;
    diagnostic.AddNote(local->second.span, fmt::format("`{}` is {} from here", name->name, wanted[axis].str()));
  }

  Elaborator& elaborator_;
  const Coercion& request_;
};

// A dimension variable within a dimension that nothing has bound, or null.
const std::string* UnboundVariable(Elaborator& elaborator, const ast::Expr& dim, Frame& frame) {
  if (auto* binary = std::get_if<ast::Binary>(&dim.node)) {
    const std::string* left = UnboundVariable(elaborator, *binary->lhs, frame);
    return left != nullptr ? left : UnboundVariable(elaborator, *binary->rhs, frame);
  }
  return DimensionVariable(elaborator, dim, frame);
}

// A dimension's value; nullopt after an error.
std::optional<ir::Dim> ResolveDim(Elaborator& elaborator, const ast::Expr& dim, Frame& frame) {
  if (const std::string* variable = UnboundVariable(elaborator, dim, frame)) {
    elaborator.Fail(frame, DiagnosticKind::kUnboundDimension, dim.span,
                    fmt::format("nothing determines the dimension `{}`", *variable),
                    "a dimension variable must stand alone in a dimension of some argument");
    return std::nullopt;
  }
  std::optional<ir::Dim> size = elaborator.WantInt(frame, dim.span, elaborator.Evaluate(dim, frame), "a dimension");
  if (size && size->is_constant() && size->value() < 0) {
    elaborator.Fail(frame, DiagnosticKind::kShapeMismatch, dim.span, fmt::format("a dimension of {}", size->str()));
    return std::nullopt;
  }
  return size;
}

}  // namespace

const std::string* DimensionVariable(Elaborator& elaborator, const ast::Expr& dim, Frame& frame) {
  auto* name = std::get_if<ast::NameExpr>(&dim.node);
  if (name == nullptr || !std::isupper(static_cast<unsigned char>(name->name.front()))) return nullptr;
  std::optional<Value> local = elaborator.FindLocal(name->name, frame);
  if (local) return local->AsInt() ? nullptr : &name->name;
  Declarations::Found found = elaborator.declarations().Find(name->name, frame.file);
  bool let = found.declaration != nullptr && std::holds_alternative<ast::Let>(found.declaration->decl->node);
  return let && elaborator.ValueOf(*found.declaration, dim.span, frame).AsInt() ? nullptr : &name->name;
}

std::optional<ir::Shape> Elaborator::ResolveShape(const std::vector<ast::ExprPtr>& dims, Frame& frame) {
  ir::Shape shape;
  for (const ast::ExprPtr& dim : dims) {
    if (dim == nullptr && !frame.leading) {
      Fail(frame, DiagnosticKind::kUnboundDimension, frame.call, "nothing determines what `...` stands for",
           "some argument's type must have `...` too");
      return std::nullopt;
    }
    if (dim == nullptr) {
      shape.insert(shape.end(), frame.leading->begin(), frame.leading->end());
      continue;
    }
    std::optional<ir::Dim> size = ResolveDim(*this, *dim, frame);
    if (!size) return std::nullopt;
    shape.push_back(*size);
  }
  return shape;
}

std::optional<ir::Type> Elaborator::ResolveTensorType(const ast::TypeExpr& type, Frame& frame) {
  const std::vector<ast::ExprPtr>* dims = DimsOf(type);
  auto* tensor = std::get_if<ast::TensorTypeExpr>(&type.node);
  std::optional<ir::Element> element = tensor == nullptr ? ir::Element::kI32
                                       : tensor->element ? tensor->element
                                                         : frame.real;
  if (dims == nullptr || !element) {
    Fail(frame, DiagnosticKind::kTypeMismatch, type.span, "a tensor type with a known element type is needed here");
    return std::nullopt;
  }
  std::optional<ir::Shape> shape = ResolveShape(*dims, frame);
  if (!shape) return std::nullopt;
  ir::Type resolved(*element, *std::move(shape));
  try {
    CheckSize(resolved);
  } catch (const ir::DimOverflow&) {
    Fail(frame, DiagnosticKind::kDimensionOverflow, type.span,
         fmt::format("the bytes of {} do not fit in 63 bits", ir::ToString(resolved)));
    return std::nullopt;
  }
  return resolved;
}

Value Elaborator::Coerce(const Value& value, Span span, const ast::TypeExpr& type, Frame& frame,
                         std::string_view what) {
  return CoerceTo(*this, {value, span, type, frame, frame, std::string(what)});
}

Value CoerceTo(Elaborator& elaborator, const Coercion& coercion) { return Coercer(elaborator, coercion).Coerce(); }

}  // namespace nnc
