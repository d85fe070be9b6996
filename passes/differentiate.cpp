// Reverse accumulation (Linnainmaa, 1970; Griewank and Walther, "Evaluating Derivatives", chapter 3). The nodes that
// lie between the wanted values and y, by edges that carry a derivative, are visited from y backwards. When a node is
// visited, all its users have been, so its adjoint is complete; its rule then gives each operand its share. The rules
// only know calculus. Here, and nowhere else, shares are added up and strict broadcasting is undone. The adjoint of a
// loop is a list, one for each part of its result; differentiate_scan.cpp gives its operands their shares.
#include "passes/differentiate.h"

#include <fmt/format.h>

#include <cctype>
#include <stdexcept>

#include "ir/builder.h"
#include "ir/derivatives.h"
#include "ir/diagnostics.h"
#include "ir/graph_view.h"
#include "passes/differentiate_scan.h"
#include "passes/gradients/rules.h"

namespace nnc::passes {

using ir::Gradient;
using ir::Value;

namespace {

// Sums `share` over the axes along which `shape` was broadcast to it: leading ones, and those of size 1.
Value UndoBroadcast(ir::Builder& build, Value share, const ir::Shape& shape) {
  const ir::Shape from = build.type(share).shape;
  std::vector<int64_t> axes;
  if (from.size() > shape.size()) {
    for (size_t axis = 0; axis + shape.size() < from.size(); ++axis) axes.push_back(static_cast<int64_t>(axis));
    return build.Reduce(ir::Op::kReduceSum, share, axes);
  }
  for (size_t axis = 0; axis < shape.size(); ++axis) {
    if (shape[axis] != from[axis]) axes.push_back(static_cast<int64_t>(axis));
  }
  return build.Reduce(ir::Op::kReduceSum, share, axes, /*keepdims=*/true);
}

Value ApplyRule(const VjpContext& context, size_t operand) {
  switch (context.node.op) {
#define NNC_OP(name, mnemonic, operands, klass, rule, gradient, attributes) NNC_CASE_##gradient(name)
#define NNC_CASE_Vjp(name) \
  case ir::Op::k##name:    \
    return Vjp##name(context, operand);
#define NNC_CASE_Zero(name) case ir::Op::k##name:
#define NNC_CASE_Never(name) case ir::Op::k##name:
#define NNC_CASE_Loop(name) case ir::Op::k##name:
#include "ir/ops.def"
#undef NNC_OP
#undef NNC_CASE_Vjp
#undef NNC_CASE_Zero
#undef NNC_CASE_Never
#undef NNC_CASE_Loop
    break;
  }
  throw std::logic_error(fmt::format("%{} carries no derivative", context.node.name));
}

class Sweep {
 public:
  Sweep(ir::Function& function, const std::vector<Value>& outputs, const std::vector<Value>& wrt)
      : function_(function), build_(function), first_new_(function.size()), active_(Active(function, outputs, wrt)) {
    adjoints_.resize(first_new_);
    build_.span = function.node(outputs[0]).span;
  }

  ir::Builder& build() { return build_; }
  bool IsActive(Value v) const { return active_[v.index]; }
  // Adds to the adjoint of a value.
  void Add(Value v, Value share) {
    Value& adjoint = adjoints_[v.index];
    adjoint = adjoint.valid() ? build_.Add(adjoint, share) : share;
  }

  void Run() {
    for (uint32_t i = first_new_; i-- > 0;) {
      if (adjoints_[i].valid()) Visit(Value{i});
      if (parts_.contains(Value{i})) VisitScan(Value{i});
    }
  }

  // Not valid where it is zero.
  Value AdjointOf(Value x) const { return adjoints_[x.index]; }

 private:
  // For each value, whether it depends on one of `wrt` and an output depends on it, by edges that carry derivatives.
  static std::vector<bool> Active(const ir::Function& function, const std::vector<Value>& outputs,
                                  const std::vector<Value>& wrt) {
    std::vector<bool> depends(function.size());
    for (Value x : wrt) depends[x.index] = true;
    for (uint32_t i = 0; i < function.size(); ++i) {
      const ir::Node& node = function.node(Value{i});
      for (size_t k = 0; k < node.operands.size(); ++k) {
        if (depends[node.operands[k].index] && CarriesDerivative(function, node, k)) depends[i] = true;
      }
    }
    std::vector<bool> active = Reaching(function, outputs);
    for (uint32_t i = 0; i < function.size(); ++i) active[i] = active[i] && depends[i];
    return active;
  }

