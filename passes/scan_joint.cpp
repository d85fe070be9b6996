#include "passes/scan_joint.h"

#include <algorithm>

#include "ir/derivatives.h"
#include "passes/differentiate.h"

namespace nnc::passes {

using ir::Value;

// Which arguments and results of a body derivatives pass through, over any number of iterations.
class Joint::Activity {
 public:
  Activity(const ir::ScanParts& scan, const std::vector<Value>& adjoints, const std::vector<bool>& wanted)
      : scan_(scan), body_(*scan.body), passes_(scan.carries), depends_(body_.size()), matters_(body_.size()) {
    bool may_not_run = !scan.length.is_constant() || scan.length.value() == 0;
    for (size_t i = 0; i < scan.carries; ++i) passes_[i] = may_not_run && wanted[i] && adjoints[i].valid();
    for (size_t i = 0; i < wanted.size(); ++i) depends_[i] = wanted[i];
    while (PropagateForwards()) {
    }
    for (size_t i = 0; i < adjoints.size(); ++i) {
      if (adjoints[i].valid()) matters_[ResultOf(i).index] = true;
    }
    while (PropagateBackwards()) {
    }
  }

  // Whether argument `i` is computed from what is wanted and the adjoints of results depend on it.
  bool IsActive(size_t i) const { return depends_[i] && matters_[i]; }
  // Whether the adjoint of carry `i` is to be carried: there is something to it before an iteration or after it, or
  // without any.
  bool CarryIsActive(size_t i) const { return passes_[i] || IsActive(i) || IsActive(ResultOf(i).index); }

 private:
  Value ResultOf(size_t i) const { return body_.results()[i].value; }

  // Returns whether a carry changed, so that the next iteration must be looked at.
  bool PropagateForwards() {
    for (uint32_t i = body_.argument_count(); i < body_.size(); ++i) {
      const ir::Node& node = body_.node(Value{i});
      for (size_t k = 0; k < node.operands.size(); ++k) {
        if (depends_[node.operands[k].index] && ir::CarriesDerivative(body_, node, k)) depends_[i] = true;
      }
    }
    bool changed = false;
    for (size_t i = 0; i < scan_.carries; ++i) {
      if (depends_[i] || !depends_[ResultOf(i).index]) continue;
      depends_[i] = changed = true;
    }
    return changed;
  }

  bool PropagateBackwards() {
    for (uint32_t i = body_.size(); i-- > body_.argument_count();) {
      const ir::Node& node = body_.node(Value{i});
      if (!matters_[i]) continue;
      for (size_t k = 0; k < node.operands.size(); ++k) {
        if (ir::CarriesDerivative(body_, node, k)) matters_[node.operands[k].index] = true;
      }
    }
    bool changed = false;
    for (size_t i = 0; i < scan_.carries; ++i) {
      if (!matters_[i] || matters_[ResultOf(i).index]) continue;
      matters_[ResultOf(i).index] = changed = true;
    }
    return changed;
  }

  const ir::ScanParts& scan_;
  const ir::Function& body_;
  std::vector<bool> passes_;  // carries that are what they were where there is no iteration
  std::vector<bool> depends_, matters_;
};

Joint::Joint(const ir::ScanParts& scan, const std::vector<Value>& adjoints, const std::vector<bool>& wanted)
    : scan_(scan), body_(*scan.body), adjoint_(adjoints.size()), sum_(body_.argument_count()), gradient_(sum_) {
  const Activity activity(scan, adjoints, wanted);
  CopyForward(adjoints, activity);
  std::vector<Cotangent> outputs;
  for (size_t i = 0; i < adjoints.size(); ++i) {
    if (adjoint_[i].valid()) outputs.push_back({Moved(body_.results()[i].value), adjoint_[i]});
  }
  std::vector<Value> wrt;
  for (size_t i = 0; i < gradient_.size(); ++i) {
    if (activity.IsActive(i)) wrt.push_back(Argument(i));
  }
  std::vector<Value> gradients = outputs.empty() ? std::vector<Value>(wrt.size()) : AppendVjps(function, outputs, wrt);
  for (size_t i = 0; i < wrt.size(); ++i) gradient_[wrt[i].index] = gradients[i];
  FindVarying();
}

bool Joint::IsForward(Value v) const {
  const ir::Node& node = function.node(v);
  return v.index < first_backward_ || (node.op == ir::Op::kPart && node.operands[0].index < first_backward_);
}

std::string Joint::Fresh(const std::string& wish) {
  std::string name = wish;
  for (int i = 1; !names_.insert(name).second; ++i) name = wish + "." + std::to_string(i);
  return name;
}

void Joint::CopyForward(const std::vector<Value>& adjoints, const Activity& activity) {
  for (uint32_t i = 0; i < body_.argument_count(); ++i) {
    names_.insert(body_.node(Value{i}).name);
    function.Append(body_.node(Value{i}));
  }
  for (const ir::Result& result : body_.results()) names_.insert(result.name);
  for (size_t i = 0; i < adjoints.size(); ++i) {
    bool exists = i < scan_.carries ? activity.CarryIsActive(i) : adjoints[i].valid();
    const ir::Result& result = body_.results()[i];
    if (exists) adjoint_[i] = ir::Builder(function).Argument(Fresh("d." + result.name), body_.type(result.value));
  }
  for (uint32_t i = 0; i < body_.argument_count(); ++i) {
    bool exists = i >= scan_.inputs() && activity.IsActive(i);
    const ir::Node& argument = body_.node(Value{i});
    if (exists) sum_[i] = ir::Builder(function).Argument(Fresh("d." + argument.name), argument.type);
  }
  added_ = function.size() - body_.argument_count();
  for (uint32_t i = body_.argument_count(); i < body_.size(); ++i) {
    ir::Node node = body_.node(Value{i});
    for (Value& operand : node.operands) operand = Moved(operand);
    if (node.origin) node.origin->forward = Moved(node.origin->forward);
    function.Append(std::move(node));
  }
  first_backward_ = function.size();
}

void Joint::FindVarying() {
  varies_.resize(function.size());
  for (uint32_t i = 0; i < function.size(); ++i) {
    const std::vector<Value>& operands = function.node(Value{i}).operands;
    bool is_input = i < scan_.inputs() || (i >= body_.argument_count() && i < function.argument_count());
    varies_[i] = is_input || std::ranges::any_of(operands, [&](Value v) { return varies_[v.index]; });
  }
}

}  // namespace nnc::passes
