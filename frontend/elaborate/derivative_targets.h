// What a derivative is taken by: a tensor, a parameter, a set of parameters, or a tuple of these.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "frontend/elaborate/builtin.h"

namespace nnc {

// The tensors in the `wrt` of a derivative, in order, and the form that they stand in there; a derivative by each of
// them gives a result of that form.
class DerivativeTargets {
 public:
  struct Leaf {
    ir::Value value;
    std::string name;  // for messages: "`net.fc.weight`" or "`wrt`"
  };

  // The tensors of `target`, argument 1 of the call. Parameters are read. Reports what cannot be differentiated by.
  static std::optional<DerivativeTargets> Of(BuiltinCall& call, const Value& target);

  const std::vector<Leaf>& leaves() const { return leaves_; }
  // One value a leaf in the form of the targets. A set whose values are sets or tuples themselves, as in a Hessian by a
  // set, is a tuple of them.
  Value Form(const std::vector<Value>& values) const;
  // The parts of `directions`, argument 2 of the call, one a leaf; reports where they are not of the targets' form.
  std::optional<std::vector<Value>> Matching(BuiltinCall& call, const Value& directions) const;

 private:
  DerivativeTargets() = default;

  Value form_;  // a tensor, a parameter set, or a tuple of forms
  std::vector<Leaf> leaves_;
};

}  // namespace nnc
