#include "codegen/matmul.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <tuple>

#include "tests/codegen/kernel_runner.h"

namespace nnc::codegen {
namespace {

// A product with operands and result in one arena: a, b, c, scratch.
class Product {
 public:
  Product(const MatmulSpec& spec, const Target& target, int threads)
      : spec_(spec),
        plan_(PlanMatmul(spec, target, threads)),
        a_size_(spec.batch * spec.m * spec.k),
        b_size_(spec.batch * spec.k * spec.n),
        c_size_(spec.batch * spec.m * spec.n),
        kernel_(target, threads, [this](Emitter& e) { Emit(e); }),
        arena_(Offset(3) + plan_.scratch_bytes()) {}

  const MatmulPlan& plan() const { return plan_; }
  float* a() { return arena_.At<float>(0); }
  float* b() { return arena_.At<float>(Offset(1)); }
  float* c() { return arena_.At<float>(Offset(2)); }
  std::vector<float> Result() { return {c(), c() + c_size_}; }

  void Fill(uint32_t seed) {
    std::mt19937 random(seed);
    std::normal_distribution<float> normal;
    for (int64_t i = 0; i < a_size_; ++i) a()[i] = normal(random);
    for (int64_t i = 0; i < b_size_; ++i) b()[i] = normal(random);
    // What must not be touched is checked by a value no product gives.
    for (int64_t i = 0; i < c_size_ + kGuard; ++i) c()[i] = kUntouched;
  }
  void Run() { kernel_.Run(arena_); }

  // The error of a sum of k products in any order is at most k roundings of the sum of their magnitudes (Higham,
  // "Accuracy and Stability of Numerical Algorithms", 2002, section 3.1).
  void ExpectRight() {
    for (int64_t i = 0; i < c_size_; ++i) {
      double sum = 0, magnitude = 0;
      const int64_t batch = i / (spec_.m * spec_.n), row = i / spec_.n % spec_.m, column = i % spec_.n;
      for (int64_t k = 0; k < spec_.k; ++k) {
        const double term = static_cast<double>(a()[IndexOfA(batch, row, k)]) * b()[IndexOfB(batch, k, column)];
        sum += term;
        magnitude += std::abs(term);
      }
      const double bound = static_cast<double>(spec_.k) * std::numeric_limits<float>::epsilon() / 2 * magnitude;
      ASSERT_NEAR(c()[i], sum, bound) << "at " << batch << ", " << row << ", " << column;
    }
    for (int64_t i = c_size_; i < c_size_ + kGuard; ++i) ASSERT_EQ(c()[i], kUntouched) << "wrote past the end";
  }

  int64_t IndexOfA(int64_t batch, int64_t row, int64_t k) const {
    return batch * spec_.m * spec_.k + (spec_.transpose_a ? k * spec_.m + row : row * spec_.k + k);
  }
  int64_t IndexOfB(int64_t batch, int64_t k, int64_t column) const {
    return batch * spec_.k * spec_.n + (spec_.transpose_b ? column * spec_.k + k : k * spec_.n + column);
  }

 private:
  static constexpr int64_t kGuard = 64;
  static constexpr float kUntouched = 12345678.0f;

  int64_t Offset(int part) const {
    const int64_t sizes[] = {a_size_, b_size_, c_size_ + kGuard};
    int64_t offset = 0;
    for (int i = 0; i < part; ++i) offset += (sizes[i] * 4 + 63) / 64 * 64;
    return offset;
  }
  void Emit(Emitter& e) {
    const Pointer c = e.Arena(spec_.element, Offset(2));
    EmitMatmul(e, plan_,
               {e.Arena(spec_.element, 0), e.Arena(spec_.element, Offset(1)), e.Arena(ir::Element::kU8, Offset(3))},
               [&](const MatmulPlace& place, llvm::Value* sums) { StoreSums(e, c, place, sums); });
  }

