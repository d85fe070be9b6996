// A graph function under construction. Elaboration finds out which parameters, data constants and scalars a function
// needs while it builds the body, so arguments may be bound at any time; Finish puts them first.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "ir/builder.h"
#include "ir/function.h"

namespace nnc {

// Arguments of a finished function are in this order, and within a kind by ordinal. Inputs and fields keep their order
// of binding.
enum class ArgumentKind {
  kInput,
  kParameter,
  kState,
  kConstant,
  kField,
  kSeed,
  kStep,
  kSteps,
  kEpoch,
  kEpochs,
  kBatches
};

class Graph {
 public:
  explicit Graph(std::string name) : function_(std::move(name)), builder_(function_) {}
  Graph(const Graph&) = delete;

  ir::Builder& builder() { return builder_; }
  void set_span(Span span) { function_.span = span; }
  // The function as built so far. Bound arguments stand in it as placeholder constants until Finish.
  const ir::Function& function() const { return function_; }

  // The current value of the argument `name`: the argument itself, or what Write gave it. Binds it on first use.
  // `ordinal` orders arguments of one kind (a parameter's place in the program).
  ir::Value Read(ArgumentKind kind, const std::string& name, const ir::Type& type, Span declared, uint32_t ordinal = 0);
  // From now on `name` has this value: a buffer after an assignment, a parameter after a minimize line.
  void Write(const std::string& name, ir::Value value) { current_[name] = value; }
  // The value Write gave last; not valid if there was none.
  ir::Value Written(const std::string& name) const;

  bool IsArgument(ir::Value value) const { return arguments_.contains(value.index); }
  // The kind of a bound argument.
  ArgumentKind KindOf(ir::Value argument) const { return arguments_.at(argument.index).kind; }
  // The name of a bound argument, or "".
  std::string_view ArgumentName(ir::Value value) const;

  // A value that stands for an argument of a loop's body while the body is elaborated in this graph.
  ir::Value AddPlaceholder(const ir::Type& type, Span span);
  // Whether a value stands for an argument, of this function or of a loop's body.
  bool IsPlaceholder(ir::Value value) const { return IsArgument(value) || placeholders_.contains(value); }
  // ir::CutOut of the function as built so far, with the names of the source.
  ir::Function CutOut(std::string name, const std::vector<ir::Result>& arguments,
                      const std::vector<ir::Result>& results);

  // The name that `value` has in the source, or "".
  std::string_view NameOf(ir::Value value) const;
  // Gives `value` the name it has in the source, unless it is an argument or has one from the user's own file.
  void Name(ir::Value value, std::string_view name, bool library);

  // The name of a part of the program that is called now: `path`, with a number ("relu(2)") where it was called before.
  std::string NewPart(const std::string& path);

  void AddResult(std::string name, ir::Value value) { results_.push_back({std::move(name), value}); }

  // The finished function: arguments first, then the nodes that results need. Inputs stay even if nothing reads them;
  // other arguments that nothing reads are left out, unless a result has their name.
  ir::Function Finish() const;

 private:
  struct BoundArgument {
    ArgumentKind kind;
    uint32_t ordinal;
    std::string name;
    Span span;
    ir::Value value;
  };
  struct SourceName {
    std::string text;
    bool library;
  };
  std::vector<const BoundArgument*> ArgumentOrder(const std::vector<bool>& needed) const;
  std::vector<bool> Needed() const;

  ir::Function function_;
  ir::Builder builder_;
  std::map<uint32_t, BoundArgument> arguments_;            // by placeholder
  std::unordered_map<std::string, ir::Value> current_;     // by name
  std::unordered_map<uint32_t, SourceName> source_names_;  // by value
  std::set<ir::Value> placeholders_;                       // of loops
  std::unordered_map<std::string, int> parts_;             // calls, by path
  std::vector<ir::Result> results_;
};

}  // namespace nnc
