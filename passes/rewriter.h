// Copies a function node by node, so that a pass says only what it changes.
#pragma once

#include <functional>
#include <utility>
#include <vector>

#include "ir/builder.h"
#include "ir/function.h"

namespace nnc::passes {

// Builds a new function from `from` in order. For each old node a pass calls Copy (the same node on the new operands),
// or makes new nodes through build() and calls Replace. Names, spans and origins go along.
class Rewriter {
 public:
  explicit Rewriter(const ir::Function& from);

  const ir::Function& from() const { return from_; }
  const ir::Function& to() const { return to_; }
  // Builds nodes of the new function. Blamed on the node that Begin named.
  ir::Builder& build() { return builder_; }

  // What stands for an old value in the new function; not valid where it was left out.
  ir::Value Mapped(ir::Value old) const { return map_[old.index]; }
  // The old node on the new function's operands and origin. From here on build() has its span and origin.
  ir::Node Begin(ir::Value old);

  void Copy(ir::Value old);  // the node as it is
  // A changed copy: what Begin gave, but for its attributes or operands.
  void Copy(ir::Value old, ir::Node changed) { map_[old.index] = to_.Append(std::move(changed)); }
  // One more node, which stands for no old one.
  ir::Value Append(ir::Node node) { return to_.Append(std::move(node)); }
  // A value of the new function stands for the old one. It takes over the name if it has only a number.
  void Replace(ir::Value old, ir::Value with);
  // Adds the results and gives the new function away.
  ir::Function Finish();

 private:
  const ir::Function& from_;
  ir::Function to_;
  ir::Builder builder_{to_};
  std::vector<ir::Value> map_;
};

// Whether a function has loops.
bool HasBodies(const ir::Function& function);

// `function` with each loop's body replaced by what `pass` makes of it.
ir::Function OnBodies(const ir::Function& function, const std::function<ir::Function(const ir::Function&)>& pass);

}  // namespace nnc::passes
