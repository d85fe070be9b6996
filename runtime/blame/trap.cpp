#include "runtime/blame/trap.h"

#include <queue>
#include <set>

#include "ir/graph_view.h"
#include "runtime/blame/elements_read.h"

namespace nnc::runtime {

bool IsPassedOver(Values& values, ir::Value value, int64_t element) {
  const ir::Function& function = values.function();
  const ir::UsersGraph users(function);
  std::queue<ir::Value> queue({value});
  std::set<ir::Value> seen;
  while (!queue.empty()) {
    const ir::Value each = queue.front();
    queue.pop();
    if (!seen.insert(each).second) continue;
    for (uint32_t i = users.first(each.index); i < users.first(each.index + 1); ++i) {
      const auto [user, operand] = users.uses()[i];
      const ir::Node& node = function.nodes()[user];
      const bool same_place = ir::IsElementwise(node.op) && node.type.shape == function.type(value).shape;
      if (!same_place || (node.op == ir::Op::kSelect && operand == 0)) continue;
      const bool taken = !ElementsRead(values, ir::Value{user}, operand, element).empty();
      if (node.op == ir::Op::kSelect && !taken) return true;
      if (taken) queue.push(ir::Value{user});
    }
  }
  return false;
}

}  // namespace nnc::runtime
