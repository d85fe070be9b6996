#include "codegen/thin_products.h"

#include <algorithm>
#include <map>
#include <set>

#include "codegen/expansions.h"
#include "codegen/index_map.h"
#include "codegen/schedule.h"
#include "passes/rewriter.h"

namespace nnc::codegen {
namespace {

using ir::AttributeKey;
using ir::Op;
using ir::Value;

// Terms of an element, or elements of a row, that are worked on one by one.
constexpr int64_t kThin = 4;

// A product's sizes: which axis of each operand is summed over, and the other.
struct Sides {
  int64_t summed[2];
  int64_t free[2];
};
Sides SidesOf(const ir::Node& product) {
  const int64_t a = product.attribute<bool>(AttributeKey::kTransposeA) ? 0 : 1;
  const int64_t b = product.attribute<bool>(AttributeKey::kTransposeB) ? 1 : 0;
  return {{a, b}, {1 - a, 1 - b}};
}

bool IsMatrixProduct(const ir::Function& function, const ir::Node& n) {
  const bool exact = n.type.element == ir::Element::kF32 || n.type.element == ir::Element::kF64;
  return n.op == Op::kMatMul && exact && n.type.rank() == 2 && n.type.elements() > 0 &&
         function.type(n.operands[0]).elements() > 0;
}

// Which products are taken apart.
class ThinProducts {
 public:
  explicit ThinProducts(const ir::Function& function) : function_(function) {
    for (uint32_t i = 0; i < function.size(); ++i) {
      const ir::Node& n = function.node(Value{i});
      if (IsMatrixProduct(function, n) && Extent(n.operands[0], SidesOf(n).summed[0]) <= kThin) outer_.insert(Value{i});
    }
    while (!outer_.empty() && DropOne()) {
    }
  }

  // Those that become sums of outer products.
  const std::set<Value>& outer() const { return outer_; }
  // The number of the operand that is an expansion, of a product that becomes reductions; else -1.
  int ExpansionOf(const ir::Node& n) const {
    if (outer_.empty() || !IsMatrixProduct(function_, n)) return -1;
    const Sides sides = SidesOf(n);
    for (int i : {0, 1}) {
      const bool thin = Extent(n.operands[static_cast<size_t>(1 - i)], sides.free[1 - i]) <= kThin;
      if (thin && expands_[n.operands[static_cast<size_t>(i)].index]) return i;
    }
    return -1;
  }

 private:
  int64_t Extent(Value v, int64_t axis) const { return ShapeOf(function_, v)[static_cast<size_t>(axis)]; }

  // Looks for a value made from products in `outer_` that has to be in memory, and drops those products.
  bool DropOne() {
    expands_ = FindExpansions(function_, outer_);
    const size_t before = outer_.size();
    std::erase_if(outer_, [&](Value product) { return !expands_[product.index]; });
    for (const ir::Result& result : function_.results()) Drop(result.value);
    for (const ir::Node& user : function_.nodes()) {
      for (Value operand : user.operands) {
        if (!ReadsByElement(user)) Drop(operand);
      }
    }
    return outer_.size() < before;
  }

  bool ReadsByElement(const ir::Node& user) const {
    if (IsRecomputed(function_, user) || ir::InfoOf(user.op).op_class == ir::OpClass::kReduce) return true;
    const auto number = static_cast<size_t>(&user - function_.nodes().data());
    return expands_[number] || ExpansionOf(user) >= 0;
  }

  // The products that `v` is made from.
  void Drop(Value v) {
    const ir::Node& n = function_.node(v);
    if (!expands_[v.index] && !IsRecomputed(function_, n)) return;
    outer_.erase(v);
    for (Value operand : n.operands) Drop(operand);
  }

  const ir::Function& function_;
  std::set<Value> outer_;
  std::vector<bool> expands_;
};

class Rewriting {
 public:
  explicit Rewriting(const ir::Function& function) : function_(function), thin_(function), rewriter_(function) {
    FindAddends();
  }

