#include "passes/loops.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <set>

#include "ir/graph_view.h"
#include "ir/scan.h"
#include "passes/rewriter.h"

namespace nnc::passes {

using ir::Op;
using ir::Value;

namespace {

bool IsSource(const ir::Node& node) { return node.op == Op::kConstant || node.op == Op::kSize || node.op == Op::kIota; }

// Making these before the loop would only move memory.
bool IsView(Op op) { return op == Op::kReshape || op == Op::kBroadcast || op == Op::kSlice || op == Op::kReverse; }

// A loop that becomes a simpler one. Arguments and results are numbered as in the old one.
class Loop {
 public:
  // The node is on operands of the new function; `used` says which parts of the result something reads.
  Loop(const ir::Node& scan, ir::Builder& build, std::vector<bool> used)
      : scan_(ir::PartsOf(scan)),
        name_(scan.name),
        operands_(scan.operands),
        build_(build),
        used_(std::move(used)),
        parts_(used_.size()) {}

  // Appends the simpler loop and what is computed before it. Returns whether there is anything to simplify.
  bool Simplify() {
    BindArguments();
    FindNeededResults();
    FindInvariant();
    TakeOutResults();
    if (results_.empty()) return true;
    FindArguments();
    ir::Function body = ir::CutOut(body_, scan_.body->name(), arguments_, results_);
    body.span = scan_.body->span;
    if (IsAsBefore(body)) return false;
    ir::ScanParts simpler = scan_;
    simpler.carries = carries_;
    simpler.scanned = scanned_;
    simpler.body = std::make_shared<const ir::Function>(std::move(body));
    loop_ = ir::AppendScan(build_, simpler, new_operands_, name_);
    return true;
  }

  // The new loop; not valid where none is needed.
  Value loop() const { return loop_; }
  // What stands for part `i` of the old loop's result.
  Value Part(size_t i) {
    const NewPart& part = parts_[i];
    return part.value.valid() ? part.value : build_.Part(loop_, part.index);
  }

 private:
  // A part of the old result: a value known without the loop, or a part of the new one.
  struct NewPart {
    Value value;
    size_t index = 0;
  };

  static Value Argument(size_t i) { return Value{static_cast<uint32_t>(i)}; }
  Value ResultOf(size_t i) const { return body_.results()[i].value; }
  bool IsUnchanged(size_t carry) const { return ResultOf(carry) == Argument(carry); }
  bool IsSlice(Value v) const { return v.index >= scan_.carries && v.index < scan_.inputs(); }

  // body_ is the old body with constants in place of arguments that are constant, and one argument for those that are
  // equal.
  void BindArguments() {
    const ir::Function& old = *scan_.body;
    body_.set_name(old.name());
    std::vector<Value> at(old.size());
    for (uint32_t i = 0; i < old.argument_count(); ++i) at[i] = body_.Append(old.node(Value{i}));
    for (size_t i = scan_.carries; i < operands_.size(); ++i) at[i] = Bound(i);
    for (uint32_t i = old.argument_count(); i < old.size(); ++i) {
      ir::Node node = old.node(Value{i});
      for (Value& operand : node.operands) operand = at[operand.index];
      if (node.origin) node.origin->forward = at[node.origin->forward.index];
      if (node.origin && !node.origin->forward.valid()) node.origin.reset();
      if (MultipliesByTransposedCapture(node)) Straighten(node);
      at[i] = body_.Append(std::move(node));
    }
    for (const ir::Result& result : old.results()) body_.AddResult(result.name, at[result.value.index]);
  }

  Value Bound(size_t i) {
    ir::Node given = build_.function().node(operands_[i]);
    bool is_slice = i < scan_.inputs();
    if (given.op == Op::kConstant || (!is_slice && IsSource(given))) {
      given.type = body_.type(Argument(i));
      if (given.op == Op::kConstant) given.attributes.Set(ir::AttributeKey::kShape, given.type.shape);
      given.origin.reset();
      return body_.Append(std::move(given));
    }
    size_t first = is_slice ? scan_.carries : scan_.inputs();
    while (operands_[first] != operands_[i]) ++first;
    return Argument(first);
  }

