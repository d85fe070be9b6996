// The graph IR: functions of pure ops in SSA form.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "ir/op.h"
#include "ir/source.h"
#include "ir/type.h"

namespace nnc::ir {

// A value is the index of the node that computes it.
struct Value {
  uint32_t index = UINT32_MAX;
  bool valid() const { return index != UINT32_MAX; }
  auto operator<=>(const Value&) const = default;
};

class Function;

// The function that a loop runs again and again. Two are equal if they compute the same by the same nodes.
struct Body {
  std::shared_ptr<const Function> function;
  bool operator==(const Body& other) const;
};

// The alternatives are in the order of use: bool, int64 (axis), double (value), element, axes, one dimension, shape,
// body.
using Attribute = std::variant<bool, int64_t, double, Element, std::vector<int64_t>, Dim, Shape, Body>;

// Which alternative of Attribute the value of `key` holds.
size_t AlternativeOf(AttributeKey key);

// A node's attributes, sorted by key.
class Attributes {
 public:
  Attributes() = default;
  Attributes(std::initializer_list<std::pair<AttributeKey, Attribute>> entries);

  void Set(AttributeKey key, Attribute value);
  const Attribute* Find(AttributeKey key) const;
  // The attribute `key`, which must be there with type T (the verifier holds that).
  template <class T>
  const T& Get(AttributeKey key) const {
    return std::get<T>(*Find(key));
  }
  const std::vector<std::pair<AttributeKey, Attribute>>& entries() const { return entries_; }
  // Numbers are equal if their bits are: 0 and -0 differ, and NaN equals itself.
  bool operator==(const Attributes& other) const;

 private:
  std::vector<std::pair<AttributeKey, Attribute>> entries_;
};

// Where a node of a gradient graph comes from: the forward value it belongs to and the rule that made it.
struct Origin {
  Value forward;  // the forward node, in the same function
  Op rule{};      // the op whose VJP rule made it
  bool operator==(const Origin&) const = default;
};

struct Node {
  Op op{};
  std::vector<Value> operands;
  Attributes attributes;
  Type type;
  std::string name;  // without '%'; unique in the function, never empty
  Span span;
  std::optional<Origin> origin;
  std::string part = {};  // of the program: the calls it was made in, "gpt/blocks.0/gelu"; not printed, for pictures

  template <class T>
  const T& attribute(AttributeKey key) const {
    return attributes.Get<T>(key);
  }
};

struct Result {
  std::string name;  // unique among results. A result that has an argument's name is that argument's new value: code
                     // writes it in place
  Value value;
};

// Nodes in topological order: operands come before users; arguments come first. Nodes are only ever appended.
class Function {
 public:
  explicit Function(std::string name = "") : name_(std::move(name)) {}

  const std::string& name() const { return name_; }
  void set_name(std::string name) { name_ = std::move(name); }
  Span span;

  const std::vector<Node>& nodes() const { return nodes_; }
  const Node& node(Value v) const { return nodes_[v.index]; }
  const Type& type(Value v) const { return nodes_[v.index].type; }
  uint32_t size() const { return static_cast<uint32_t>(nodes_.size()); }
  // Arguments are the leading nodes: Value{0} .. Value{argument_count() - 1}.
  uint32_t argument_count() const { return arguments_; }
  std::optional<Value> FindArgument(std::string_view name) const;
  const std::vector<Result>& results() const { return results_; }

  // Appends a node as it is, but for its name: an empty name becomes a number, a taken one gets a suffix (".1").
  // An argument must come before every other node and keeps its name. Types are not checked here: see Builder and
  // Verify.
  Value Append(Node node);
  // Makes room for as many nodes; appending more is right as well, and slower.
  void Reserve(size_t nodes) {
    nodes_.reserve(nodes);
    names_.reserve(nodes);
  }
  // Gives a node that is no argument the name it would have got from Append.
  void Rename(Value value, std::string wish);
  // Gives a loop another body, whose first results are those of the old one: the parts that are taken stay what they
  // are.
  void ReplaceBody(Value loop, Body body, Type type);
  void AddResult(std::string name, Value value) { results_.push_back({std::move(name), value}); }

 private:
  // A name that is not taken yet, as near to `wish` as can be; takes it.
  std::string TakeName(std::string wish);

  std::string name_;
  std::vector<Node> nodes_;
  std::vector<Result> results_;
  uint32_t arguments_ = 0;
  std::unordered_map<std::string, uint32_t> names_;  // name -> times asked for
};

struct Module {
  std::vector<Function> functions;
  const Function* Find(std::string_view name) const;
};

// Whether two functions compute the same by the same nodes; names and places do not count.
bool SameComputation(const Function& a, const Function& b);

// How often each value is used by nodes and results.
std::vector<uint32_t> UseCounts(const Function& function);

}  // namespace nnc::ir
