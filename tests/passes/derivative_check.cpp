#include "tests/passes/derivative_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "ir/builder.h"
#include "passes/pipeline.h"
#include "tests/ir/error_bounds.h"
#include "tests/ir/random.h"
#include "tests/ir/unroll.h"
#include "tests/passes/branches.h"
#include "tests/passes/forward_mode.h"

namespace nnc::passes {

using ir::Bounded;
using ir::Element;
using ir::Function;
using ir::Op;
using ir::RandomProgram;
using ir::Tensor;
using ir::Type;
using ir::Value;

namespace {

constexpr int64_t kMostJacobian = 256;    // elements
constexpr double kLargestForSteps = 1e3;  // a step beside a larger number loses too many of its digits

bool IsDifferentiable(const Type& type) { return ir::IsFloat(type.element) && type.elements() > 0; }

Tensor RandomFloats(const Type& type, ir::Random& random) {
  std::vector<double> numbers(type.elements());
  for (double& number : numbers) number = random.Unit() * 2 - 1;
  return Tensor::Floats(ir::Values(type.shape), numbers, type.element);
}

// Whether the evaluator rounds somewhere, so that neither differences nor another order of its sums can be compared.
bool Rounds(const Function& unrolled) {
  return std::ranges::any_of(unrolled.nodes(),
                             [](const ir::Node& node) { return node.type.element == Element::kBF16; });
}

// A sum of products and how far off it may be.
struct Sum {
  double value = 0, error = 0;

  void Add(const Bounded& x, const std::vector<double>& factors) {
    for (size_t i = 0; i < factors.size(); ++i) {
      double term = x.value.floats()[i] * factors[i];
      value += term;
      error += x.error[i] * std::abs(factors[i]) + 0x1p-50 * std::abs(term);
    }
  }
  bool is_known() const { return std::isfinite(value) && std::isfinite(error); }
};

std::string Disagreement(const char* what, const Sum& backward, double other, double allowed) {
  if (std::abs(backward.value - other) <= allowed) return "";
  return fmt::format("the gradient along a direction is {}, by {} {}; they may differ by {:.3g}", backward.value, what,
                     other, allowed);
}

// A program on its way to be judged: without loops and requests.
class Judged {
 public:
  Judged(const RandomProgram& program, uint64_t seed)
      : program_(program), flat_(Unroll(ExpandGradients(program.function))), requested_(WithGradients(program, seed)) {
    ir::Random random(seed + 1);
    for (uint32_t i = 0; i < flat_.argument_count(); ++i) {
      const Type& type = flat_.type(Value{i});
      if (ir::IsFloat(type.element)) tangents_.push_back(RandomFloats(type, random));
    }
    EvaluateBranches(flat_, program.arguments, stopped_, here_);
    size_t weight = program.arguments.size();
    for (const ir::Result& result : flat_.results()) {
      if (!ir::IsFloat(flat_.type(result.value).element)) continue;
      bool counts = IsDifferentiable(flat_.type(result.value));
      weights_.push_back(counts ? requested_.arguments[weight++].floats() : std::vector<double>{});
    }
  }

  bool can_be_judged() const {
    return requested_.function.results().size() > program_.function.results().size() && !Rounds(flat_);
  }

  // The gradient of the weighted sum, times the tangents.
  Sum Backward() const {
    Function gradients = Unroll(ExpandGradients(requested_.function));
    std::vector<Bounded> results = Bound(gradients, requested_.arguments, ir::Precision::kDouble);
    Sum sum;
    size_t next = program_.function.results().size(), tangent = 0;
    for (uint32_t i = 0; i < flat_.argument_count(); ++i) {
      const Type& type = flat_.type(Value{i});
      if (!ir::IsFloat(type.element)) continue;
      const Tensor& along = tangents_[tangent++];
      if (IsDifferentiable(type)) sum.Add(results[next++], along.floats());
    }
    return sum;
  }

