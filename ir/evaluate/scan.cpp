// Loops: the body is evaluated once an iteration.
#include "ir/scan.h"

#include <algorithm>

#include "ir/evaluate/rules.h"

namespace nnc::ir {

namespace {

// Slice i along the first axis, as a tensor without it.
Tensor SliceOf(const Tensor& stack, int64_t i) {
  Tensor slice{stack.element, {stack.shape.begin() + 1, stack.shape.end()}, {}};
  std::visit(
      [&]<class T>(const std::vector<T>& from) {
        int64_t width = static_cast<int64_t>(from.size()) / stack.shape[0];
        slice.data = std::vector<T>(from.begin() + i * width, from.begin() + (i + 1) * width);
      },
      stack.data);
  return slice;
}

void WriteSlice(Tensor& stack, int64_t i, const Tensor& slice) {
  std::visit(
      [&]<class T>(std::vector<T>& to) {
        std::ranges::copy(std::get<std::vector<T>>(slice.data), to.begin() + i * slice.elements());
      },
      stack.data);
}

}  // namespace

Tensor EvalScan(const Node& node, const Operands& operands) {
  ScanParts scan = PartsOf(node);
  Tensor result;
  for (size_t i = 0; i < node.type.parts.size(); ++i) {
    result.parts.push_back(i < scan.carries ? *operands[i] : Zeros(node.type.parts[i]));
  }
  int64_t length = scan.length.value();
  for (int64_t step = 0; step < length; ++step) {
    int64_t iteration = scan.reverse ? length - 1 - step : step;
    std::vector<Tensor> arguments;
    for (size_t i = 0; i < operands.size(); ++i) {
      bool is_slice = i >= scan.carries && i < scan.inputs();
      arguments.push_back(i < scan.carries ? result.parts[i]
                          : is_slice       ? SliceOf(*operands[i], iteration)
                                           : *operands[i]);
    }
    std::vector<Tensor> results = Evaluate(*scan.body, arguments);
    for (size_t i = 0; i < results.size(); ++i) {
      if (i < scan.carries) {
        result.parts[i] = std::move(results[i]);
      } else {
        WriteSlice(result.parts[i], iteration, results[i]);
      }
    }
  }
  return result;
}

Tensor EvalPart(const Node& node, const Operands& operands) {
  return operands[0]->parts[node.attribute<int64_t>(AttributeKey::kIndex)];
}

}  // namespace nnc::ir
