// Requests for derivatives answered by the graphs that compute them.
//
// Vjp is one backward sweep. A Jacobian is the backward sweep for a symbolic adjoint, done for all unit tensors at
// once: row i is the adjoint of x where that of y is the i-th unit tensor (Griewank and Walther, "Evaluating
// Derivatives", section 3.2). Where x has fewer elements than y, columns are cheaper: since the adjoint of x is linear
// in that of y, its own adjoint in the direction of the j-th unit tensor is column j (Townsend, "A new trick for
// calculating Jacobian vector products", 2017). Requests are answered from the first to the last, so that those on an
// outer one's way are ordinary ops by then; and those in the bodies of loops before all others.
#include <map>

#include "ir/verify.h"
#include "passes/dce.h"
#include "passes/differentiate.h"
#include "passes/pipeline.h"
#include "passes/rewriter.h"
#include "passes/vectorize.h"

namespace nnc::passes {

using ir::Op;
using ir::Value;

namespace {

bool IsRequest(const ir::Node& node) { return node.op == Op::kVjp || node.op == Op::kJacobian; }

// [P, shape(y)...] for the P elements of y: in row i the i-th of them is 1, all others 0.
Value UnitTensors(ir::Builder& build, Value y) {
  const ir::Type type = build.type(y);
  ir::Dim count = ir::Product(type.shape);
  Value identity = build.Eq(build.Iota({count, count}, 0), build.Iota({count, count}, 1));
  ir::Shape shape = type.shape;
  shape.insert(shape.begin(), count);
  return build.Reshape(build.Cast(identity, type.element), shape);
}

// Whether a tensor is known to have fewer elements than another.
bool IsSmaller(const ir::Type& a, const ir::Type& b) {
  return IsConstant(a.shape) && IsConstant(b.shape) && a.elements() < b.elements();
}

// The columns of dy/dx, side by side; `row` is the adjoint of x, computed from `adjoint`, that of y.
Value AppendColumns(ir::Builder& build, Value x, Value adjoint, Value row) {
  Value direction = build.ConstantLike(0, x);
  Value column = AppendVjp(build.function(), row, direction, {adjoint})[0];
  Value columns = AppendVectorized(build, direction, UnitTensors(build, x), {column})[0];
  ir::Dim count = ir::Product(build.type(x).shape), height = ir::Product(build.type(adjoint).shape);
  return build.Transpose(build.Reshape(columns, {count, height}), {1, 0});
}

std::vector<Value> AppendJacobians(ir::Builder& build, Value y, const std::vector<Value>& wrt) {
  Value adjoint = build.ConstantLike(0, y);
  std::vector<Value> row = AppendVjp(build.function(), y, adjoint, wrt);
  std::vector<Value> jacobians = AppendVectorized(build, adjoint, UnitTensors(build, y), row);
  for (size_t i = 0; i < wrt.size(); ++i) {
    bool is_tall = IsSmaller(build.type(wrt[i]), build.type(y));
    Value jacobian = is_tall ? AppendColumns(build, wrt[i], adjoint, row[i]) : jacobians[i];
    ir::Shape shape = build.type(y).shape, by = build.type(wrt[i]).shape;
    shape.insert(shape.end(), by.begin(), by.end());
    jacobians[i] = build.Reshape(jacobian, shape);
  }
  return jacobians;
}

// What is differentiated: `y`, in the direction of `adjoint` or (not valid) in all directions.
struct Subject {
  Value y, adjoint;
  auto operator<=>(const Subject&) const = default;
};

Subject SubjectOf(const ir::Node& request) {
  return {request.operands[0], request.op == Op::kVjp ? request.operands[2] : Value()};
}

// What stands for each request, found for all requests of one subject at once.
class Answers {
 public:
  explicit Answers(const ir::Function& function) {
    for (const ir::Node& node : function.nodes()) {
      if (IsRequest(node)) wrt_of_[SubjectOf(node)].push_back(node.operands[1]);
    }
  }

  // The derivative that node `request` of the old function stands for, in the new one.
  Value To(Rewriter& rewriter, Value request) {
    const ir::Node& node = rewriter.from().node(request);
    Subject subject = SubjectOf(node);
    std::pair key{subject, node.operands[1]};
    if (!done_.contains(key)) {
      std::vector<Value> wrt, mapped;
      for (Value x : wrt_of_[subject]) {
        if (x < request) wrt.push_back(x);  // others are not computed yet; y cannot depend on them
      }
      for (Value x : wrt) mapped.push_back(rewriter.Mapped(x));
      std::vector<Value> answers = Derivatives(rewriter, subject, mapped);
      for (size_t i = 0; i < wrt.size(); ++i) done_[{subject, wrt[i]}] = answers[i];
    }
    return done_.at(key);
  }

 private:
  static std::vector<Value> Derivatives(Rewriter& rewriter, const Subject& subject, const std::vector<Value>& wrt) {
    Value y = rewriter.Mapped(subject.y);
    if (!subject.adjoint.valid()) return AppendJacobians(rewriter.build(), y, wrt);
    return AppendVjp(rewriter.build().function(), y, rewriter.Mapped(subject.adjoint), wrt);
  }

  std::map<Subject, std::vector<Value>> wrt_of_;  // each x that some request is by
  std::map<std::pair<Subject, Value>, Value> done_;
};

ir::Function WithRequestsAnswered(const ir::Function& original) {
  const ir::Function function = OnBodies(original, WithRequestsAnswered);
  Answers answers(function);
  Rewriter rewriter(function);
  for (Value v{0}; v.index < function.size(); ++v.index) {
    if (IsRequest(function.node(v))) {
      rewriter.Begin(v);
      rewriter.Replace(v, answers.To(rewriter, v));
    } else {
      rewriter.Copy(v);
    }
  }
  return rewriter.Finish();
}

// Without the derivatives that functions gave themselves: when all is differentiated, their values are all there is.
ir::Function WithoutCustomVjp(const ir::Function& original) {
  const ir::Function function = OnBodies(original, WithoutCustomVjp);
  Rewriter rewriter(function);
  for (Value v{0}; v.index < function.size(); ++v.index) {
    const ir::Node& node = function.node(v);
    if (node.op == Op::kCustomVjp) {
      rewriter.Begin(v);
      rewriter.Replace(v, rewriter.Mapped(node.operands[0]));
    } else {
      rewriter.Copy(v);
    }
  }
  return EliminateDeadCode(rewriter.Finish());
}

}  // namespace

ir::Function ExpandGradients(const ir::Function& function, const Observer& observe) {
  ir::Function expanded = WithoutCustomVjp(WithRequestsAnswered(function));
  if (observe) observe("differentiate", expanded);
  ir::VerifyAfter("differentiate", expanded);
  return expanded;
}

}  // namespace nnc::passes
