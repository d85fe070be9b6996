// Movements that tensors of ids give. A row is what lies at one index of the first axis.
#include <algorithm>

#include "ir/evaluate/rules.h"

namespace nnc::ir {

namespace {

int64_t RowElements(const Tensor& table) {
  int64_t elements = 1;
  for (size_t axis = 1; axis < table.shape.size(); ++axis) elements *= table.shape[axis];
  return elements;
}

}  // namespace

// An id outside the table means its nearest row; of an empty table every row is zero.
Tensor EvalTake(const Node& node, const Operands& operands) {
  const Tensor& table = *operands[0];
  int64_t rows = table.shape[0], width = RowElements(table);
  Tensor result = ResultOf(node);
  if (rows == 0) return result;
  std::visit(
      [&]<class T>(std::vector<T>& to) {
        auto from = std::get<std::vector<T>>(table.data).begin();
        auto next = to.begin();
        for (int64_t id : operands[1]->ints()) {
          next = std::copy_n(from + std::clamp<int64_t>(id, 0, rows - 1) * width, width, next);
        }
      },
      result.data);
  return result;
}

// Rows are added in the order of the ids; one whose id is outside the table is dropped.
Tensor EvalScatterAdd(const Node&, const Operands& operands) {
  Tensor result = *operands[0];
  int64_t rows = result.shape[0], width = RowElements(result);
  std::visit(
      [&]<class T>(std::vector<T>& to) {
        auto row = std::get<std::vector<T>>(operands[2]->data).begin();
        for (int64_t id : operands[1]->ints()) {
          if (id >= 0 && id < rows) {
            auto place = to.begin() + id * width;
            auto add = [&](T a, T b) { return Sum(result.element, a, b); };
            std::transform(place, place + width, row, place, add);
          }
          row += width;
        }
      },
      result.data);
  return result;
}

}  // namespace nnc::ir
