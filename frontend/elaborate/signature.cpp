#include "frontend/elaborate/signature.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "frontend/elaborate/overloaded.h"

namespace nnc {

namespace {

bool IsStaticType(const ast::TypeExpr& type) { return !IsTensorType(type); }

// Binds what a declared type leaves open to what a value's type has there: variables that stand alone, `...`, `real`.
// What is bound already stays; the check afterwards compares.
class Unifier {
 public:
  Unifier(Elaborator& elaborator, Frame& callee, const Frame& caller)
      : elaborator_(elaborator), callee_(callee), caller_(caller) {}

  void Unify(const ast::TypeExpr& type, const Value& value, Span span) {
    if (auto* tuple = std::get_if<ast::TupleTypeExpr>(&type.node)) {
      const std::vector<Value>* parts = value.AsTuple();
      if (parts == nullptr || parts->size() != tuple->elements.size()) return;
      for (size_t i = 0; i < parts->size(); ++i) Unify(*tuple->elements[i], (*parts)[i], span);
    }
    any_number_ |= value.is_number();
    if (!value.AsTensor()) return;
    const ir::Type& actual = elaborator_.TypeOf(caller_, value);
    if (auto* tensor = std::get_if<ast::TensorTypeExpr>(&type.node)) {
      if (!tensor->element && !callee_.real && ir::IsFloat(actual.element)) callee_.real = actual.element;
      UnifyDims(tensor->dims, actual.shape, span);
    }
    if (auto* classes = std::get_if<ast::ClassTypeExpr>(&type.node)) UnifyDims(classes->dims, actual.shape, span);
  }

  // A number is a scalar: where no tensor said what `...` stands for, it stands for no axes.
  void Finish() {
    if (any_number_ && !callee_.leading) callee_.leading.emplace();
  }

 private:
  void UnifyDims(const std::vector<ast::ExprPtr>& dims, const ir::Shape& shape, Span span) {
    auto dots = std::find(dims.begin(), dims.end(), nullptr);
    auto named = static_cast<std::ptrdiff_t>(dims.size()) - (dots == dims.end() ? 0 : 1);
    auto rank = static_cast<std::ptrdiff_t>(shape.size());
    if (dots == dims.end() ? rank != named : rank < named) return;
    std::ptrdiff_t before = dots - dims.begin();
    if (dots != dims.end() && !callee_.leading) {
      callee_.leading.emplace(shape.begin() + before, shape.begin() + before + (rank - named));
    }
    for (std::ptrdiff_t i = 0; i < static_cast<std::ptrdiff_t>(dims.size()); ++i) {
      if (dims[i] == nullptr) continue;
      std::ptrdiff_t skipped = i < before ? 0 : rank - named - 1;  // axes that `...` took, less itself
      BindVariable(*dims[i], shape[i + skipped], span);
    }
  }

  void BindVariable(const ast::Expr& dim, const ir::Dim& size, Span span) {
    const std::string* variable = DimensionVariable(elaborator_, dim, callee_);
    if (variable != nullptr) callee_.scope.Define(*variable, Value(size), span);
  }

  Elaborator& elaborator_;
  Frame& callee_;
  const Frame& caller_;
  bool any_number_ = false;
};

class Binder {
 public:
  Binder(Elaborator& elaborator, Frame& callee, Frame& caller, const std::string& what,
         const std::vector<ast::Param>& params, const std::vector<const CallArgument*>& arguments)
      : elaborator_(elaborator),
        callee_(callee),
        caller_(caller),
        what_(what),
        params_(params),
        arguments_(arguments) {}

  bool Bind() {
    // Static values first, since dimensions may be made of them.
    for (size_t i = 0; i < params_.size(); ++i) {
      if (IsStaticType(*params_[i].type)) BindParam(i);
    }
    Unifier unifier(elaborator_, callee_, caller_);
    for (size_t i = 0; i < params_.size(); ++i) {
      if (arguments_[i] != nullptr) unifier.Unify(*params_[i].type, arguments_[i]->value, arguments_[i]->span);
    }
    unifier.Finish();
    for (size_t i = 0; i < params_.size(); ++i) {
      if (!IsStaticType(*params_[i].type)) BindParam(i);
    }
    return good_;
  }

 private:
  void BindParam(size_t i) {
    const ast::Param& param = params_[i];
    const CallArgument* given = arguments_[i];
    Value value = given != nullptr ? given->value : elaborator_.Evaluate(*param.default_value, callee_);
    Span span = given != nullptr ? given->span : param.default_value->span;
    Value coerced =
        CoerceTo(elaborator_, {std::move(value), span, *param.type, callee_, given != nullptr ? caller_ : callee_,
                               fmt::format("`{}` of {}", param.name.text, what_)});
    good_ &= !coerced.poison();
    callee_.scope.Define(param.name.text, std::move(coerced), param.name.span);
  }