  ir::Function Run() {
    for (Value v{0}; v.index < function_.size(); ++v.index) {
      const ir::Node node = rewriter_.Begin(v);
      const auto sum = product_of_.find(v);
      const int expansion = thin_.ExpansionOf(function_.node(v));
      if (sum != product_of_.end()) {
        rewriter_.Replace(v, OuterProducts(sum->second, AddendOf(v, sum->second)));
      } else if (thin_.outer().contains(v)) {
        if (!added_.contains(v)) rewriter_.Replace(v, OuterProducts(v, Value{}));
      } else if (expansion >= 0) {
        rewriter_.Replace(v, Reductions(v, expansion));
      } else {
        rewriter_.Copy(v, node);
      }
    }
    return rewriter_.Finish();
  }

 private:
  // A sum of outer products begins with what is added to it, which spares an addition.
  void FindAddends() {
    const std::vector<uint32_t> uses = ir::UseCounts(function_);
    for (Value v{0}; v.index < function_.size(); ++v.index) {
      const ir::Node& n = function_.node(v);
      if (n.op != Op::kAdd) continue;
      for (Value operand : n.operands) {
        const bool own = thin_.outer().contains(operand) && uses[operand.index] == 1;
        if (!own || function_.type(operand) != n.type || product_of_.contains(v)) continue;
        product_of_[v] = operand;
        added_.insert(operand);
      }
    }
  }

  Value AddendOf(Value sum, Value product) const {
    const std::vector<Value>& operands = function_.node(sum).operands;
    return rewriter_.Mapped(operands[0] == product ? operands[1] : operands[0]);
  }

  // Row or column `t` of an operand, `across` being the axis that stays whole, turned to lie along `along`.
  Value Line(Value matrix, int64_t t, int64_t across, int64_t along) {
    ir::Builder& build = rewriter_.build();
    const Value line = build.Slice(matrix, 1 - across, t, t + 1);
    return across == along ? line : build.Transpose(line, {1, 0});
  }

  // addend + sum of column t of A times row t of B.
  Value OuterProducts(Value product, Value sum) {
    const ir::Node& n = function_.node(product);
    const Sides sides = SidesOf(n);
    const int64_t terms = ShapeOf(function_, n.operands[0])[static_cast<size_t>(sides.summed[0])];
    ir::Builder& build = rewriter_.build();
    for (int64_t t = 0; t < terms; ++t) {
      const Value column = Line(rewriter_.Mapped(n.operands[0]), t, sides.free[0], 0);
      const Value row = Line(rewriter_.Mapped(n.operands[1]), t, sides.free[1], 1);
      const Value term = build.Mul(column, row);
      sum = sum.valid() ? build.Add(term, sum) : term;
    }
    return sum;
  }

  // Each thin row or column of the result by a reduction, side by side.
  Value Reductions(Value product, int expansion) {
    const ir::Node& n = function_.node(product);
    const Sides sides = SidesOf(n);
    const int other = 1 - expansion;
    const Value large = rewriter_.Mapped(n.operands[static_cast<size_t>(expansion)]);
    const Value small = rewriter_.Mapped(n.operands[static_cast<size_t>(other)]);
    const int64_t summed = sides.summed[expansion];
    ir::Builder& build = rewriter_.build();
    std::vector<Value> parts;
    for (int64_t t = 0; t < ir::Values(build.type(small).shape)[static_cast<size_t>(sides.free[other])]; ++t) {
      const Value factor = Line(small, t, sides.summed[other], summed);
      const Value part = build.Reduce(Op::kReduceSum, build.Mul(large, factor), {summed}, /*keepdims=*/true);
      // The result's axis `expansion` is the one that stays.
      parts.push_back(1 - summed == expansion ? part : build.Transpose(part, {1, 0}));
    }
    return parts.size() == 1 ? parts[0] : build.Concat(parts, other);
  }

  const ir::Function& function_;
  const ThinProducts thin_;
  passes::Rewriter rewriter_;
  std::map<Value, Value> product_of_;  // of a sum, the product that begins with the sum's other operand
  std::set<Value> added_;              // those products
};

}  // namespace

ir::Function TakeThinProductsApart(const ir::Function& function) {
  return Rewriting(passes::OnBodies(function, TakeThinProductsApart)).Run();
}

}  // namespace nnc::codegen
