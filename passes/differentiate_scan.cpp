// The backward loop is cut out of one function, the joint, that holds an iteration of the forward loop and then its
// vector-Jacobian product; so is the new body of the forward loop.
#include "passes/differentiate_scan.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <set>

#include "ir/scan.h"
#include "passes/dear_functions.h"
#include "passes/scan_joint.h"

namespace nnc::passes {

using ir::Op;
using ir::Value;

namespace {

// Values that are dear to compute, in time rather than in memory.
bool IsDear(const ir::Node& node) {
  ir::OpClass op_class = ir::InfoOf(node.op).op_class;
  return IsDearFunction(node.op) || op_class == ir::OpClass::kReduce || op_class == ir::OpClass::kContraction ||
         node.op == Op::kPart || node.op == Op::kTake || node.op == Op::kScatterAdd;
}

class BackwardScan {
 public:
  BackwardScan(ir::Builder& build, Value scan, const std::vector<Value>& adjoints, const std::vector<bool>& wanted)
      : build_(build),
        scan_(scan),
        operands_(build.function().node(scan).operands),
        forward_(ir::PartsOf(build.function().node(scan))),
        adjoints_(adjoints),
        wanted_(wanted),
        joint_(forward_, adjoints, wanted) {}

  std::vector<Value> Run() {
    FindCarries();
    FindOutputs();
    if (carries_.empty() && outputs_.empty()) return std::vector<Value>(operands_.size());
    for (const Carry& carry : carries_) Need(carry.after);
    for (Value output : outputs_) Need(output);
    ExtendForward();
    Append();
    return Shares();
  }

 private:
  // A value of the joint that the backward loop carries: the adjoint of carry `operand`, or the sum of what iterations
  // pass on to the captured value `operand`.
  struct Carry {
    size_t operand;
    Value before, after;
  };
  // What a captured value gets from all iterations at once: the product of two values that are stacked (a transposed),
  // or the sum of one over `axes`.
  struct AfterLoop {
    size_t operand;
    Value a, b;
    std::vector<int64_t> axes;
  };

  const ir::Node& node(Value v) const { return joint_.function.node(v); }
  const ir::Type& type(Value v) const { return joint_.function.type(v); }

  // ---- What the backward loop computes ----

  void FindCarries() {
    for (size_t i = 0; i < forward_.carries; ++i) {
      Value before = joint_.adjoint(i), after = joint_.gradient(i);
      if (!before.valid()) continue;
      if (!after.valid()) after = ir::Builder(joint_.function).ConstantLike(0, before);
      carries_.push_back({i, before, after});
    }
  }

  void FindOutputs() {
    std::vector<std::pair<size_t, Value>> terms;
    for (size_t i = forward_.carries; i < operands_.size(); ++i) {
      Value gradient = joint_.gradient(i);
      if (!gradient.valid()) continue;
      if (i < forward_.inputs()) {
        slice_gradient_[i] = gradient;
        AddOutput(gradient);
      } else {
        SplitSum(i, gradient, terms);
      }
    }
    std::erase_if(terms, [&](const auto& term) { return IsProductOfAll(term.first, term.second); });
    std::erase_if(terms, [&](const auto& term) { return IsSumOfStacked(term.first, term.second); });
    for (const auto& [operand, term] : terms) AddToSum(operand, term);
  }

  void AddOutput(Value v) {
    if (std::ranges::find(outputs_, v) == outputs_.end()) outputs_.push_back(v);
  }

  void SplitSum(size_t operand, Value v, std::vector<std::pair<size_t, Value>>& terms) const {
    auto same_type = [&](Value term) { return type(term) == type(v); };
    if (node(v).op != Op::kAdd || joint_.IsForward(v) || !std::ranges::all_of(node(v).operands, same_type)) {
      terms.emplace_back(operand, v);
      return;
    }
    for (Value term : node(v).operands) SplitSum(operand, term, terms);
  }

  bool IsProductOfAll(size_t operand, Value term) {
    const ir::Node& n = node(term);
    bool fits = !forward_.checkpoint && n.op == Op::kMatMul && n.type.rank() == 2 &&
                n.attribute<bool>(ir::AttributeKey::kTransposeA) && !n.attribute<bool>(ir::AttributeKey::kTransposeB) &&
                joint_.Varies(n.operands[0]) && joint_.Varies(n.operands[1]);
    if (!fits) return false;
    after_loop_.push_back({operand, n.operands[0], n.operands[1], {}});
    for (Value factor : n.operands) {
      if (IsSaved(factor)) {
        Save(factor);
      } else if (!IsSlice(factor)) {
        AddOutput(factor);
      }
    }
    return true;
  }