  // A product that would copy its right matrix in every iteration, to read it along its rows.
  bool MultipliesByTransposedCapture(const ir::Node& node) const {
    return node.op == Op::kMatMul && node.attribute<bool>(ir::AttributeKey::kTransposeB) &&
           node.operands[1].index >= scan_.inputs() && node.operands[1].index < body_.argument_count();
  }

  // The matrix is transposed once: a transpose of a captured value is computed before the loop.
  void Straighten(ir::Node& product) {
    std::vector<int64_t> axes(body_.type(product.operands[1]).shape.size());
    std::iota(axes.begin(), axes.end(), 0);
    std::swap(axes[axes.size() - 2], axes.back());
    product.operands[1] = ir::Builder(body_).Transpose(product.operands[1], std::move(axes));
    product.attributes.Set(ir::AttributeKey::kTransposeB, false);
  }

  // Results that are read, and carries that those need in another iteration.
  void FindNeededResults() {
    needed_results_ = used_;
    for (bool changed = true; changed;) {
      std::vector<Value> roots;
      for (size_t i = 0; i < needed_results_.size(); ++i) {
        if (needed_results_[i]) roots.push_back(ResultOf(i));
      }
      std::vector<bool> reached = ir::Reaching(body_, roots);
      changed = false;
      for (size_t i = 0; i < scan_.carries; ++i) {
        if (needed_results_[i] || !reached[i]) continue;
        needed_results_[i] = changed = true;
      }
    }
  }

  void FindInvariant() {
    invariant_.resize(body_.size());
    for (uint32_t i = 0; i < body_.size(); ++i) {
      const ir::Node& node = body_.node(Value{i});
      auto fixed = [&](Value v) { return invariant_[v.index] || IsSource(body_.node(v)); };
      bool is_argument = i < body_.argument_count();
      invariant_[i] = is_argument ? i >= scan_.inputs() || (i < scan_.carries && IsUnchanged(i))
                                  : !node.operands.empty() && std::ranges::all_of(node.operands, fixed);
    }
  }

  // A value of the body that is the same in all iterations, before the loop.
  Value Outside(Value v) {
    if (v.index < body_.argument_count()) return operands_[v.index];
    auto [found, is_new] = outside_.try_emplace(v);
    if (!is_new) return found->second;
    ir::Node node = body_.node(v);
    for (Value& operand : node.operands) operand = Outside(operand);
    node.origin.reset();
    return outside_[v] = build_.function().Append(std::move(node));
  }

  // ---- Results ----

  void TakeOutResults() {
    std::map<Value, size_t> outputs;
    for (size_t i = 0; i < needed_results_.size(); ++i) {
      if (!needed_results_[i]) continue;
      parts_[i].value = ValueWithoutLoop(i);
      if (parts_[i].value.valid()) continue;
      parts_[i].index = results_.size();
      bool is_new = i < scan_.carries || outputs.try_emplace(ResultOf(i), results_.size()).second;
      if (is_new) {
        results_.push_back(body_.results()[i]);
        carries_ += i < scan_.carries ? 1 : 0;
      } else {
        parts_[i].index = outputs.at(ResultOf(i));
      }
    }
  }

  // Not valid where the loop must compute the part.
  Value ValueWithoutLoop(size_t i) {
    Value result = ResultOf(i);
    if (i < scan_.carries) return IsUnchanged(i) ? operands_[i] : Value();
    if (IsSlice(result)) return operands_[result.index];
    const ir::Node& node = body_.node(result);
    if (!invariant_[result.index] && node.op != Op::kConstant) return {};
    ir::Shape stacked = node.type.shape;
    stacked.insert(stacked.begin(), scan_.length);
    return build_.Broadcast(Outside(result), stacked);
  }

  // ---- Arguments ----

