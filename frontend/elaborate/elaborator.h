// The checker, which is the lowering too: it interprets the syntax tree with values that are static or tensors of the
// graph being built. Every top-level fn is elaborated once with symbolic dimensions, and calls are inlined by
// elaborating the body with the values at hand.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "frontend/elaborate/declarations.h"
#include "frontend/elaborate/frame.h"
#include "frontend/elaborate/value.h"
#include "frontend/frontend.h"

namespace nnc {

struct BoundArgument;

class Elaborator {
 public:
  Elaborator(SourceManager& sources, Diagnostics& diagnostics, const FrontendOptions& options,
             Declarations& declarations, Program& program);

  Program& program() { return program_; }
  const FrontendOptions& options() const { return options_; }
  SourceManager& sources() { return sources_; }
  Diagnostics& diagnostics() { return diagnostics_; }

  // ---- Errors (report.cpp) ----

  // Reports at `span`. Inside library code the place is the user's call instead, with a note into the library.
  Diagnostic& Report(const Frame& frame, DiagnosticKind kind, Span span, std::string message);
  // The same, for errors that need no notes. Gives poison.
  Value Fail(const Frame& frame, DiagnosticKind kind, Span span, std::string message, std::string help = "");
  // "f32[N, 3]", "the int 3", "a list of 2", "a model Net": how messages name a value.
  std::string Describe(const Frame& frame, const Value& value) const;
  // Reports a name that nothing declares, with the closest of `candidates`. Gives poison.
  Value UnknownName(const Frame& frame, DiagnosticKind kind, Span span, std::string message, std::string_view name,
                    const std::vector<std::string>& candidates);

  // Counts what is done while a program is checked, an evaluated expression being 1. Throws Failure TooLarge where that
  // is more than any program needs: loops in one another, or a recursion that doubles, would else go on for years.
  void Spend(const Frame& frame, Span span, size_t work);

  // ---- Frames ----

  // A frame for an outermost body in `file`: a train block, a fn, a let.
  Frame FileFrame(uint32_t file, Context& context) const;

  // ---- Expressions and statements ----

  Value Evaluate(const ast::Expr& expr, Frame& frame);
  // Runs a block. The value that it returned, or nullopt where it ran to its end.
  std::optional<Value> Execute(const ast::Block& block, Frame& frame);
  std::optional<Value> Execute(const ast::Stmt& statement, Frame& frame);
  // Binds the names of a pattern to the parts of `value`, which `span` gave.
  void Assign(const ast::Pattern& pattern, const Value& value, Span span, Frame& frame);
  // Calls a function, builtin, model class, model instance, or parameter set.
  Value Call(const Value& callee, std::vector<CallArgument> arguments, Span span, Frame& frame);
  // The elements of a list, tuple or static range; reports anything else and gives nullopt.
  std::optional<std::vector<Value>> Elements(const Value& value, Span span, Frame& frame);

  // ---- Tensors ----

  // Appends `op`. Operands may be static numbers: they take the element type of the tensors beside them (f32 and i32
  // without one). A type-rule error is reported with both shapes and where the dimensions came from. Poison in, poison
  // out.
  Value Apply(Frame& frame, Span span, ir::Op op, std::vector<Value> operands, ir::Attributes attributes = {});
  // `value` as a tensor: itself, or a scalar constant of a static number. `wanted` is the element type of the context;
  // an int where a float is wanted is an error. A list or tuple is not a tensor.
  Value ToTensor(Frame& frame, Span span, const Value& value, std::optional<ir::Element> wanted = std::nullopt);
  // The type of a tensor value of the frame's graph.
  const ir::Type& TypeOf(const Frame& frame, const Value& tensor) const;
  // A dimension as a scalar of integer type `element`.
  Value SizeTensor(Frame& frame, Span span, const ir::Dim& dim, ir::Element element);
  // An i64 scalar: the random key of this place in the program.
  Value RandomKey(Frame& frame, Span span);
  // The tensor that a parameter or buffer now has.
  Value ReadParameter(Frame& frame, Span span, const ParameterPtr& parameter);
  // The mean or standard deviation of a normalized field, as an argument of the function.
  Value ReadDataConstant(Frame& frame, Span span, const FieldRef& field, bool deviation);

