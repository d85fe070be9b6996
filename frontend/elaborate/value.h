// What expressions evaluate to while a program is checked: static values, known when compiling, and tensors of the
// graph.
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "frontend/ast.h"
#include "ir/dim.h"
#include "ir/function.h"

namespace nnc {

class Value;
struct Builtin;
struct FieldSource;  // frontend.h: `csv(...)`, perhaps with an affine step
struct Instance;
struct Scope;

// The value of an expression in which an error was reported already. Every operation passes it on in silence.
struct Poison {};

// A tensor: a node of the graph that is being built.
struct TensorValue {
  ir::Value value;
};

// `first..last`, last exclusive.
struct RangeValue {
  ir::Dim first, last;
};

struct ListValue {
  std::vector<Value> elements;
};
struct TupleValue {
  std::vector<Value> elements;
};

// A parameter or buffer of a model instance. Reading it binds it as an argument of the function being built.
struct ParameterInfo {
  std::string name;  // its path, "net.fc1.weight"; empty until the instance has a name
  ir::Type type;     // constant
  bool buffer = false;
  uint32_t ordinal = 0;  // order of all parameters of the program
  Span span;             // its declaration, or where the model was made if that is in the library
  const ast::ParamMember* declaration = nullptr;
  Instance* owner = nullptr;  // in whose frame the initializer is evaluated

  // No elements, as `Linear(..., bias: false)` makes its bias: such a parameter is not stored, initialized or trained.
  bool IsEmpty() const { return std::find(type.shape.begin(), type.shape.end(), ir::Dim(0)) != type.shape.end(); }
};
using ParameterPtr = std::shared_ptr<ParameterInfo>;

// A set of parameters, or of one tensor for each (its gradients, say).
struct ParameterSet {
  struct Entry {
    ParameterPtr parameter;
    ir::Value value;  // not valid: the parameter itself
  };
  std::vector<Entry> entries;
};

// A `fn`, or a method with the instance it belongs to.
struct UserFunction {
  const ast::Fn* fn = nullptr;
  uint32_t file = 0;
  std::shared_ptr<Instance> self;  // null for a top-level fn
};

// A function literal with the names it captured: their values when it was made.
struct Closure {
  const ast::FnLiteral* literal = nullptr;
  uint32_t file = 0;
  std::shared_ptr<Instance> self;
  std::shared_ptr<const Scope> captured;
};

// One argument of a call as it was written and evaluated.
struct CallArgument;

// A function whose first parameter is `shape`, called without one: `normal(0.0, 0.02)`.
struct Partial {
  std::shared_ptr<const Value> callee;
  std::vector<CallArgument> arguments;
};

struct ModelClass {
  const ast::Model* model = nullptr;
  uint32_t file = 0;
};

struct OptimizerClass {
  const ast::Optimizer* optimizer = nullptr;
  uint32_t file = 0;
};

// An optimizer with its arguments: `adam(lr: 1e-3)`. Defaults are filled in when an update is built, in the optimizer's
// frame.
struct OptimizerValue {
  const ast::Optimizer* optimizer = nullptr;
  uint32_t file = 0;
  std::shared_ptr<const Scope> arguments;  // every parameter by name
  Span span;
};

// `spiral` or `spiral.train`.
struct DataRef {
  const ast::Data* data = nullptr;
  uint32_t file = 0;
  std::string split;  // empty: the whole set
};
// `spiral.x`
struct FieldRef {
  const ast::Data* data = nullptr;
  uint32_t file = 0;
  std::string field;
};

// A static value or a tensor.
class Value {
 public:
  using Node = std::variant<Poison, ir::Dim, double, bool, std::string, std::shared_ptr<const ListValue>,
                            std::shared_ptr<const TupleValue>, RangeValue, TensorValue, ParameterPtr,
                            std::shared_ptr<const ParameterSet>, UserFunction, Closure, const Builtin*,
                            std::shared_ptr<const Partial>, ModelClass, std::shared_ptr<Instance>, OptimizerClass,
                            OptimizerValue, DataRef, FieldRef, std::shared_ptr<const FieldSource>>;

  Value() = default;                         // poison
  Value(Poison) {}                           // NOLINT: alternatives are Values
  Value(ir::Dim v) : node_(std::move(v)) {}  // NOLINT
  template <class T>
    requires(!std::is_same_v<T, Value> && !std::is_same_v<T, int> &&
             std::is_constructible_v<Node, std::in_place_type_t<T>, T>)
  Value(T v) : node_(std::in_place_type<T>, std::move(v)) {}  // NOLINT

  static Value Int(int64_t v) { return Value(ir::Dim(v)); }
  static Value List(std::vector<Value> elements);
  static Value Tuple(std::vector<Value> elements);
  static Value Tensor(ir::Value v) { return v.valid() ? Value(TensorValue{v}) : Value(); }
  static Value Set(ParameterSet set) { return Value(std::make_shared<const ParameterSet>(std::move(set))); }

  const Node& node() const { return node_; }
  bool poison() const { return std::holds_alternative<Poison>(node_); }
  explicit operator bool() const = delete;

  // Each gives the alternative, or null where the value is something else.
  template <class T>
  const T* As() const {
    return std::get_if<T>(&node_);
  }
  const ir::Dim* AsInt() const { return As<ir::Dim>(); }
  const double* AsFloat() const { return As<double>(); }
  const bool* AsBool() const { return As<bool>(); }
  const std::string* AsString() const { return As<std::string>(); }
  const std::vector<Value>* AsList() const;
  const std::vector<Value>* AsTuple() const;
  const ir::Value* AsTensor() const;
  const ParameterSet* AsSet() const;
  Instance* AsInstance() const;

  // An int, float or bool: what can become a scalar tensor.
  bool is_number() const { return AsInt() || AsFloat() || AsBool(); }
  bool is_callable() const;

 private:
  Node node_;
};

struct CallArgument {
  std::string_view name;  // empty: positional
  Value value;
  Span span{};       // of the value
  Span name_span{};  // of the name
};

// A name's value inside a body. Rebinding a name replaces its Local.
struct Local {
  Value value;
  Span span;                    // where it was bound
  bool read = false;            // has anything read it?
  std::function<Value()> lazy;  // if set, gives the value at the first read (fields of a batch, `step`)
};

// Local names of one body. Function literals copy it when they are made.
struct Scope {
  std::unordered_map<std::string_view, Local> locals;  // keys point into syntax trees or static storage
  std::shared_ptr<const Scope> captured;               // names around a function literal

  void Define(std::string_view name, Value value, Span span = {}) {
    locals[name] = Local{std::move(value), span, false, nullptr};
  }
  void DefineLazy(std::string_view name, std::function<Value()> lazy, Span span = {}) {
    locals[name] = Local{Value(), span, false, std::move(lazy)};
  }
};

// A model made with its static arguments: parameters, buffers, sub-models and static members by name.
struct Instance : std::enable_shared_from_this<Instance> {
  const ast::Model* model = nullptr;
  uint32_t file = 0;
  std::string path;                                    // "net.fc1"; empty until a `let` or a member names it
  Span span;                                           // the call that made it
  std::vector<std::pair<std::string, Value>> members;  // arguments, then members, in order
  std::map<std::string, size_t, std::less<>> member_index;
  std::unordered_map<std::string_view, const ast::Fn*> methods;  // with "forward"

  const Value* Find(std::string_view name) const;
  void Add(std::string name, Value value);
};

// Parameters and buffers of a value that holds model instances (an instance, a list or tuple of them), in order, each
// once.
std::vector<ParameterPtr> ParametersOf(const Value& value);

}  // namespace nnc