  // A sum of what is stacked for a product already (the gradient of a bias).
  bool IsSumOfStacked(size_t operand, Value term) {
    const ir::Node& n = node(term);
    if (n.op != Op::kReduceSum || std::ranges::find(outputs_, n.operands[0]) == outputs_.end()) return false;
    std::vector<int64_t> axes = {0};
    for (int64_t axis : n.attribute<std::vector<int64_t>>(ir::AttributeKey::kAxes)) axes.push_back(axis + 1);
    after_loop_.push_back({operand, n.operands[0], {}, std::move(axes)});
    return true;
  }

  void AddToSum(size_t operand, Value term) {
    auto carry = std::ranges::find(carries_, operand, &Carry::operand);
    if (carry == carries_.end()) carry = carries_.insert(carry, {operand, joint_.sum(operand), joint_.sum(operand)});
    carry->after = ir::Builder(joint_.function).Add(carry->after, term);
  }

  // ---- What it reads ----

  bool IsSlice(Value v) const { return v.index >= forward_.carries && v.index < forward_.inputs(); }

  // Whether a value comes from the forward loop, a stack of one for each iteration.
  bool IsSaved(Value v) const {
    if (v.index < forward_.carries) return true;
    if (forward_.checkpoint || node(v).op == Op::kArgument || !joint_.IsForward(v)) return false;
    return joint_.Varies(v) && IsDear(node(v));
  }

  void Save(Value v) { saved_.try_emplace(v); }

  void Need(Value root) {
    std::vector<Value> pending = {root};
    while (!pending.empty()) {
      Value v = pending.back();
      pending.pop_back();
      if (!needed_.insert(v).second) continue;
      if (IsSaved(v)) {
        Save(v);
      } else {
        pending.insert(pending.end(), node(v).operands.begin(), node(v).operands.end());
      }
    }
  }

  // ---- The loops ----

  std::string NameOf(Value v, std::string_view otherwise) const {
    const std::string& name = node(v).name;
    return std::isdigit(static_cast<unsigned char>(name[0])) ? std::string(otherwise) : name;
  }

  // Values to be saved become outputs of the forward loop, where they are not already.
  void ExtendForward() {
    std::vector<ir::Result> arguments, results;
    for (uint32_t i = 0; i < operands_.size(); ++i) arguments.push_back({node(Value{i}).name, Value{i}});
    for (const ir::Result& result : forward_.body->results())
      results.push_back({result.name, joint_.Moved(result.value)});
    ir::Type extended = build_.type(scan_);
    for (auto& [value, output] : saved_) {
      auto outputs = results.begin() + static_cast<std::ptrdiff_t>(forward_.carries);
      auto found = std::find_if(outputs, results.end(), [v = value](const ir::Result& r) { return r.value == v; });
      output = static_cast<size_t>(found - results.begin());
      if (found != results.end()) continue;
      results.push_back({joint_.Fresh("saved." + NameOf(value, "value")), value});
      ir::Type& stack = extended.parts.emplace_back(type(value));
      stack.shape.insert(stack.shape.begin(), forward_.length);
    }
    ir::Function body = ir::CutOut(joint_.function, forward_.body->name(), arguments, results);
    body.span = forward_.body->span;
    build_.function().ReplaceBody(scan_, {std::make_shared<const ir::Function>(std::move(body))}, std::move(extended));
  }

  void AddArgument(std::string name, Value in_joint, Value operand) {
    arguments_.push_back({std::move(name), in_joint});
    backward_operands_.push_back(operand);
  }