  // ---- Static arguments: each reports a value of another kind (naming it as `what`) and gives nullopt ----

  std::optional<ir::Dim> WantInt(Frame& frame, Span span, const Value& value, std::string_view what);
  std::optional<int64_t> WantConstant(Frame& frame, Span span, const Value& value,
                                      std::string_view what);  // an int without variables
  std::optional<double> WantFloat(Frame& frame, Span span, const Value& value, std::string_view what);
  std::optional<bool> WantBool(Frame& frame, Span span, const Value& value, std::string_view what);
  std::optional<std::string> WantString(Frame& frame, Span span, const Value& value, std::string_view what);
  // A list of ints, or one int.
  std::optional<ir::Shape> WantShape(Frame& frame, Span span, const Value& value, std::string_view what);
  // An axis of a tensor of this rank, counted from 0; negative ones count from the end (E0305).
  std::optional<int64_t> WantAxis(Frame& frame, Span span, const Value& value, int64_t rank);
  // One axis or a list of distinct axes, sorted.
  std::optional<std::vector<int64_t>> WantAxes(Frame& frame, Span span, const Value& value, int64_t rank);

  // ---- Types ----

  // A tensor type whose dimensions are known in the frame (a param's, a field's). Reports unbound names and `...`.
  std::optional<ir::Type> ResolveTensorType(const ast::TypeExpr& type, Frame& frame);
  std::optional<ir::Shape> ResolveShape(const std::vector<ast::ExprPtr>& dims, Frame& frame);
  // `value` as a value of the declared type: static numbers become tensors where one is declared. `what` names it in
  // messages.
  Value Coerce(const Value& value, Span span, const ast::TypeExpr& type, Frame& frame, std::string_view what);

  // ---- Declarations ----

  // The value of a name at this place: locals, members of `self`, top-level declarations, the library, builtins.
  Value Lookup(std::string_view name, Span span, Frame& frame);
  // The plan of a data block, made on first use.
  const DataPlan& PlanOf(const ast::Data& data, uint32_t file);
  // `object.name`; `.0` of a tuple or list.
  Value MemberOf(const Value& object, const ast::Name& name, Span span, Frame& frame);

  // Elaborates everything: lets, functions, data and train blocks, initializers. Fills the program.
  void ElaborateProgram();

  Declarations& declarations() { return declarations_; }
  // The value of a top-level declaration, evaluated at the first use; reports one that needs itself (E0209).
  Value ValueOf(Declaration& declaration, Span use, const Frame& frame);
  // Parameters and buffers of all models, in order; complete when all lets are evaluated.
  const std::vector<ParameterPtr>& parameters() const { return parameters_; }
  // The initial value of a parameter, of its type, in a function whose draws depend on the seed and its path.
  Value InitialValue(Graph& graph, const ParameterInfo& parameter);
  // The value of an initializer: itself, or what it gives for `shape` where it is a function of a shape.
  Value Initialize(const ast::Expr& init, const ir::Shape& shape, Frame& frame);
  // A name among locals, captured names and members of `self`.
  std::optional<Value> FindLocal(std::string_view name, Frame& frame);

 private:
  enum class CheckState { kActive, kGood, kBad };

  // expressions.cpp. A reference is a value in which a parameter or field is still itself, not the tensor it stands
  // for.
  Value EvaluateReference(const ast::Expr& expr, Frame& frame);
  Value EvaluateBinaryExpr(const ast::Binary& node, Span span, Frame& frame);
  Value EvaluateRange(const ast::Range& node, Frame& frame);
  Value EvaluateIf(const ast::IfExpr& node, Frame& frame);
  Value EvaluateComprehension(const ast::Comprehension& node, Frame& frame);
  std::vector<Value> EvaluateAll(const std::vector<ast::ExprPtr>& expressions, Frame& frame);
  Value MakeClosure(const ast::FnLiteral& node, Frame& frame);
  std::optional<bool> StaticCondition(const ast::Expr& condition, Frame& frame);

