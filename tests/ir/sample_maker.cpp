#include "tests/ir/sample_maker.h"

#include <fmt/format.h>

#include "ir/builder.h"
#include "tests/ir/sample_values.h"

namespace nnc::ir {

const std::vector<Shape> kShapes = {{},     {0},    {1},     {2},       {3},       {7},       {8},
                                    {9},    {17},   {100},   {2, 3},    {7, 17},   {17, 9},   {1, 8},
                                    {8, 1}, {0, 3}, {3, 33}, {3, 0, 2}, {2, 3, 7}, {2, 1, 8}, {2, 3, 1, 9}};

void SampleMaker::Add(const std::vector<Type>& operands, Attributes attributes) {
  OpSample sample;
  sample.function = Function("sample");
  Builder builder(sample.function);
  std::vector<Value> values;
  for (size_t i = 0; i < operands.size(); ++i) {
    values.push_back(builder.Argument(std::string(1, static_cast<char>('a' + i)), operands[i]));
    sample.arguments.push_back(SampleTensor(op_, i, operands[i], kind_, random_));
    sample.name += (i == 0 ? "" : ", ") + ToString(operands[i]);
  }
  sample.name = fmt::format("{}({}) number {}", InfoOf(op_).mnemonic, sample.name, samples_.size());
  sample.function.AddResult("result", builder.Apply(op_, values, std::move(attributes), "result"));
  samples_.push_back(std::move(sample));
}

void SampleMaker::AddIndexed(const std::vector<Type>& operands) {
  Add(operands);
  int64_t last = operands[0].shape[0].value() - 1;
  for (int64_t& id : samples_.back().arguments[1].ints()) id = AnyId(operands[1].element, last);
}

int64_t SampleMaker::AnyId(Element element, int64_t last) {
  if (kind_ == SampleValues::kSmooth) return last < 0 ? 0 : random_.Int(0, last);
  if (random_.Chance(10)) return ExtremeInteger(element, random_);
  return random_.Int(element == kU8 ? 0 : -2, last + 2);
}

}  // namespace nnc::ir