  void Visit(Value v) {
    const ir::Node node = function_.node(v);  // a copy: the function grows
    Value adjoint = adjoints_[v.index];
    Name(adjoint, "d." + node.name);
    build_.span = node.span;
    build_.origin = ir::Origin{v, node.op};
    if (node.op == ir::Op::kPart) return AddToPart(node, adjoint);
    for (size_t i = 0; i < node.operands.size(); ++i) {
      Value operand = node.operands[i];
      if (!active_[operand.index] || !CarriesDerivative(function_, node, i)) continue;
      if (ir::InfoOf(node.op).gradient == Gradient::kNever) Refuse(node);
      Share(operand, ApplyRule({node, {&build_, v}, {&build_, adjoint}}, i));
    }
  }

  void AddToPart(const ir::Node& part, Value adjoint) {
    Value loop = part.operands[0];
    std::vector<Value>& adjoints = parts_[loop];
    adjoints.resize(function_.type(loop).parts.size());
    Value& total = adjoints[part.attribute<int64_t>(ir::AttributeKey::kIndex)];
    total = total.valid() ? build_.Add(total, adjoint) : adjoint;
  }

  void VisitScan(Value scan) {
    const ir::Node node = function_.node(scan);
    build_.span = node.span;
    build_.origin = ir::Origin{scan, node.op};
    std::vector<bool> wanted;
    for (size_t i = 0; i < node.operands.size(); ++i) {
      wanted.push_back(active_[node.operands[i].index] && CarriesDerivative(function_, node, i));
    }
    std::vector<Value> shares = AppendScanVjp(build_, scan, parts_.at(scan), wanted);
    for (size_t i = 0; i < shares.size(); ++i) {
      if (shares[i].valid()) Share(node.operands[i], shares[i]);
    }
  }

  void Share(Value operand, Value share) {
    share = UndoBroadcast(build_, share, function_.type(operand).shape);
    if (function_.type(share) != function_.type(operand)) {
      throw std::logic_error(fmt::format("the gradient rule of {} gives {} for an operand of type {}",
                                         ir::InfoOf(build_.origin->rule).name, ToString(function_.type(share)),
                                         ToString(function_.type(operand))));
    }
    Add(operand, share);
  }

  // Names an adjoint that has only a number so far: a new node, or the 1 that a gradient starts with. One that is
  // another node's adjoint too keeps its first name.
  void Name(Value adjoint, std::string name) {
    const ir::Node& node = function_.node(adjoint);
    bool is_number = std::isdigit(static_cast<unsigned char>(node.name[0]));
    bool is_own = adjoint.index >= first_new_ || node.op == ir::Op::kConstant;
    if (is_own && is_number) function_.Rename(adjoint, std::move(name));
  }

  [[noreturn]] static void Refuse(const ir::Node& node) {
    Diagnostic diagnostic;
    diagnostic.kind = DiagnosticKind::kNotDifferentiable;
    diagnostic.span = node.span;
    diagnostic.message = fmt::format("`{}` has no derivative", ir::InfoOf(node.op).mnemonic);
    throw Failure(std::move(diagnostic));
  }

  ir::Function& function_;
  ir::Builder build_;
  uint32_t first_new_;
  std::vector<bool> active_;
  std::vector<Value> adjoints_;
  std::map<Value, std::vector<Value>> parts_;  // of each loop, the adjoints of its parts
};

}  // namespace

std::vector<Value> AppendVjps(ir::Function& function, const std::vector<Cotangent>& outputs,
                              const std::vector<Value>& wrt) {
  std::vector<Value> values;
  for (const Cotangent& output : outputs) values.push_back(output.value);
  Sweep sweep(function, values, wrt);
  for (const Cotangent& output : outputs) {
    if (sweep.IsActive(output.value)) sweep.Add(output.value, output.adjoint);
  }
  sweep.Run();
  std::vector<Value> adjoints;
  for (Value x : wrt) adjoints.push_back(sweep.AdjointOf(x));
  return adjoints;
}

std::vector<Value> AppendVjp(ir::Function& function, Value y, Value adjoint, const std::vector<Value>& wrt) {
  std::vector<Value> adjoints = AppendVjps(function, {{y, adjoint}}, wrt);
  ir::Builder build(function);
  build.span = function.node(y).span;
  for (size_t i = 0; i < wrt.size(); ++i) {
    if (!adjoints[i].valid()) adjoints[i] = build.ConstantLike(0, wrt[i]);
  }
  return adjoints;
}

std::vector<Value> AppendGradients(ir::Function& function, Value y, const std::vector<Value>& wrt) {
  ir::Builder build(function);
  build.span = function.node(y).span;
  return AppendVjp(function, y, build.ConstantLike(1, y), wrt);
}

}  // namespace nnc::passes