  // The tangents of the results in that direction, weighted.
  Sum Forward() const {
    std::vector<Tensor> arguments = program_.arguments;
    arguments.insert(arguments.end(), tangents_.begin(), tangents_.end());
    return Weighted(Bound(ForwardMode(flat_), arguments, ir::Precision::kDouble));
  }

  bool can_step() const {
    return std::ranges::all_of(program_.arguments, [](const Tensor& argument) {
      return !ir::IsFloat(argument.element) ||
             std::ranges::all_of(argument.floats(), [](double x) { return std::abs(x) <= kLargestForSteps; });
    });
  }

  // The central difference with this step; nullopt where there is a kink between, or a number is not finite. Also where
  // the point itself goes another way than both sides, as `x == y` does: its derivative is no limit of differences.
  std::optional<double> Difference(double step) {
    Branches above, below;
    double difference = (ValueAt(step, above) - ValueAt(-step, below)) / (2 * step);
    if (above != here_ || below != here_ || !std::isfinite(difference)) return std::nullopt;
    return difference;
  }

  // How far off the program's value may be.
  Sum Value0() const {
    std::vector<Bounded> all = Bound(flat_, program_.arguments, ir::Precision::kDouble), floats;
    std::ranges::copy_if(all, std::back_inserter(floats),
                         [](const Bounded& result) { return ir::IsFloat(result.value.element); });
    return Weighted(floats);
  }

 private:
  Sum Weighted(const std::vector<Bounded>& results) const {
    Sum sum;
    for (size_t r = 0; r < results.size(); ++r) sum.Add(results[r], weights_[r]);
    return sum;
  }

  double ValueAt(double step, Branches& branches) {
    std::vector<Tensor> arguments = program_.arguments;
    size_t tangent = 0;
    for (Tensor& argument : arguments) {
      if (!ir::IsFloat(argument.element)) continue;
      const std::vector<double>& along = tangents_[tangent++].floats();
      for (size_t i = 0; i < along.size(); ++i) argument.floats()[i] += step * along[i];
    }
    double sum = 0;
    size_t next = 0;
    for (const Tensor& result : EvaluateBranches(flat_, arguments, stopped_, branches)) {
      if (!ir::IsFloat(result.element)) continue;
      const std::vector<double>& weights = weights_[next++];
      for (size_t i = 0; i < weights.size(); ++i) sum += weights[i] * result.floats()[i];
    }
    return sum;
  }

