// Random well-typed programs keep their meaning through every pass.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "ir/builder.h"
#include "passes/cse.h"
#include "passes/dce.h"
#include "passes/fold.h"
#include "passes/pipeline.h"
#include "passes/simplify.h"
#include "tests/passes/ir_text.h"

namespace nnc::passes {
namespace {

using ir::Element;
using ir::Op;
using ir::Shape;
using ir::Type;
using ir::Value;

// Appends random nodes to a function. The numbers and ops are such that arithmetic on them is exact, so that a rewrite
// has no excuse.
class Generator {
 public:
  explicit Generator(uint64_t seed) : seed_(seed) {
    for (const Shape& shape : {Shape{}, Shape{3}, Shape{2, 3}, Shape{2, 1}, Shape{1, 3}}) {
      floats_.push_back(b_.Argument("x" + std::to_string(floats_.size()), Type(Element::kF64, shape)));
    }
    bools_.push_back(b_.Argument("c", Type(Element::kBool, {2, 3})));
  }

  ir::Function Run(int steps) {
    for (int step = 0; step < steps; ++step) {
      try {
        Step();
      } catch (const ir::BuildError&) {  // the operands do not go together: nothing was added
      }
    }
    for (size_t i = 0; i < 3; ++i) f_.AddResult("r" + std::to_string(i), floats_[floats_.size() - 1 - i]);
    return f_;
  }

 private:
  uint64_t Pick(uint64_t choices) { return ir::RandomBits(seed_, count_++) % choices; }
  // Later values more often, so that programs are deep.
  Value Float() { return floats_[floats_.size() - 1 - Pick(1 + Pick(floats_.size()))]; }
  Value Bool() { return bools_[Pick(bools_.size())]; }
  Value Number() {
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    static constexpr double kNumbers[] = {0, -0.0, 1, -1, 2, 3, 0.5, -0.25, kInfinity, -kInfinity};
    static const Shape kShapes[] = {{}, {3}, {2, 3}};
    return b_.Constant(kNumbers[Pick(std::size(kNumbers))], Element::kF64, kShapes[Pick(3)]);
  }
  Value FloatOrNumber() { return Pick(3) == 0 ? Number() : Float(); }

  void Step() {
    static constexpr Op kBinary[] = {Op::kAdd, Op::kSub, Op::kMul, Op::kMax, Op::kMin};
    static constexpr Op kUnary[] = {Op::kNeg, Op::kAbs, Op::kSign, Op::kStopGradient};
    static constexpr Op kCompare[] = {Op::kLt, Op::kGt, Op::kEq, Op::kGe};
    static constexpr Op kReduce[] = {Op::kReduceSum, Op::kReduceMax, Op::kReduceMin};
    switch (Pick(9)) {
      case 0:
      case 1:
        return floats_.push_back(b_.Apply(kBinary[Pick(5)], {FloatOrNumber(), FloatOrNumber()}));
      case 2:
        return floats_.push_back(b_.Apply(kUnary[Pick(4)], {FloatOrNumber()}));
      case 3:
        return floats_.push_back(b_.Div(Float(), b_.Constant(Pick(2) ? -2 : 4, Element::kF64)));
      case 4:
        return bools_.push_back(Pick(4) == 0 ? b_.Not(Bool())
                                             : b_.Apply(kCompare[Pick(4)], {FloatOrNumber(), FloatOrNumber()}));
      case 5:
        return floats_.push_back(b_.Select(Bool(), FloatOrNumber(), FloatOrNumber()));
      case 6:
        return floats_.push_back(b_.Reduce(kReduce[Pick(3)], Float(), {static_cast<int64_t>(Pick(2))}, Pick(2)));
      case 7:
        return floats_.push_back(b_.Broadcast(FloatOrNumber(), Pick(2) ? Shape{2, 3} : Shape{4, 2, 3}));
      default:
        return floats_.push_back(Move(FloatOrNumber()));
    }
  }

  Value Move(Value x) {
    switch (Pick(5)) {
      case 0:
        return b_.Transpose(x, {1, 0});
      case 1:
        return b_.Reshape(x, {3, 2});
      case 2:
        return b_.Slice(x, 0, Pick(2), 2);
      case 3:
        return b_.Pad(x, 0, 0, Pick(2));
      default:
        return b_.Concat({x, Float()}, 0);
    }
  }

  uint64_t seed_, count_ = 0;
  ir::Function f_{"f"};
  ir::Builder b_{f_};
  std::vector<Value> floats_, bools_;
};

class RandomPrograms : public testing::TestWithParam<Pass> {};

TEST_P(RandomPrograms, KeepTheirMeaning) {
  for (uint64_t seed = 1; seed <= 150; ++seed) {
    ir::Function f = Generator(seed).Run(20);
    SCOPED_TRACE(testing::Message() << "program " << seed << "\n" << BodyText(f));
    ExpectSameResults(f, GetParam()(f), 1e-9);
    if (HasFatalFailure()) return;
  }
}

INSTANTIATE_TEST_SUITE_P(Passes, RandomPrograms,
                         testing::Values(Pass{FoldConstants}, Pass{Simplify}, Pass{EliminateCommonSubexpressions},
                                         Pass{EliminateDeadCode},
                                         Pass{[](const ir::Function& f) { return Optimize(f); }}));

}  // namespace
}  // namespace nnc::passes
