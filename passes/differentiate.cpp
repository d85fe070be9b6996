// Reverse accumulation (Linnainmaa, 1970; Griewank and Walther, "Evaluating Derivatives", chapter 3). The nodes that
// lie between the wanted values and y, by edges that carry a derivative, are visited from y backwards. When a node is
// visited, all its users have been, so its adjoint is complete; its rule then gives each operand its share. The rules
// only know calculus. Here, and nowhere else, shares are added up and strict broadcasting is undone.
#include "passes/differentiate.h"

#include <fmt/format.h>

#include <cctype>
#include <map>
#include <stdexcept>

#include "ir/builder.h"
#include "ir/diagnostics.h"
#include "ir/graph_view.h"
#include "ir/verify.h"
#include "passes/gradients/rules.h"
#include "passes/pipeline.h"
#include "passes/rewriter.h"

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
#include "ir/ops.def"
#undef NNC_OP
#undef NNC_CASE_Vjp
#undef NNC_CASE_Zero
#undef NNC_CASE_Never
    break;
  }
  throw std::logic_error(fmt::format("%{} carries no derivative", context.node.name));
}

// Whether an edge from this operand to the node carries a derivative.
bool Carries(const ir::Function& function, const ir::Node& node, Value operand) {
  const ir::Type& type = function.type(operand);
  bool is_empty = ir::Product(type.shape) == ir::Dim(0);
  return ir::InfoOf(node.op).gradient != Gradient::kZero && IsFloat(node.type.element) && IsFloat(type.element) &&
         !is_empty;
}

class Sweep {
 public:
  Sweep(ir::Function& function, Value y, const std::vector<Value>& wrt)
      : function_(function), build_(function), first_new_(function.size()), active_(Active(function, y, wrt)) {
    adjoints_.resize(first_new_);
    build_.span = function.node(y).span;
    if (active_[y.index]) adjoints_[y.index] = build_.ConstantLike(1, y);
  }

  void Run(Value y) {
    for (uint32_t i = y.index + 1; i-- > 0;) {
      if (adjoints_[i].valid()) Visit(Value{i});
    }
  }

  Value AdjointOf(Value x) { return adjoints_[x.index].valid() ? adjoints_[x.index] : build_.ConstantLike(0, x); }

 private:
  // For each value, whether it depends on one of `wrt` and y depends on it, by edges that carry derivatives.
  static std::vector<bool> Active(const ir::Function& function, Value y, const std::vector<Value>& wrt) {
    std::vector<bool> depends(function.size());
    for (Value x : wrt) depends[x.index] = true;
    for (uint32_t i = 0; i < function.size(); ++i) {
      const ir::Node& node = function.node(Value{i});
      for (Value operand : node.operands) {
        if (depends[operand.index] && Carries(function, node, operand)) depends[i] = true;
      }
    }
    std::vector<bool> active = Reaching(function, {y});
    for (uint32_t i = 0; i < function.size(); ++i) active[i] = active[i] && depends[i];
    return active;
  }

  void Visit(Value v) {
    const ir::Node node = function_.node(v);  // a copy: the function grows
    Value adjoint = adjoints_[v.index];
    Name(adjoint, "d." + node.name);
    build_.span = node.span;
    build_.origin = ir::Origin{v, node.op};
    for (size_t i = 0; i < node.operands.size(); ++i) {
      Value operand = node.operands[i];
      if (!active_[operand.index] || !Carries(function_, node, operand)) continue;
      if (ir::InfoOf(node.op).gradient == Gradient::kNever) Refuse(node);
      Share(operand, ApplyRule({node, {&build_, v}, {&build_, adjoint}}, i));
    }
  }

  void Share(Value operand, Value share) {
    share = UndoBroadcast(build_, share, function_.type(operand).shape);
    if (function_.type(share) != function_.type(operand)) {
      throw std::logic_error(fmt::format("the gradient rule of {} gives {} for an operand of type {}",
                                         ir::InfoOf(build_.origin->rule).name, ToString(function_.type(share)),
                                         ToString(function_.type(operand))));
    }
    Value& adjoint = adjoints_[operand.index];
    adjoint = adjoint.valid() ? build_.Add(adjoint, share) : share;
  }

  // Names an adjoint that has only a number so far. One that is another node's adjoint too keeps its first name.
  void Name(Value adjoint, std::string name) {
    bool is_number = std::isdigit(static_cast<unsigned char>(function_.node(adjoint).name[0]));
    if (adjoint.index >= first_new_ && is_number) function_.Rename(adjoint, std::move(name));
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
};

}  // namespace

std::vector<Value> AppendGradients(ir::Function& function, Value y, const std::vector<Value>& wrt) {
  Sweep sweep(function, y, wrt);
  sweep.Run(y);
  std::vector<Value> gradients;
  for (Value x : wrt) gradients.push_back(sweep.AdjointOf(x));
  return gradients;
}

namespace {

// What stands for each Grad node, found for all Grad nodes of one y at once.
class GradNodes {
 public:
  explicit GradNodes(const ir::Function& function) {
    for (const ir::Node& node : function.nodes()) {
      if (node.op == ir::Op::kGrad) wrt_of_[node.operands[0]].push_back(node.operands[1]);
    }
  }

  // The derivative that node `grad` of the old function stands for, in the new one.
  Value Expand(Rewriter& rewriter, Value grad) {
    const ir::Node& node = rewriter.from().node(grad);
    Value y = node.operands[0], wanted = node.operands[1];
    if (!done_.contains({y, wanted})) {
      std::vector<Value> wrt, mapped;
      for (Value x : wrt_of_[y]) {
        if (x < grad) wrt.push_back(x);  // others are not computed yet; y cannot depend on them
      }
      for (Value x : wrt) mapped.push_back(rewriter.Mapped(x));
      std::vector<Value> gradients = AppendGradients(rewriter.build().function(), rewriter.Mapped(y), mapped);
      for (size_t i = 0; i < wrt.size(); ++i) done_[{y, wrt[i]}] = gradients[i];
    }
    return done_.at({y, wanted});
  }

 private:
  std::map<Value, std::vector<Value>> wrt_of_;  // y -> each x that some Grad node asks for
  std::map<std::pair<Value, Value>, Value> done_;
};

}  // namespace

// Grad nodes are replaced from the first to the last, so that those on an outer one's way are ordinary ops by then.
ir::Function ExpandGradients(const ir::Function& function, const Observer& observe) {
  GradNodes grads(function);
  Rewriter rewriter(function);
  for (Value v{0}; v.index < function.size(); ++v.index) {
    if (function.node(v).op == ir::Op::kGrad) {
      rewriter.Begin(v);
      rewriter.Replace(v, grads.Expand(rewriter, v));
    } else {
      rewriter.Copy(v);
    }
  }
  ir::Function expanded = rewriter.Finish();
  if (observe) observe("differentiate", expanded);
  ir::VerifyAfter("differentiate", expanded);
  return expanded;
}

}  // namespace nnc::passes