  Elaborator& elaborator_;
  Frame& callee_;
  Frame& caller_;
  const std::string& what_;
  const std::vector<ast::Param>& params_;
  const std::vector<const CallArgument*>& arguments_;
  bool good_ = true;
};

// Makes the inputs of a function that is elaborated without a call.
class SymbolicBinder {
 public:
  SymbolicBinder(Elaborator& elaborator, Frame& callee, const std::vector<ast::Param>& params)
      : elaborator_(elaborator), callee_(callee), params_(params) {}

  bool Bind() {
    for (const ast::Param& param : params_) {
      if (IsStaticType(*param.type)) BindDefault(param);
    }
    for (const ast::Param& param : params_) DefineVariables(*param.type);
    for (const ast::Param& param : params_) {
      if (IsStaticType(*param.type)) continue;
      Value input = Input(*param.type, param.name.text, param.name.span);
      good_ &= !input.poison();
      callee_.scope.Define(param.name.text, std::move(input), param.name.span);
    }
    return good_;
  }

 private:
  void BindDefault(const ast::Param& param) {
    Value value = elaborator_.Evaluate(*param.default_value, callee_);
    Value coerced = elaborator_.Coerce(value, param.default_value->span, *param.type, callee_,
                                       fmt::format("the default of `{}`", param.name.text));
    good_ &= !coerced.poison();
    callee_.scope.Define(param.name.text, std::move(coerced), param.name.span);
  }

  void DefineVariables(const ast::TypeExpr& type) {
    if (auto* tuple = std::get_if<ast::TupleTypeExpr>(&type.node)) {
      for (const ast::TypePtr& part : tuple->elements) DefineVariables(*part);
    }
    if (auto* tensor = std::get_if<ast::TensorTypeExpr>(&type.node)) {
      if (!tensor->element) callee_.real = ir::Element::kF32;
      DefineVariables(tensor->dims);
    }
    if (auto* classes = std::get_if<ast::ClassTypeExpr>(&type.node)) DefineVariables(classes->dims);
  }

  void DefineVariables(const std::vector<ast::ExprPtr>& dims) {
    for (const ast::ExprPtr& dim : dims) {
      if (dim == nullptr) {
        // One axis stands for any number of leading ones: `nnc run` gives a batch.
        if (!callee_.leading) callee_.leading = ir::Shape{ir::Dim::Variable("Lead")};
        continue;
      }
      const std::string* variable = DimensionVariable(elaborator_, *dim, callee_);
      if (variable != nullptr) callee_.scope.Define(*variable, Value(ir::Dim::Variable(*variable)), dim->span);
    }
  }

  Value Input(const ast::TypeExpr& type, const std::string& name, Span span) {
    if (auto* tuple = std::get_if<ast::TupleTypeExpr>(&type.node)) {
      std::vector<Value> parts;
      for (size_t i = 0; i < tuple->elements.size(); ++i) {
        parts.push_back(Input(*tuple->elements[i], fmt::format("{}.{}", name, i), span));
      }
      return Value::Tuple(std::move(parts));
    }
    std::optional<ir::Type> resolved = elaborator_.ResolveTensorType(type, callee_);
    if (!resolved) return Poison{};
    return Value::Tensor(callee_.graph().Read(ArgumentKind::kInput, name, *resolved, span));
  }

  Elaborator& elaborator_;
  Frame& callee_;
  const std::vector<ast::Param>& params_;
  bool good_ = true;
};

}  // namespace

bool IsTensorType(const ast::TypeExpr& type) {
  return std::visit(Overloaded{
                        [](const ast::TensorTypeExpr&) { return true; },
                        [](const ast::ClassTypeExpr&) { return true; },
                        [](const ast::StaticType&) { return false; },
                        [](const ast::ListTypeExpr&) { return false; },
                        [](const ast::TupleTypeExpr& tuple) {
                          return std::any_of(tuple.elements.begin(), tuple.elements.end(),
                                             [](const ast::TypePtr& part) { return IsTensorType(*part); });
                        },
                    },
                    type.node);
}

bool BindSignature(Elaborator& elaborator, Frame& callee, Frame& caller, Span call, const std::string& what,
                   const std::vector<ast::Param>& params, const std::vector<CallArgument>& arguments) {
  std::vector<ParamName> names;
  for (const ast::Param& param : params) names.push_back({param.name.text, param.default_value == nullptr});
  auto matched = MatchArguments(elaborator, caller, call, what, names, arguments);
  return matched && Binder(elaborator, callee, caller, what, params, *matched).Bind();
}

bool BindSymbolically(Elaborator& elaborator, Frame& callee, const std::vector<ast::Param>& params) {
  return SymbolicBinder(elaborator, callee, params).Bind();
}

bool CanBindSymbolically(const std::vector<ast::Param>& params) {
  return std::all_of(params.begin(), params.end(), [](const ast::Param& param) {
    return IsTensorType(*param.type) || param.default_value != nullptr;
  });
}

}  // namespace nnc
