#include "passes/vectorize.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "ir/builder.h"
#include "ir/evaluate.h"
#include "ir/scan.h"
#include "passes/pipeline.h"
#include "tests/ir/op_samples.h"

namespace nnc::passes {
namespace {

using ir::Element;
using ir::Function;
using ir::Op;
using ir::Tensor;
using ir::Type;
using ir::Value;

constexpr int64_t kRows = 3;

// The tensor and rotations of its elements, as rows.
Tensor WithRows(const Tensor& tensor) {
  Tensor rows = tensor;
  rows.shape.insert(rows.shape.begin(), kRows);
  auto add = [](auto& values) {
    auto row = values;
    for (int64_t i = 1; i < kRows; ++i) {
      std::rotate(row.begin(), row.begin() + static_cast<std::ptrdiff_t>(row.size() / 2), row.end());
      values.insert(values.end(), row.begin(), row.end());
    }
  };
  std::visit(add, rows.data);
  return rows;
}

// A sample's node on row `id` of some of its arguments, as @f(%id, arguments...) -> (row, rows); `rows` is the node for
// all rows at once.
struct RowsOfSample {
  RowsOfSample(const ir::OpSample& sample, const std::vector<bool>& varies) : build(function) {
    Value id = build.Argument("id", Element::kI32);
    arguments.push_back(Tensor::Ints({}, {0}));
    std::vector<Value> operands;
    for (uint32_t i = 0; i < sample.function.argument_count(); ++i) {
      Type type = sample.function.type(Value{i});
      if (varies[i]) type.shape.insert(type.shape.begin(), kRows);
      operands.push_back(build.Argument(sample.function.node(Value{i}).name, type));
      arguments.push_back(varies[i] ? WithRows(sample.arguments[i]) : sample.arguments[i]);
    }
    for (size_t i = 0; i < operands.size(); ++i) {
      if (varies[i]) operands[i] = build.Take(operands[i], id);
    }
    const ir::Node& node = sample.function.nodes().back();
    Value row = build.Apply(node.op, operands, node.attributes);
    function.AddResult("row", row);
    function.AddResult("rows", AppendVectorized(build, id, build.Iota({kRows}, 0), {row})[0]);
  }

  void ExpectEachRowAsAlone() {
    for (int64_t row = 0; row < kRows; ++row) {
      arguments[0].ints()[0] = row;
      std::vector<Tensor> results = Evaluate(function, arguments);
      int64_t width = results[0].elements();
      ASSERT_EQ(results[1].elements(), kRows * width);
      for (int64_t i = 0; i < width; ++i) {
        double alone = results[0].number(i), together = results[1].number(row * width + i);
        ASSERT_TRUE(alone == together || (std::isnan(alone) && std::isnan(together)))
            << "row " << row << " element " << i << ": " << alone << " alone, " << together << " among all";
      }
    }
  }

  Function function{"f"};
  ir::Builder build;
  std::vector<Tensor> arguments;
};

class EveryOpInRows : public testing::TestWithParam<Op> {};

// Each operand alone, and then all together, differ from row to row. Samples of loops hold more than one node: for them
// see AJacobianRunsALoopForEachRow.
TEST_P(EveryOpInRows, GivesEachRowWhatItGivesAlone) {
  ir::OpClass op_class = InfoOf(GetParam()).op_class;
  bool is_node =
      op_class != ir::OpClass::kSource && op_class != ir::OpClass::kRequest && op_class != ir::OpClass::kLoop;
  if (!is_node) return;
  for (const ir::OpSample& sample : SamplesOf(GetParam())) {
    SCOPED_TRACE(sample.name);
    if (sample.function.type(sample.function.results()[0].value).elements() > 1000) continue;
    size_t count = sample.function.argument_count();
    for (size_t i = 0; i <= count; ++i) {
      std::vector<bool> varies(count, i == count);
      if (i < count) varies[i] = true;
      RowsOfSample(sample, varies).ExpectEachRowAsAlone();
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Table, EveryOpInRows, testing::ValuesIn(ir::AllOps()),
                         [](const auto& op) { return std::string(InfoOf(op.param).name); });

// h' = h / 2 + v^2 over v = 1, 2, 3: row i of dh/dv is what each v adds to the state after iteration i.
TEST(Vectorize, AJacobianRunsALoopForEachRow) {
  auto body = std::make_shared<Function>("body");
  ir::Builder inside(*body);
  Value h = inside.Argument("h", Element::kF32), v = inside.Argument("v", Element::kF32);
  Value next = inside.Add(inside.Mul(h, inside.Constant(0.5, Element::kF32, {})), inside.Mul(v, v));
  body->AddResult("h", next);
  body->AddResult("state", next);
  Function f("f");
  ir::Builder build(f);
  Value vs = build.Argument("vs", Type(Element::kF32, {3}));
  ir::ScanParts loop{.body = body, .carries = 1, .scanned = 1, .length = 3};
  Value scan = ir::AppendScan(build, loop, {build.Constant(0, Element::kF32, {}), vs});
  f.AddResult("jacobian", build.Jacobian(build.Part(scan, 1), vs));
  std::vector<Tensor> results = Evaluate(ExpandGradients(f), {Tensor::Floats({3}, {1, 2, 3})});
  const std::vector<double> expected = {2, 0, 0, 1, 4, 0, 0.5, 2, 6};
  for (int64_t i = 0; i < 9; ++i) EXPECT_EQ(results[0].number(i), expected[i]) << i;
}

TEST(Vectorize, RepeatsWhatDoesNotVary) {
  Function f("f");
  ir::Builder build(f);
  Value x = build.Argument("x", Element::kF32), y = build.Argument("y", Type(Element::kF32, {2}));
  Value rows = build.Argument("rows", Type(Element::kF32, {5}));
  Value square = build.Mul(y, y);
  f.AddResult("r", AppendVectorized(build, x, rows, {square})[0]);
  EXPECT_EQ(f.type(f.results()[0].value), Type(Element::kF32, {5, 2}));
  EXPECT_EQ(f.size(), 5u);
}

TEST(Vectorize, StacksTheRowsOfOneProductOfMatrices) {
  Function f("f");
  ir::Builder build(f);
  ir::Dim n = ir::Dim::Variable("N");
  Value a = build.Argument("a", Type(Element::kF32, {n, 4})), b = build.Argument("b", Type(Element::kF32, {4, 2}));
  Value rows = build.Argument("rows", Type(Element::kF32, {7, n, 4}));
  Value product = AppendVectorized(build, a, rows, {build.MatMul(a, b)})[0];
  EXPECT_EQ(f.type(product), Type(Element::kF32, {7, n, 2}));
  EXPECT_EQ(f.type(f.node(product).operands[0]), Type(Element::kF32, {n * 7, 2}));
}

}  // namespace
}  // namespace nnc::passes
