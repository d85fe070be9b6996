#include "bench/elementary_functions.h"

#include <fmt/format.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <numbers>
#include <stdexcept>

#include "frontend/frontend.h"
#include "passes/pipeline.h"

namespace nnc::bench {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

template <class T>
T Sigmoid(T x) {
  return 1 / (1 + std::exp(x > 80 ? -80 : -x));
}
template <class T>
T Silu(T x) {
  return x * Sigmoid(x);
}
template <class T>
T Softplus(T x) {
  return x > 80 ? x : std::log1p(std::exp(x));
}
template <class T>
T Rsqrt(T x) {
  return 1 / std::sqrt(x);
}
template <class T>
T NormalCdf(T x) {
  return T{0.5} * std::erfc(-x * T{std::numbers::sqrt2} / 2);
}
template <class T>
T Gelu(T x) {
  return x * NormalCdf(x);
}

codegen::Compiled CompileFormula(const std::string& formula, int64_t count) {
  std::string folder = std::filesystem::temp_directory_path() / "nnc_bench_XXXXXX";
  if (mkdtemp(folder.data()) == nullptr) throw std::runtime_error("cannot make " + folder);
  const std::filesystem::path path = std::filesystem::path(folder) / "main.nn";
  std::ofstream(path) << fmt::format("nn 1\nfn f(x: f32[{}]) = {}\n", count, formula);
  SourceManager sources;
  Diagnostics diagnostics;
  const Program program = CompileFile(path, {}, sources, diagnostics);
  std::filesystem::remove_all(folder);
  const ir::Function* function = program.module.Find("f");
  if (function == nullptr || diagnostics.has_errors()) throw std::runtime_error("not a formula: " + formula);
  const ir::Function optimized = passes::Optimize(*function);
  return codegen::Compile({&optimized}, {}, {});
}

}  // namespace

const std::vector<ElementaryFunction>& ElementaryFunctions() {
  static const std::vector<ElementaryFunction> functions = {
      {"exp", "exp(x)", std::exp, std::exp, 1.1, -104, 89},
      {"expm1", "expm1(x)", std::expm1, std::expm1, 2.2, -40, 89},
      {"log", "log(x)", std::log, std::log, 1.0, -1},
      {"log1p", "log1p(x)", std::log1p, std::log1p, 1.5, -2},
      {"tanh", "tanh(x)", std::tanh, std::tanh, 2.5, -20, 20},
      {"sigmoid", "sigmoid(x)", Sigmoid<double>, Sigmoid<float>, 2.5, -104, 40},
      {"erf", "erf(x)", std::erf, std::erf, 1.2, -7, 7},
      {"sin", "sin(x)", std::sin, std::sin, 2.0},
      {"cos", "cos(x)", std::cos, std::cos, 2.0},
      {"sqrt", "sqrt(x)", std::sqrt, std::sqrt, 2.0, -1},
      {"rsqrt", "rsqrt(x)", Rsqrt<double>, Rsqrt<float>, 2.0, -1},
      {"normal_cdf", "normal_cdf(x)", NormalCdf<double>, NormalCdf<float>, 3.5, -40, 40},
      {"gelu", "gelu(x)", Gelu<double>, Gelu<float>, 4.0, -40, kInfinity, NormalCdf<double>},
      {"silu", "silu(x)", Silu<double>, Silu<float>, 3.0, -140, kInfinity, Sigmoid<double>},
      {"softplus", "softplus(x)", Softplus<double>, Softplus<float>, 2.0, -104},
  };
  return functions;
}

Compiled::Compiled(const ElementaryFunction& function, int64_t count)
    : code_(CompileFormula(function.formula, count)),
      arena_(static_cast<std::byte*>(std::aligned_alloc(64, static_cast<size_t>(code_.arena_bytes() + 63) / 64 * 64)),
             std::free) {}

std::span<float> Compiled::Array(const codegen::Slot& slot) {
  return {reinterpret_cast<float*>(arena_.get() + slot.offset), static_cast<size_t>(slot.type.elements())};
}

}  // namespace nnc::bench