  void FindArguments() {
    std::set<Value> visited, read;
    for (const ir::Result& result : results_) Visit(result.value, visited, read);
    auto add = [&](Value in_body, Value operand) {
      arguments_.push_back({NameOfArgument(in_body), in_body});
      new_operands_.push_back(operand);
    };
    for (size_t i = 0; i < scan_.carries; ++i) {
      if (needed_results_[i] && !IsUnchanged(i)) add(Argument(i), operands_[i]);
    }
    for (Value v : read) {
      if (!IsSlice(v)) continue;
      add(v, operands_[v.index]);
      ++scanned_;
    }
    for (Value v : read) {
      if (invariant_[v.index]) add(v, Outside(v));
    }
    if (!new_operands_.empty()) return;  // a node of this op has at least one operand
    add(Argument(0), operands_[0]);
    scanned_ += IsSlice(Argument(0)) ? 1 : 0;
  }

  // An output may have the name of a node that is now computed before the loop.
  std::string NameOfArgument(Value v) const {
    const std::string& wish = body_.node(v).name;
    if (v.index < body_.argument_count()) return wish;
    const auto is_taken = [&](const std::string& name) {
      return std::ranges::find(results_, name, &ir::Result::name) != results_.end() ||
             std::ranges::find(arguments_, name, &ir::Result::name) != arguments_.end();
    };
    std::string name = wish;
    for (int i = 1; is_taken(name); ++i) name = wish + "." + std::to_string(i);
    return name;
  }

  // Finds what the body reads: arguments, and what is computed before the loop.
  void Visit(Value v, std::set<Value>& visited, std::set<Value>& read) const {
    std::vector<Value> pending = {v};
    while (!pending.empty()) {
      Value at = pending.back();
      pending.pop_back();
      if (!visited.insert(at).second) continue;
      const ir::Node& node = body_.node(at);
      bool before = invariant_[at.index] && !IsView(node.op) && !node.type.is_tuple();
      if (node.op == Op::kArgument || before) {
        read.insert(at);
      } else {
        pending.insert(pending.end(), node.operands.begin(), node.operands.end());
      }
    }
  }

  bool IsAsBefore(const ir::Function& body) const {
    return new_operands_ == operands_ && carries_ == scan_.carries && scanned_ == scan_.scanned &&
           ir::SameComputation(body, *scan_.body);
  }

  const ir::ScanParts scan_;
  const std::string name_;
  const std::vector<Value> operands_;
  ir::Builder& build_;
  const std::vector<bool> used_;
  ir::Function body_;
  std::vector<bool> needed_results_, invariant_;
  std::map<Value, Value> outside_;

  std::vector<NewPart> parts_;
  std::vector<ir::Result> arguments_, results_;  // of the new body, with values of body_
  std::vector<Value> new_operands_;
  size_t carries_ = 0, scanned_ = 0;
  Value loop_;
};

}  // namespace

ir::Function SimplifyLoops(const ir::Function& function) {
  std::map<Value, std::vector<bool>> used;  // of each loop, by part
  for (const ir::Node& node : function.nodes()) {
    if (node.op != Op::kPart) continue;
    std::vector<bool>& parts = used[node.operands[0]];
    parts.resize(function.type(node.operands[0]).parts.size());
    parts[node.attribute<int64_t>(ir::AttributeKey::kIndex)] = true;
  }
  Rewriter rewriter(function);
  std::map<Value, Loop> loops;  // that were simplified, by their old nodes
  for (Value v{0}; v.index < function.size(); ++v.index) {
    const ir::Node& old = function.node(v);
    ir::Node node = rewriter.Begin(v);
    if (old.op == Op::kScan && used.contains(v)) {
      Loop loop(node, rewriter.build(), used.at(v));
      if (loop.Simplify()) {
        if (loop.loop().valid()) rewriter.Replace(v, loop.loop());
        loops.emplace(v, std::move(loop));
        continue;
      }
    }
    if (old.op == Op::kPart && loops.contains(old.operands[0])) {
      rewriter.Replace(v, loops.at(old.operands[0]).Part(old.attribute<int64_t>(ir::AttributeKey::kIndex)));
    } else {
      rewriter.Copy(v, std::move(node));
    }
  }
  return rewriter.Finish();
}

}  // namespace nnc::passes