  MatmulSpec spec_;
  MatmulPlan plan_;
  int64_t a_size_, b_size_, c_size_;
  TestKernel kernel_;
  TestArena arena_;
};

struct Sizes {
  int64_t m, n, k;
};

// Each size in each place: multiples of vectors, their neighbours, tiny ones, and those that block k. A step between
// the places gives another set of triples.
std::vector<Sizes> SampleSizes(const std::vector<size_t>& steps) {
  const std::vector<int64_t> sizes = {0, 1, 2, 3, 7, 8, 15, 16, 17, 31, 33, 64, 100, 128, 257};
  std::vector<Sizes> samples;
  for (size_t i = 0; i < sizes.size(); ++i) {
    for (const size_t step : steps) {
      samples.push_back({sizes[i], sizes[(i + step) % sizes.size()], sizes[(i + 2 * step + 1) % sizes.size()]});
    }
  }
  const std::vector<Sizes> special = {{32, 100, 2},   {32, 3, 100},    {3, 100, 32},     {100, 2, 32}, {1, 1, 1},
                                      {7, 50, 600},   {70, 70, 1030},  {600, 5, 40},     {5, 5, 700},  {40, 48, 513},
                                      {40, 70, 2090}, {64, 1024, 257}, {1024, 128, 257}, {200, 11, 20}};
  samples.insert(samples.end(), special.begin(), special.end());
  return samples;
}

using Layout = std::tuple<bool, bool>;
class MatmulLayout : public testing::TestWithParam<Layout> {};
INSTANTIATE_TEST_SUITE_P(All, MatmulLayout, testing::Combine(testing::Bool(), testing::Bool()), [](const auto& layout) {
  return std::string(std::get<0>(layout.param) ? "T" : "N") + (std::get<1>(layout.param) ? "T" : "N");
});

TEST_P(MatmulLayout, IsRightForSizesOnAndOffTheVectorWidth) {
  for (const Target& target : TestTargets()) {
    for (const Sizes& size :
         SampleSizes(target.features.empty() ? std::vector<size_t>{4} : std::vector<size_t>{1, 6})) {
      SCOPED_TRACE(target.cpu + " " + std::to_string(size.m) + "x" + std::to_string(size.n) + "x" +
                   std::to_string(size.k));
      Product product({1, size.m, size.n, size.k, std::get<0>(GetParam()), std::get<1>(GetParam())}, target, 1);
      product.Fill(1);
      product.Run();
      product.ExpectRight();
      if (HasFatalFailure()) return;
    }
  }
}

TEST_P(MatmulLayout, IsRightForBatches) {
  for (const Sizes& size :
       {Sizes{5, 20, 9}, Sizes{33, 2, 40}, Sizes{2, 33, 40}, Sizes{9, 17, 600}, Sizes{9, 17, 2100}}) {
    Product product({3, size.m, size.n, size.k, std::get<0>(GetParam()), std::get<1>(GetParam())}, DescribeTarget(), 1);
    product.Fill(2);
    product.Run();
    product.ExpectRight();
  }
}

TEST_P(MatmulLayout, GivesTheSameBitsOnAnyNumberOfThreads) {
  for (const Sizes& size : {Sizes{70, 100, 40}, Sizes{200, 3, 64}, Sizes{3, 200, 64}, Sizes{100, 130, 1030},
                            Sizes{40, 70, 2090}, Sizes{64, 1024, 256}, Sizes{1024, 128, 256}}) {
    std::vector<float> alone;
    for (const int threads : {1, 2, 3, 7}) {
      Product product({2, size.m, size.n, size.k, std::get<0>(GetParam()), std::get<1>(GetParam())}, DescribeTarget(),
                      threads);
      product.Fill(3);
      product.Run();
      if (threads == 1) alone = product.Result();
      EXPECT_EQ(product.Result(), alone) << threads << " threads";
    }
  }
}

TEST_P(MatmulLayout, PassesNanAndInfinityOnAndKeepsThemToTheirRowAndColumn) {
  constexpr float kNan = std::numeric_limits<float>::quiet_NaN(), kInfinity = std::numeric_limits<float>::infinity();
  for (const Sizes& size :
       {Sizes{33, 50, 20}, Sizes{33, 3, 20}, Sizes{3, 33, 20}, Sizes{17, 20, 530}, Sizes{30, 20, 2100}}) {
    Product product({1, size.m, size.n, size.k, std::get<0>(GetParam()), std::get<1>(GetParam())}, DescribeTarget(), 1);
    product.Fill(4);
    product.a()[product.IndexOfA(0, 1, 5)] = kNan;
    product.b()[product.IndexOfB(0, 7, 2)] = kInfinity;
    product.Run();
    for (int64_t row = 0; row < size.m; ++row) {
      for (int64_t column = 0; column < size.n; ++column) {
        const float value = product.c()[row * size.n + column];
        EXPECT_EQ(std::isnan(value), row == 1) << row << ", " << column;
        EXPECT_EQ(std::isinf(value), row != 1 && column == 2) << row << ", " << column;
      }
    }
  }
}

// A sink that adds to what C holds: an element given twice would count twice.
void ExpectEachElementOnce(const MatmulSpec& spec, int threads) {
  const Target target = DescribeTarget();
  const MatmulPlan plan = PlanMatmul(spec, target, threads);
  const int64_t a = spec.m * spec.k, b = spec.k * spec.n, c = spec.m * spec.n, c_place = 64 * (a + b);
  TestKernel kernel(target, threads, [&](Emitter& e) {
    const Pointer result = e.Arena(spec.element, c_place);
    const MatmulOperands operands{e.Arena(spec.element, 0), e.Arena(spec.element, 64 * a),
                                  e.Arena(ir::Element::kU8, c_place + 64 * c)};
    EmitMatmul(e, plan, operands, [&](const MatmulPlace& place, llvm::Value* sums) {
      const Pointer element = e.Advance(result, place.flat, place.flat_multiple);
      llvm::Value* before = e.Load(element, Emitter::LanesOf(sums), place.active);
      StoreSums(e, result, place, e.Add(before, sums));
    });
  });
  TestArena arena(c_place + 64 * c + plan.scratch_bytes());
  std::fill_n(arena.At<float>(0), a, 1.0f);
  std::fill_n(arena.At<float>(64 * a), b, 1.0f);
  kernel.Run(arena);
  for (int64_t i = 0; i < c; ++i) ASSERT_EQ(arena.At<float>(c_place)[i], static_cast<float>(spec.k)) << plan.Describe();
}

TEST_P(MatmulLayout, GivesEachElementToTheSinkOnce) {
  for (const int64_t epilogue : {1, 20}) {
    for (const int threads : {1, 3}) {
      for (const Sizes& size : {Sizes{33, 50, 20}, Sizes{65, 100, 40}, Sizes{130, 70, 520}, Sizes{40, 70, 2090}}) {
        MatmulSpec spec{1, size.m, size.n, size.k, std::get<0>(GetParam()), std::get<1>(GetParam())};
        spec.epilogue = epilogue;
        ExpectEachElementOnce(spec, threads);
      }
    }
  }
}

TEST(MatmulPlan, ReadsAFewColumnsOfATransposedOperandAsVectors) {
  const Target target = DescribeTarget("skylake-avx512");
  EXPECT_EQ(PlanMatmul({1, 100, 2, 32, true, false}, target, 1).strategy, MatmulStrategy::kRows);
  EXPECT_EQ(PlanMatmul({1, 32, 3, 100, false, true}, target, 1).strategy, MatmulStrategy::kDot);
  EXPECT_EQ(PlanMatmul({1, 3, 100, 32, true, false}, target, 1).strategy, MatmulStrategy::kColumns);
}

TEST(MatmulPlan, KeepsSumsInRegisters) {
  for (const char* cpu : {"skylake-avx512", "haswell"}) {
    const Target target = DescribeTarget(cpu);
    for (const Sizes& size : SampleSizes({1, 4, 6})) {
      const MatmulPlan plan = PlanMatmul({1, size.m, size.n, size.k}, target, 1);
      if (plan.strategy == MatmulStrategy::kDot) continue;
      EXPECT_LE(plan.rows.size * plan.vectors + plan.vectors, target.vector_registers - 2) << plan.Describe();
    }
  }
}

TEST(MatmulPlan, DescribesTilesBlocksPackingAndSink) {
  const Target target = DescribeTarget("skylake-avx512");
  EXPECT_EQ(PlanMatmul({1, 128, 512, 256}, target, 1).Describe(), "columns 4x64");
  EXPECT_EQ(PlanMatmul({1, 288, 64, 12544, true}, target, 1).Describe(), "columns 6x64, k 256, loop");
  EXPECT_EQ(PlanMatmul({1, 1024, 1024, 1024, true}, target, 1).Describe(), "columns 6x64, pack a, pack b, loop");
}

TEST(MatmulPlan, PacksWhatIsStoredAcrossAndStridesThatFillFewSetsOfACache) {
  const Target target = DescribeTarget("skylake-avx512");
  EXPECT_TRUE(PlanMatmul({1, 128, 784, 512, false, true}, target, 1).pack_b);
  EXPECT_TRUE(PlanMatmul({1, 256, 1024, 1024}, target, 1).pack_b);
  EXPECT_FALSE(PlanMatmul({1, 256, 1000, 1024}, target, 1).pack_b);
  EXPECT_TRUE(PlanMatmul({1, 1024, 256, 1024, true}, target, 1).pack_a);
  EXPECT_FALSE(PlanMatmul({1, 1000, 256, 1024, true}, target, 1).pack_a);
}

TEST(MatmulPlan, LoopsOverALongEpilogue) {
  const Target target = DescribeTarget("skylake-avx512");
  MatmulSpec spec{1, 768, 512, 128};
  EXPECT_FALSE(PlanMatmul(spec, target, 1).loop_sink);
  spec.epilogue = 30;
  EXPECT_TRUE(PlanMatmul(spec, target, 1).loop_sink);
}

TEST(EvenSplit, CoversTheExtentWithTilesThatDifferByOneAtMost) {
  for (int64_t extent = 0; extent < 40; ++extent) {
    for (int64_t largest = 1; largest < 10; ++largest) {
      const EvenSplit split = SplitEvenly(extent, largest);
      EXPECT_LE(split.size, largest);
      EXPECT_EQ(split.larger * split.size + (split.tiles - split.larger) * (split.size - 1), extent);
    }
  }
}

// Sums in other element types: integers are exact, bf16 rounds once at the end.
template <class T>
std::vector<T> MultiplySmall(ir::Element element, const std::vector<T>& a, const std::vector<T>& b, int64_t m,
                             int64_t n) {
  const Target target = DescribeTarget();
  const auto k = static_cast<int64_t>(a.size()) / m;
  const MatmulPlan plan = PlanMatmul({1, m, n, k, false, true, element}, target, 1);
  TestKernel kernel(target, 1, [&](Emitter& e) {
    const Pointer c = e.Arena(element, 2 << 16);
    EmitMatmul(e, plan, {e.Arena(element, 0), e.Arena(element, 1 << 16), e.Arena(ir::Element::kU8, 3 << 16)},
               [&](const MatmulPlace& place, llvm::Value* sums) { StoreSums(e, c, place, sums); });
  });
  TestArena arena((3 << 16) + plan.scratch_bytes());
  std::copy(a.begin(), a.end(), arena.At<T>(0));
  std::copy(b.begin(), b.end(), arena.At<T>(1 << 16));
  kernel.Run(arena);
  return {arena.At<T>(2 << 16), arena.At<T>(2 << 16) + m * n};
}

template <class T>
void ExpectExactProduct(ir::Element element) {
  for (const Sizes& size : {Sizes{5, 37, 19}, Sizes{40, 2, 70}}) {
    std::vector<T> a, b, expected;
    for (int64_t i = 0; i < size.m * size.k; ++i) a.push_back(static_cast<T>(i % 13));
    for (int64_t i = 0; i < size.n * size.k; ++i) b.push_back(static_cast<T>(i % 7));
    for (int64_t i = 0; i < size.m; ++i) {
      for (int64_t j = 0; j < size.n; ++j) {
        T sum = 0;
        for (int64_t k = 0; k < size.k; ++k) {
          sum = static_cast<T>(sum + a[static_cast<size_t>(i * size.k + k)] * b[static_cast<size_t>(j * size.k + k)]);
        }
        expected.push_back(sum);
      }
    }
    EXPECT_EQ(MultiplySmall<T>(element, a, b, size.m, size.n), expected);
  }
}

TEST(Matmul, MultipliesDoubles) { ExpectExactProduct<double>(ir::Element::kF64); }
TEST(Matmul, MultipliesIntegers) { ExpectExactProduct<int32_t>(ir::Element::kI32); }
TEST(Matmul, MultipliesLongIntegers) { ExpectExactProduct<int64_t>(ir::Element::kI64); }
TEST(Matmul, WrapsBytes) { ExpectExactProduct<uint8_t>(ir::Element::kU8); }

TEST(Matmul, SumsBf16InF32AndRoundsToNearestEvenOnce) {
  constexpr uint16_t kOne = 0x3f80, k256 = 0x4380;
  // 256 + 1 + 1: in bf16 arithmetic each 1 would be lost, as the spacing at 256 is 2.
  EXPECT_EQ(MultiplySmall<uint16_t>(ir::Element::kBF16, {k256, kOne, kOne}, {kOne, kOne, kOne}, 1, 1),
            std::vector<uint16_t>{0x4381});
  // 256 + 1 is halfway between 256 and 258: 256 is even.
  EXPECT_EQ(MultiplySmall<uint16_t>(ir::Element::kBF16, {k256, kOne}, {kOne, kOne}, 1, 1), std::vector<uint16_t>{k256});
}

}  // namespace
}  // namespace nnc::codegen
