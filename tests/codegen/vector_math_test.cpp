#include "codegen/vector_math.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <functional>
#include <limits>
#include <numbers>

#include "tests/codegen/kernel_runner.h"

namespace nnc::codegen {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr float kSmallest = std::numeric_limits<float>::min();  // below it, results may be flushed to zero
constexpr float kLargest = std::numeric_limits<float>::max();

using Emit = llvm::Value* (*)(Emitter&, llvm::Value*);
using Exact = long double (*)(long double);

struct Function {
  const char* name;
  Emit emit;
  Exact exact;
  double ulps;  // the largest error
};

long double ExactSigmoid(long double x) { return 1 / (1 + std::exp(-x)); }
long double ExactNormalCdf(long double x) { return std::erfc(-x * std::numbers::sqrt2_v<long double> / 2) / 2; }
long double ExactRsqrt(long double x) { return 1 / std::sqrt(x); }

const std::vector<Function>& Functions() {
  static const std::vector<Function> functions = {
      {"exp", VectorExp, std::exp, 1.1},       {"expm1", VectorExpm1, std::expm1, 2.2},
      {"log", VectorLog, std::log, 1.0},       {"log1p", VectorLog1p, std::log1p, 1.5},
      {"tanh", VectorTanh, std::tanh, 2.5},    {"sigmoid", VectorSigmoid, ExactSigmoid, 2.5},
      {"erf", VectorErf, std::erf, 1.2},       {"sin", VectorSin, std::sin, 2.0},
      {"cos", VectorCos, std::cos, 2.0},       {"sqrt", VectorSqrt, std::sqrt, 2.0},
      {"rsqrt", VectorRsqrt, ExactRsqrt, 2.0}, {"normal_cdf", VectorNormalCdf, ExactNormalCdf, 3.5},
  };
  return functions;
}

// A kernel that maps `count` floats at 0 to floats at `count` * 4.
class Mapped {
 public:
  Mapped(const Target& target, int64_t count, const std::function<llvm::Value*(Emitter&, Pointer, int64_t)>& emit)
      : count_(count),
        kernel_(target, 1,
                [&](Emitter& e) {
                  const int64_t lanes = target.Lanes(ir::Element::kF32);
                  e.For(0, count, lanes, [&](llvm::Value* i) {
                    const Pointer from = e.Advance(e.Arena(ir::Element::kF32, 0), i, lanes);
                    e.Store(e.Advance(e.Arena(ir::Element::kF32, 4 * count), i, lanes), emit(e, from, lanes));
                  });
                }),
        arena_(8 * count) {}
  std::vector<float> operator()(const std::vector<float>& x) {
    std::copy(x.begin(), x.end(), arena_.At<float>(0));
    kernel_.Run(arena_);
    return {arena_.At<float>(4 * count_), arena_.At<float>(4 * count_) + static_cast<int64_t>(x.size())};
  }