  void Append() {
    for (const Carry& carry : carries_) {
      bool is_sum = carry.operand >= forward_.inputs();
      Value initial = is_sum || !adjoints_[carry.operand].valid() ? build_.ConstantLike(0, operands_[carry.operand])
                                                                  : adjoints_[carry.operand];
      AddArgument(node(carry.before).name, carry.before, initial);
    }
    for (size_t i = forward_.carries; i < adjoints_.size(); ++i) {
      if (needed_.contains(joint_.adjoint(i)))
        AddArgument(node(joint_.adjoint(i)).name, joint_.adjoint(i), adjoints_[i]);
    }
    AddReadArguments(forward_.carries, forward_.inputs());
    for (const auto& [value, output] : saved_) {
      if (!needed_.contains(value)) continue;
      std::string name = node(value).op == Op::kArgument ? node(value).name : joint_.Fresh(NameOf(value, "saved"));
      AddArgument(std::move(name), value, build_.Part(scan_, output));
    }
    ir::ScanParts backward = forward_;
    backward.carries = carries_.size();
    backward.scanned = arguments_.size() - carries_.size();
    backward.reverse = !forward_.reverse;
    AddReadArguments(forward_.inputs(), operands_.size());
    ir::Function body = ir::CutOut(joint_.function, forward_.body->name() + ".vjp", arguments_, Results());
    body.span = forward_.body->span;
    backward.body = std::make_shared<const ir::Function>(std::move(body));
    backward_ = ir::AppendScan(build_, backward, backward_operands_);
  }

  void AddReadArguments(size_t first, size_t last) {
    for (size_t i = first; i < last; ++i) {
      if (needed_.contains(Joint::Argument(i)))
        AddArgument(node(Joint::Argument(i)).name, Joint::Argument(i), operands_[i]);
    }
  }

  std::vector<ir::Result> Results() {
    std::vector<ir::Result> results;
    for (const Carry& carry : carries_) results.push_back({node(carry.before).name, carry.after});
    for (Value output : outputs_) results.push_back({joint_.Fresh(NameOf(output, "d")), output});
    return results;
  }

  // ---- What the operands get ----

  // The values that `v` has in all iterations.
  Value Stacked(Value v) {
    if (IsSlice(v)) return operands_[v.index];
    if (IsSaved(v)) return build_.Part(scan_, saved_.at(v));
    auto output = std::ranges::find(outputs_, v) - outputs_.begin();
    return build_.Part(backward_, carries_.size() + static_cast<size_t>(output));
  }

  // The first two axes as one.
  Value Flat(Value stack) {
    ir::Shape shape = build_.type(stack).shape;
    shape[1] = shape[0] * shape[1];
    shape.erase(shape.begin());
    return build_.Reshape(stack, std::move(shape));
  }

  Value Total(const AfterLoop& term) {
    Value a = Stacked(term.a);
    if (term.b.valid()) return build_.MatMul(Flat(a), Flat(Stacked(term.b)), /*transpose_a=*/true);
    return build_.Reshape(build_.Reduce(Op::kReduceSum, a, term.axes), build_.type(operands_[term.operand]).shape);
  }

  std::vector<Value> Shares() {
    std::vector<Value> shares(operands_.size());
    auto add = [&](size_t operand, Value share) {
      shares[operand] = shares[operand].valid() ? build_.Add(shares[operand], share) : share;
    };
    for (size_t i = 0; i < carries_.size(); ++i) {
      if (wanted_[carries_[i].operand]) add(carries_[i].operand, build_.Part(backward_, i));
    }
    for (const auto& [operand, gradient] : slice_gradient_) add(operand, Stacked(gradient));
    for (const AfterLoop& term : after_loop_) add(term.operand, Total(term));
    return shares;
  }

  ir::Builder& build_;
  const Value scan_;
  const std::vector<Value> operands_;
  const ir::ScanParts forward_;
  const std::vector<Value>& adjoints_;
  const std::vector<bool>& wanted_;
  Joint joint_;

  std::vector<Carry> carries_;
  std::vector<Value> outputs_;  // values of the joint that the backward loop stacks
  std::map<size_t, Value> slice_gradient_;
  std::vector<AfterLoop> after_loop_;
  std::map<Value, size_t> saved_;  // values of the joint and the parts of the forward loop's result that hold them
  std::set<Value> needed_;         // values of the joint that the backward body holds or reads
  std::vector<ir::Result> arguments_;
  std::vector<Value> backward_operands_;
  Value backward_;
};

}  // namespace

std::vector<Value> AppendScanVjp(ir::Builder& build, Value scan, const std::vector<Value>& adjoints,
                                 const std::vector<bool>& wanted) {
  return BackwardScan(build, scan, adjoints, wanted).Run();
}

}  // namespace nnc::passes
