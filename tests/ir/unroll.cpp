#include "tests/ir/unroll.h"

#include <map>

#include "ir/scan.h"

namespace nnc::ir {

namespace {

class Unroller {
 public:
  explicit Unroller(const Function& from) : from_(from), to_(from.name()), build_(to_) {}

  Function Run() {
    std::vector<Value> arguments;
    for (uint32_t i = 0; i < from_.argument_count(); ++i) {
      const Node& argument = from_.node(Value{i});
      arguments.push_back(build_.Argument(argument.name, argument.type));
    }
    std::vector<Value> results = Inline(from_, arguments);
    for (size_t r = 0; r < results.size(); ++r) to_.AddResult(from_.results()[r].name, results[r]);
    return std::move(to_);
  }

 private:
  // Appends the nodes of `function` on these arguments; returns its results.
  std::vector<Value> Inline(const Function& function, const std::vector<Value>& arguments) {
    std::vector<Value> copies = arguments;
    std::map<Value, std::vector<Value>> parts;  // of each loop
    for (Value v{function.argument_count()}; v.index < function.size(); ++v.index) {
      const Node& node = function.node(v);
      Value& copy = copies.emplace_back();
      if (node.op == Op::kPart) {
        copy = parts.at(node.operands[0])[node.attribute<int64_t>(AttributeKey::kIndex)];
        continue;
      }
      std::vector<Value> operands;
      for (Value operand : node.operands) operands.push_back(copies[operand.index]);
      if (node.op == Op::kScan) {
        parts[v] = Iterations(node, operands);
      } else {
        copy = build_.Apply(node.op, operands, node.attributes, node.name);
      }
    }
    std::vector<Value> results;
    for (const Result& result : function.results()) results.push_back(copies[result.value.index]);
    return results;
  }

  // What the parts of a loop are: the last carries, and the outputs of all iterations stacked.
  std::vector<Value> Iterations(const Node& node, const std::vector<Value>& operands) {
    ScanParts scan = PartsOf(node);
    int64_t length = scan.length.value();
    std::vector<Value> carries(operands.begin(), operands.begin() + static_cast<std::ptrdiff_t>(scan.carries));
    std::vector<std::vector<Value>> stacks(scan.outputs(), std::vector<Value>(length));
    for (int64_t step = 0; step < length; ++step) {
      int64_t iteration = scan.reverse ? length - 1 - step : step;
      std::vector<Value> arguments = carries;
      for (size_t i = scan.carries; i < operands.size(); ++i) {
        arguments.push_back(i < scan.inputs() ? SliceOf(operands[i], iteration) : operands[i]);
      }
      std::vector<Value> results = Inline(*scan.body, arguments);
      std::copy_n(results.begin(), scan.carries, carries.begin());
      for (size_t i = 0; i < stacks.size(); ++i) stacks[i][iteration] = Row(results[scan.carries + i]);
    }
    std::vector<Value> parts = carries;
    for (size_t i = 0; i < stacks.size(); ++i) {
      const Type& type = node.type.parts[scan.carries + i];
      parts.push_back(length == 0 ? build_.Constant(0, type.element, type.shape) : build_.Concat(stacks[i], 0));
    }
    return parts;
  }

  Value SliceOf(Value stack, int64_t i) {
    Shape shape = build_.type(stack).shape;
    shape.erase(shape.begin());
    return build_.Reshape(build_.Slice(stack, 0, i, i + 1), shape);
  }

  Value Row(Value slice) {
    Shape shape = build_.type(slice).shape;
    shape.insert(shape.begin(), 1);
    return build_.Reshape(slice, shape);
  }

  const Function& from_;
  Function to_;
  Builder build_;
};

}  // namespace

Function Unroll(const Function& function) { return Unroller(function).Run(); }

}  // namespace nnc::ir