  // statements.cpp
  std::optional<Value> ExecuteFor(const ast::For& node, Frame& frame);
  void AssignName(const ast::Name& name, const Value& value, Span span, Frame& frame);
  void WriteBuffer(const ParameterInfo& buffer, const Value& value, Span span, Frame& frame);

  // members.cpp, data_references.cpp
  Value MemberOfInstance(const Value& object, const ast::Name& name, Frame& frame);
  Value MemberOfData(const DataRef& data, const ast::Name& name, Frame& frame);
  Value MemberOfField(const FieldRef& field, const ast::Name& name, Span span, Frame& frame);
  Value ReadClassCount(Frame& frame, Span span, const FieldRef& field);
  Value ReadField(const FieldRef& field, Frame& frame);

  // calls.cpp
  Value EvaluateCall(const ast::Call& node, Span span, Frame& frame);
  Value CallBuiltin(const Builtin& builtin, const std::vector<CallArgument>& arguments, Span span, Frame& frame);
  Value CallFunction(const UserFunction& function, const std::vector<CallArgument>& arguments, Span span, Frame& frame);
  Value CallClosure(const Closure& closure, const std::vector<CallArgument>& arguments, Span span, Frame& frame);
  Value CallInstance(const std::shared_ptr<Instance>& instance, const std::vector<CallArgument>& arguments, Span span,
                     Frame& frame);
  Value ConfigureOptimizer(const OptimizerClass& optimizer, const std::vector<CallArgument>& arguments, Span span,
                           Frame& frame);
  bool Enter(Frame& frame, Span span, std::string_view what);
  Value RunBody(const UserFunction& function, Frame& callee);
  Value ExecuteBody(const UserFunction& function, Frame& callee);
  const ast::Vjp* DerivativeOf(const UserFunction& function) const;

  // models.cpp
  Value Instantiate(const ModelClass& model, const std::vector<CallArgument>& arguments, Span span, Frame& frame);
  Value MakeParameter(const ast::ParamMember& member, Frame& frame);
  void NameModels(const Value& value, const std::string& path);

  // functions.cpp. A top-level fn is elaborated once with symbolic dimensions, and joins the module; false where it has
  // errors.
  bool CheckFunction(const UserFunction& function);
  bool ElaborateFunction(const UserFunction& function, const std::string& name);
  // Methods that no call has elaborated.
  void CheckMethods(const Value& value);

  // program.cpp
  Value EvaluateLet(const ast::Let& let, uint32_t file);
  Value Overridden(const ast::Let& let, Value value, const std::string& text, uint32_t file);
  void CheckOverrides();
  void ElaborateDeclaration(Declaration& declaration);
  void Summarize(const Declaration& declaration);
  void CheckStarts();
  void ElaborateInit();

  SourceManager& sources_;
  Diagnostics& diagnostics_;
  const FrontendOptions& options_;
  Declarations& declarations_;
  Program& program_;
  std::map<const ast::Fn*, CheckState> checks_;
  std::map<const ast::Data*, DataPlan> plans_;
  std::set<std::pair<const Instance*, const ast::Fn*>> elaborated_methods_;
  std::set<std::pair<const Instance*, const ast::Fn*>> failed_methods_;  // their errors need no repeating
  std::set<const ast::Vjp*> active_derivatives_;                         // whose bodies are being elaborated
  std::vector<ParameterPtr> parameters_;                                 // of all models, in order
  std::set<std::string_view> overrides_used_;
  int nesting_ = 0;  // evaluations inside one another
  size_t spent_ = 0;
};

}  // namespace nnc
