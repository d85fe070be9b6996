#include "codegen/expansions.h"

#include <algorithm>

#include "codegen/index_map.h"
#include "codegen/schedule.h"

namespace nnc::codegen {
namespace {

using ir::Value;

constexpr int64_t kMostWork = 16;
constexpr int64_t kCheap = 3;  // the dearest operation that is done again

// What it takes to make one element again.
struct Recipe {
  int64_t work = 0;
  std::set<Value> sources;  // read from memory
};

class ExpansionFinder {
 public:
  ExpansionFinder(const ir::Function& function, const std::set<Value>& products)
      : function_(function), products_(products), recipes_(function.size()), found_(function.size(), false) {}

  std::vector<bool> Run() {
    for (uint32_t i = 0; i < function_.size(); ++i) Visit(Value{i});
    return std::move(found_);
  }

 private:
  // A value that is read from memory is a recipe of its own.
  void Visit(Value v) {
    const ir::Node& n = function_.node(v);
    Recipe& recipe = recipes_[v.index];
    recipe.sources = {v};
    const bool product = products_.contains(v);
    const bool view = !n.operands.empty() && IsRecomputed(function_, n);
    if (n.op == ir::Op::kConstant || n.op == ir::Op::kIota) recipe.sources.clear();
    const bool cheap = ir::IsElementwise(n.op) && CostOf(n) <= kCheap;
    if (!product && !view && !cheap) return;
    const int64_t terms = product ? Terms(n) : 1;
    Recipe made = {view ? 0 : product ? 2 * terms : CostOf(n), {}};
    for (Value operand : n.operands) {
      const Recipe& part = recipes_[operand.index];
      made.work += part.work;
      made.sources.insert(part.sources.begin(), part.sources.end());
    }
    if (made.work > kMostWork) return;
    int64_t elements = 0;
    for (Value source : made.sources) elements += function_.type(source).elements();
    const bool expands = !made.sources.empty() && 2 * elements <= n.type.elements();
    if (!view && !expands) return;
    recipe = std::move(made);
    found_[v.index] = expands && !view;
  }

  // Of the sum that one element of a product is.
  int64_t Terms(const ir::Node& n) const {
    const std::vector<int64_t> shape = ShapeOf(function_, n.operands[0]);
    return shape[n.attribute<bool>(ir::AttributeKey::kTransposeA) ? shape.size() - 2 : shape.size() - 1];
  }

  const ir::Function& function_;
  const std::set<Value>& products_;
  std::vector<Recipe> recipes_;
  std::vector<bool> found_;
};

}  // namespace

std::vector<bool> FindExpansions(const ir::Function& function, const std::set<Value>& products) {
  return ExpansionFinder(function, products).Run();
}

}  // namespace nnc::codegen
