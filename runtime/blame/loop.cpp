#include "runtime/blame/loop.h"

namespace nnc::runtime {
namespace {

// The body of a loop, with its batch size open.
ir::Function BodyOf(const Values& around, ir::Value scan) { return *ir::PartsOf(around.symbolic().node(scan)).body; }

}  // namespace

Loop::Loop(Values& around, ir::Value scan)
    : parts_(ir::PartsOf(around.function().node(scan))),
      length_(parts_.length.value()),
      body_(BodyOf(around, scan), around.batch(), around.options()) {
  for (const ir::Value operand : around.function().node(scan).operands) operands_.push_back(around.At(operand));
  carries_.emplace_back(operands_.begin(), operands_.begin() + static_cast<std::ptrdiff_t>(parts_.carries));
  for (int64_t turn = 0; turn < length_; ++turn) {
    At(parts_.reverse ? length_ - 1 - turn : turn);
    std::vector<Tensor> next;
    for (size_t i = 0; i < parts_.carries; ++i) next.push_back(body_.At(body_.function().results()[i].value));
    carries_.push_back(std::move(next));
  }
}

Values& Loop::At(int64_t iteration) {
  if (iteration != current_) body_.Run(ArgumentsOf(iteration));
  current_ = iteration;
  return body_;
}

int64_t Loop::Before(int64_t iteration) const {
  const int64_t before = parts_.reverse ? iteration + 1 : iteration - 1;
  return before < length_ ? before : -1;
}

int64_t Loop::last() const { return parts_.reverse && length_ > 0 ? 0 : length_ - 1; }

std::vector<Tensor> Loop::ArgumentsOf(int64_t iteration) const {
  std::vector<Tensor> arguments = carries_[static_cast<size_t>(TurnOf(iteration))];
  for (size_t i = parts_.carries; i < operands_.size(); ++i) {
    const Tensor& operand = operands_[i];
    if (i >= parts_.inputs()) {
      arguments.push_back(operand);
      continue;
    }
    const std::vector<int64_t> shape(operand.shape().begin() + 1, operand.shape().end());
    arguments.push_back(operand.Part(iteration * (operand.elements() / operand.shape()[0]), shape));
  }
  return arguments;
}

}  // namespace nnc::runtime