  const RandomProgram& program_;
  Function flat_;
  RandomProgram requested_;
  Stopped stopped_;
  Branches here_;                             // at the arguments
  std::vector<Tensor> tangents_;              // of each float argument
  std::vector<std::vector<double>> weights_;  // of each float result; empty where it has no elements
};

// The best of several steps: the difference and how far off it may be.
std::optional<Sum> BestDifference(Judged& judged, double error_of_value) {
  constexpr int kFirst = 6, kLast = 20, kApart = 2;  // steps 2^-6, 2^-8 ...
  std::optional<Sum> best;
  std::vector<double> found;
  for (int power = kFirst; power <= kLast; power += kApart) {
    double step = std::ldexp(1, -power);
    std::optional<double> difference = judged.Difference(step);
    if (!difference) {
      found.clear();
      continue;
    }
    found.push_back(*difference);
    if (found.size() < 3) continue;
    const double* last = &found.back();
    double error = std::max(std::abs(last[0] - last[-1]), std::abs(last[-1] - last[-2]));
    error += 2 * error_of_value / step + 1e-12 * std::abs(last[0]);
    if (!best || error < best->error) best = Sum{last[0], error};
  }
  return best;
}

// A float result and a float argument whose Jacobian is small.
std::optional<std::pair<Value, Value>> SmallJacobian(const Function& f) {
  for (const ir::Result& result : f.results()) {
    for (Value x{0}; x.index < f.argument_count(); ++x.index) {
      const Type &of = f.type(result.value), &by = f.type(x);
      bool small = IsDifferentiable(of) && IsDifferentiable(by) && of.elements() * by.elements() <= kMostJacobian;
      if (small && result.value != x) return std::pair(result.value, x);
    }
  }
  return std::nullopt;
}

// A name that neither an argument nor a result has.
std::string FreeName(const Function& f, std::string prefix, const std::string& name) {
  auto taken = [&](const std::string& wish) {
    bool by_result = std::ranges::any_of(f.results(), [&](const ir::Result& result) { return result.name == wish; });
    return by_result || f.FindArgument(wish);
  };
  while (taken(prefix + name)) prefix += prefix;
  return prefix + name;
}

}  // namespace

RandomProgram WithGradients(const RandomProgram& program, uint64_t seed) {
  const Function& from = program.function;
  RandomProgram with{Function(from.name()), program.arguments};
  Function& f = with.function;
  ir::Random random(seed);
  uint32_t shift = 0;  // how much later nodes come, by the arguments that are put before
  for (Value v{0}; v.index < from.argument_count(); ++v.index) f.Append(from.node(v));
  for (const ir::Result& result : from.results()) {
    Type type(Element::kF64, from.type(result.value).shape);
    if (!IsDifferentiable(from.type(result.value))) continue;
    ir::Builder(f).Argument(FreeName(f, "w.", result.name), type);
    with.arguments.push_back(RandomFloats(type, random));
    ++shift;
  }
  auto moved = [&](Value v) { return Value{v.index < from.argument_count() ? v.index : v.index + shift}; };
  for (Value v{from.argument_count()}; v.index < from.size(); ++v.index) {
    ir::Node node = from.node(v);
    for (Value& operand : node.operands) operand = moved(operand);
    if (node.origin) node.origin->forward = moved(node.origin->forward);
    f.Append(node);
  }
  ir::Builder build(f);
  Value sum = build.Constant(0, Element::kF64);
  Value weight{from.argument_count()};
  for (const ir::Result& result : from.results()) {
    f.AddResult(result.name, moved(result.value));
    if (!IsDifferentiable(from.type(result.value))) continue;
    Value weighted = build.Mul(build.Cast(moved(result.value), Element::kF64), weight);
    sum = build.Add(sum, build.ReduceAll(Op::kReduceSum, weighted));
    ++weight.index;
  }
  if (shift == 0) return with;
  for (Value x{0}; x.index < from.argument_count(); ++x.index) {
    if (IsDifferentiable(f.type(x))) f.AddResult(FreeName(f, "d.", f.node(x).name), build.Grad(sum, x));
  }
  auto small = SmallJacobian(from);
  if (small && random.Chance(30)) {
    f.AddResult(FreeName(f, "jacobian.", f.node(small->second).name),
                build.Jacobian(moved(small->first), moved(small->second)));
  }
  return with;
}

DerivativeCheck CheckDerivatives(const RandomProgram& program, uint64_t seed) {
  DerivativeCheck check;
  Judged judged(program, seed);
  if (!judged.can_be_judged()) return check;
  Sum backward = judged.Backward(), forward = judged.Forward();
  if (!backward.is_known()) return check;
  if (forward.is_known()) {
    check.by_forward_mode = true;
    check.wrong = Disagreement("forward mode", backward, forward.value, backward.error + forward.error);
  }
  if (!judged.can_step()) return check;
  std::optional<Sum> difference = BestDifference(judged, judged.Value0().error);
  if (!difference || !difference->is_known()) return check;
  check.by_differences = difference->error <= 1e-3 * std::max(std::abs(difference->value), std::abs(backward.value));
  if (check.wrong.empty()) {
    constexpr double kSafety = 4;
    double allowed = backward.error + kSafety * difference->error;
    check.wrong = Disagreement("central differences", backward, difference->value, allowed);
  }
  return check;
}

}  // namespace nnc::passes
