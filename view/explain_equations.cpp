#include <algorithm>
#include <cctype>
#include <map>
#include <set>

#include "view/explain_terms.h"

namespace nnc::view {
namespace {

// Ops that one equation holds at most.
constexpr int kMostOps = 8;

class Writer {
 public:
  Writer(const Terms& terms, const std::vector<ir::Value>& values)
      : terms_(terms), inside_(values.begin(), values.end()), uses_(terms.function().size()) {
    const ir::Function& function = terms.function();
    for (ir::Value v : values) {
      for (ir::Value operand : function.node(v).operands) ++uses_[operand.index];
    }
  }

  std::vector<Equation> Write(const std::vector<ir::Value>& values) {
    std::vector<Equation> equations;
    for (ir::Value v : values) {
      if (terms_.function().node(v).op == ir::Op::kArgument) continue;
      Expression right = ExpressionOf(v);
      if (IsInlined(v, right.ops)) {
        inlined_.emplace(v.index, std::move(right));
      } else {
        equations.push_back({v, Related(terms_.Name(v), "=", right.formula)});
      }
    }
    return equations;
  }

 private:
  struct Expression {
    Math formula;
    int ops;
  };

  Expression ExpressionOf(ir::Value v) const {
    int ops = 1;
    for (ir::Value operand : terms_.function().node(v).operands) {
      auto inlined = inlined_.find(operand.index);
      if (inlined != inlined_.end()) ops += inlined->second.ops;
    }
    Naming names{[this](ir::Value operand) {
                   auto inlined = inlined_.find(operand.index);
                   if (inlined == inlined_.end()) return terms_.Name(operand);
                   return Marked(inlined->second.formula, terms_.Attribute(operand));
                 },
                 [this](ir::Value operand) { return terms_.AdjointName(operand); }};
    return {FormulaOf(terms_.function(), v, names), ops};
  }

  bool IsInlined(ir::Value v, int ops) const {
    const ir::Node& node = terms_.function().node(v);
    if (IsResult(v) || !IsUsedInside(v)) return false;
    if (node.op == ir::Op::kConstant || node.op == ir::Op::kSize) return true;
    bool unnamed = std::isdigit(static_cast<unsigned char>(node.name[0])) != 0;
    return unnamed && uses_[v.index] == 1 && ops < kMostOps && node.op != ir::Op::kScan;
  }

  bool IsResult(ir::Value v) const {
    return std::ranges::any_of(terms_.function().results(), [&](const ir::Result& r) { return r.value == v; }) &&
           &terms_.function() != &terms_.lesson().function;
  }

  // And nowhere else; the users of a body's values are all inside.
  bool IsUsedInside(ir::Value v) const {
    if (&terms_.function() != &terms_.lesson().function) return true;
    const std::vector<ir::Value>& users = terms_.lesson().users[v.index];
    return !users.empty() && std::ranges::all_of(users, [&](ir::Value user) { return inside_.contains(user); });
  }

  const Terms& terms_;
  std::set<ir::Value> inside_;
  std::vector<int> uses_;
  std::map<uint32_t, Expression> inlined_;
};

}  // namespace

std::vector<Equation> EquationsOf(const Terms& terms, const std::vector<ir::Value>& values) {
  return Writer(terms, values).Write(values);
}

}  // namespace nnc::view