 private:
  int64_t count_;
  TestKernel kernel_;
  TestArena arena_;
};

Mapped MapOf(const Target& target, int64_t count, Emit function) {
  return {target, count, [=](Emitter& e, Pointer from, int64_t lanes) { return function(e, e.Load(from, lanes)); }};
}

// Error in units of the last place of the exact result. Both below the smallest normal counts as right.
double Ulps(float actual, long double exact) {
  if (std::isnan(exact) || std::isnan(actual)) return std::isnan(exact) && std::isnan(actual) ? 0 : 1e9;
  if (std::abs(exact) < kSmallest && std::abs(actual) <= kSmallest) return 0;
  const auto rounded = static_cast<float>(exact);
  if (std::isinf(rounded) || std::isinf(actual)) {
    // A result that rounds to infinity may still be the largest number by one place, and the other way round.
    if (rounded == actual) return 0;
    return std::abs(actual) == kLargest || std::abs(rounded) == kLargest ? 1 : 1e9;
  }
  int exponent = 0;
  std::frexp(static_cast<long double>(rounded), &exponent);
  return static_cast<double>(std::abs(actual - exact) / std::ldexp(1.0L, std::max(exponent - 24, -149)));
}

// Numbers of every exponent and both signs, denormals left out (generated code runs with them read as zero), and the
// neighbours of numbers where functions change their branch.
std::vector<float> Samples() {
  std::vector<float> samples = {0.0f,      -0.0f,     kInfinity,  -kInfinity, kNan, kLargest,
                                -kLargest, kSmallest, -kSmallest, 1.0f,       -1.0f};
  for (const uint32_t nan : {0x7f800001u, 0x7fc00001u, 0xff800001u, 0xffffffffu}) {
    samples.push_back(std::bit_cast<float>(nan));
  }
  constexpr uint32_t kSteps = 1009;  // per exponent; prime, so that mantissas do not repeat
  for (uint32_t exponent = 1; exponent < 255; ++exponent) {
    for (uint32_t i = 0; i < kSteps; ++i) {
      const uint32_t mantissa = static_cast<uint32_t>((uint64_t{i} << 23) / kSteps);
      const auto x = std::bit_cast<float>(exponent << 23 | mantissa);
      samples.push_back(x);
      samples.push_back(-x);
    }
  }
  for (const float edge : {88.72283f, -87.33654f, 88.0f, 0.921875f, 3.93f, 10.0f, 13.2f, 71476.0f, 0.70710678f,
                           1.41421356f, 16777216.0f}) {
    float below = edge, above = edge;
    for (int i = 0; i < 20; ++i) {
      samples.insert(samples.end(), {below, above, -below, -above});
      below = std::nextafter(below, -kInfinity);
      above = std::nextafter(above, kInfinity);
    }
  }
  samples.resize((samples.size() + 63) / 64 * 64, 1.0f);
  return samples;
}

TEST(VectorMath, IsWithinItsBoundOnAllExponents) {
  const std::vector<float> x = Samples();
  for (const Target& target : TestTargets()) {
    for (const Function& function : Functions()) {
      const std::vector<float> y = MapOf(target, static_cast<int64_t>(x.size()), function.emit)(x);
      double worst = 0;
      float where = 0;
      for (size_t i = 0; i < x.size(); ++i) {
        const double ulps = Ulps(y[i], function.exact(x[i]));
        if (ulps > worst) worst = ulps, where = x[i];
      }
      EXPECT_LE(worst, function.ulps) << function.name << " on " << target.cpu << " at " << where;
      RecordProperty(function.name, std::to_string(worst));
    }
  }
}

TEST(VectorMath, ADenormalArgumentCountsAsZero) {
  constexpr float kDenormal = kSmallest / 2;
  for (const Target& target : TestTargets()) {
    for (const Function& function : Functions()) {
      std::vector<float> x(64, 0.0f);
      x[1] = std::numeric_limits<float>::denorm_min(), x[2] = kDenormal, x[3] = -0.0f, x[4] = -kDenormal;
      const std::vector<float> y = MapOf(target, 64, function.emit)(x);
      for (const auto& [denormal, zero] : {std::pair{1, 0}, {2, 0}, {4, 3}}) {
        EXPECT_EQ(Ulps(y[denormal], y[zero]), 0)
            << function.name << " of " << x[denormal] << " on " << target.cpu << " is " << y[denormal];
      }
    }
  }
}

// 1 / f(x) tells the zeros apart.
TEST(VectorMath, OddFunctionsKeepTheSignOfZero) {
  for (const Target& target : TestTargets()) {
    for (Emit emit : {VectorSin, VectorExpm1, VectorLog1p, VectorTanh, VectorErf, VectorSqrt}) {
      std::vector<float> x(64, -0.0f);
      x[1] = 0;
      const std::vector<float> y = MapOf(target, 64, emit)(x);
      EXPECT_EQ(std::bit_cast<uint32_t>(y[0]), std::bit_cast<uint32_t>(-0.0f)) << target.cpu;
      EXPECT_EQ(std::bit_cast<uint32_t>(y[1]), std::bit_cast<uint32_t>(0.0f)) << target.cpu;
    }
  }
}

TEST(VectorMath, ScalarsGiveTheBitsOfVectors) {
  const std::vector<float> x = {-3.5f, -0.25f, 0.0f, 0.3f, 1.0f, 2.5f, 40.0f, 100.0f};
  const Target target = DescribeTarget("haswell");
  for (const Function& function : Functions()) {
    TestKernel kernel(target, 1, [&](Emitter& e) {
      e.For(0, 8, 1, [&](llvm::Value* i) {
        llvm::Value* y = function.emit(e, e.Load(e.Advance(e.Arena(ir::Element::kF32, 0), i)));
        e.Store(e.Advance(e.Arena(ir::Element::kF32, 32), i), y);
      });
    });
    TestArena arena(64);
    std::copy(x.begin(), x.end(), arena.At<float>(0));
    kernel.Run(arena);
    const std::vector<float> vectors = MapOf(target, 8, function.emit)(x);
    for (size_t i = 0; i < x.size(); ++i) {
      EXPECT_EQ(std::bit_cast<uint32_t>(arena.At<float>(32)[i]) & 0x7fffffffu,
                std::bit_cast<uint32_t>(vectors[i]) & 0x7fffffffu)
          << function.name << " of " << x[i];
    }
  }
}

TEST(VectorMath, DoublesAreThoseOfLibm) {
  const std::vector<double> x = {-2.5, -0.5, 0.25, 1.5, 3.0, 10.0, 30.0, 700.0};
  const Target target = DescribeTarget();
  for (const Function& function : Functions()) {
    TestKernel kernel(target, 1, [&](Emitter& e) {
      e.Store(e.Arena(ir::Element::kF64, 64), function.emit(e, e.Load(e.Arena(ir::Element::kF64, 0), 8)));
    });
    TestArena arena(128);
    std::copy(x.begin(), x.end(), arena.At<double>(0));
    kernel.Run(arena);
    for (size_t i = 0; i < x.size(); ++i) {
      const auto exact = static_cast<double>(function.exact(x[i]));
      if (std::isnan(exact)) {
        EXPECT_TRUE(std::isnan(arena.At<double>(64)[i])) << function.name << " of " << x[i];
      } else {
        EXPECT_NEAR(arena.At<double>(64)[i], exact, 1e-14 * std::abs(exact)) << function.name << " of " << x[i];
      }
    }
  }
}

// pow over pairs: {x} x {y}.
std::vector<float> Powers(const Target& target, const std::vector<float>& x, const std::vector<float>& y) {
  const auto count = static_cast<int64_t>(x.size());
  TestKernel kernel(target, 1, [&](Emitter& e) {
    const int64_t lanes = target.Lanes(ir::Element::kF32);
    e.For(0, count, lanes, [&](llvm::Value* i) {
      const auto at = [&](int64_t part) { return e.Advance(e.Arena(ir::Element::kF32, 4 * count * part), i, lanes); };
      e.Store(at(2), VectorPow(e, e.Load(at(0), lanes), e.Load(at(1), lanes)));
    });
  });
  TestArena arena(12 * count);
  std::copy(x.begin(), x.end(), arena.At<float>(0));
  std::copy(y.begin(), y.end(), arena.At<float>(4 * count));
  kernel.Run(arena);
  return {arena.At<float>(8 * count), arena.At<float>(12 * count)};
}

TEST(VectorPow, IsWithinItsBound) {
  std::vector<float> x, y;
  for (uint32_t exponent = 1; exponent < 255; exponent += 2) {
    for (uint32_t i = 0; i < 64; ++i) {
      x.push_back(std::bit_cast<float>(exponent << 23 | i * 131071u));
      y.push_back((static_cast<float>(i) - 31.7f) * std::ldexp(1.0f, static_cast<int>(exponent % 11) - 7));
    }
  }
  for (const Target& target : TestTargets()) {
    const std::vector<float> z = Powers(target, x, y);
    for (size_t i = 0; i < x.size(); ++i) {
      ASSERT_LE(Ulps(z[i], std::pow(static_cast<long double>(x[i]), static_cast<long double>(y[i]))), 1.5)
          << x[i] << " to the " << y[i];
    }
  }
}

TEST(VectorPow, HasTheLimitsOfC) {
  const std::vector<float> values = {0.0f, -0.0f, 0.5f, -0.5f, 1.0f,   -1.0f, 2.0f,      -2.0f,
                                     3.0f, -3.0f, 2.5f, 1e30f, -1e30f, kNan,  kInfinity, -kInfinity};
  std::vector<float> x, y;
  for (const float a : values) {
    for (const float b : values) x.push_back(a), y.push_back(b);
  }
  const std::vector<float> z = Powers(DescribeTarget(), x, y);
  for (size_t i = 0; i < x.size(); ++i) {
    EXPECT_LE(Ulps(z[i], std::pow(static_cast<long double>(x[i]), static_cast<long double>(y[i]))), 1.0)
        << x[i] << " to the " << y[i] << " gives " << z[i];
  }
}

}  // namespace
}  // namespace nnc::codegen
