// Signatures: arguments matched to parameters, dimension variables bound, types checked.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "frontend/elaborate/elaborator.h"

namespace nnc {

// A parameter as argument matching sees it.
struct ParamName {
  std::string_view name;
  bool required = true;
  bool named_only = false;
};
enum class Unmatched { kRefuse, kKeepPositional, kKeepNamed };

// Which argument goes to which parameter (null: left out). Reports arguments that are unknown, too many or given twice,
// and required ones that are missing, and gives nullopt. Arguments without a parameter go to `rest` if `unmatched`
// keeps them.
std::optional<std::vector<const CallArgument*>> MatchArguments(Elaborator& elaborator, const Frame& caller, Span call,
                                                               const std::string& what,
                                                               const std::vector<ParamName>& params,
                                                               const std::vector<CallArgument>& arguments,
                                                               Unmatched unmatched = Unmatched::kRefuse,
                                                               std::vector<CallArgument>* rest = nullptr);

// Binds the parameters of a signature in the callee's frame: dimension variables are unified over all arguments, then
// each argument is coerced to its declared type; defaults are evaluated in the callee. Reports what does not fit at the
// argument in the caller. `what` names the callee: "`classify`". False after errors.
bool BindSignature(Elaborator& elaborator, Frame& callee, Frame& caller, Span call, const std::string& what,
                   const std::vector<ast::Param>& params, const std::vector<CallArgument>& arguments);

// Binds the parameters for a check without a call: tensors are inputs of the graph with symbolic dimensions (`...` is
// one axis, `real` is f32), static parameters have their defaults. False after errors.
bool BindSymbolically(Elaborator& elaborator, Frame& callee, const std::vector<ast::Param>& params);
// Whether it can be: no static parameter lacks a default.
bool CanBindSymbolically(const std::vector<ast::Param>& params);

// Whether a type is made of tensors (and tuples of them), not of static values.
bool IsTensorType(const ast::TypeExpr& type);

// Asks that `value` be of a declared type.
struct Coercion {
  Value value;
  Span span;  // of the value
  const ast::TypeExpr& type;
  Frame& declared;                                           // where the type's names are in scope
  Frame& blamed;                                             // where errors are reported
  std::string what;                                          // "argument `x` of `f`"
  DiagnosticKind mismatch = DiagnosticKind::kShapeMismatch;  // for a tensor of another type
};
// The value, with static numbers made tensors where a tensor type is declared; poison after an error.
Value CoerceTo(Elaborator& elaborator, const Coercion& coercion);

// The dimension variable that a dimension is, where it is a capitalised name that is not bound to a static int here;
// else null.
const std::string* DimensionVariable(Elaborator& elaborator, const ast::Expr& dim, Frame& frame);

}  // namespace nnc
