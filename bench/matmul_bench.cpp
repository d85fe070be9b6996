// Measures single matrix products of nnc and of its peers: nnc_bench_matmul [CPU [MxKxN ...]]. CPU is an LLVM processor
// name, or "" for the host; sizes are measured in every layout; without any, squares and the products of the jobs are.
//
// Prints the multiply-add peak of one core, then one JSON object a product. All run in one process on the same
// operands, by turns (nnc, peer, peer, nnc, ...) and by the processor's time, which other programs disturb least; what
// counts is the median. OMP_NUM_THREADS=1 is for oneDNN, whose runtime reads it before this program can set it.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "bench/peer_products.h"
#include "bench/product.h"
#include "bench/product_cases.h"
#include "codegen/emitter.h"
#include "codegen/jit.h"
#include "codegen/matmul.h"
#include "codegen/threads.h"

namespace nnc::bench {
namespace {

using codegen::Emitter;
using codegen::Jit;
using codegen::MatmulPlace;
using codegen::MatmulPlan;
using codegen::MatmulSpec;
using codegen::OwnedModule;
using codegen::Pointer;
using codegen::Target;
using codegen::Team;
using codegen::Values;

[[noreturn]] void Fail(const std::string& message) {
  fmt::print(stderr, "nnc_bench_matmul: {}\n", message);
  std::exit(1);
}

double ProcessorSeconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

// Native code of one function over an arena.
class Kernel {
 public:
  Kernel(const Target& target, int64_t arena_bytes, const std::function<void(Emitter&)>& emit)
      : jit_(Build(target, emit)),
        arena_(std::aligned_alloc(64, (static_cast<size_t>(arena_bytes) + 127) / 64 * 64), std::free) {
    for (int64_t i = 0; i < arena_bytes / 4; ++i) At(0)[i] = static_cast<float>(i * 7919 % 1009) / 1009.0f - 0.5f;
    function_ = reinterpret_cast<Team::Function>(jit_.Address("kernel"));
  }
  void Run() const { function_(arena_.get(), 0, nullptr); }
  float* At(int64_t bytes) const { return static_cast<float*>(arena_.get()) + bytes / 4; }

 private:
  static Jit Build(const Target& target, const std::function<void(Emitter&)>& emit) {
    OwnedModule owned = NewModule("bench", target);
    Emitter emitter(*owned.module, "kernel", target);
    emit(emitter);
    emitter.Finish();
    OptimizeModule(*owned.module, target, 2);
    return {std::move(owned), target, 2};
  }

  Jit jit_;
  std::unique_ptr<void, void (*)(void*)> arena_;
  Team::Function function_ = nullptr;
};

// Samples of one contender: each takes at least a millisecond, as the clock counts microseconds.
class Contender {
 public:
  explicit Contender(std::function<void()> run) : run_(std::move(run)) {
    const double once = std::max(std::min(Time(1), Time(1)), 1e-8);
    runs_ = static_cast<int64_t>(1e-3 / once) + 1;
  }
  void Run() const { run_(); }
  void Sample() { seconds_.push_back(Time(runs_)); }
  double Median() {
    const auto middle = seconds_.begin() + static_cast<std::ptrdiff_t>(seconds_.size() / 2);
    std::nth_element(seconds_.begin(), middle, seconds_.end());
    return *middle;
  }

 private:
  double Time(int64_t runs) const {
    const double start = ProcessorSeconds();
    for (int64_t i = 0; i < runs; ++i) run_();
    return (ProcessorSeconds() - start) / static_cast<double>(runs);
  }
  std::function<void()> run_;
  int64_t runs_ = 1;
  std::vector<double> seconds_;
};

// Independent chains of multiply-adds in registers: what a core can do at most with the target's vectors.
double PeakGflops(const Target& target) {
  const int64_t chains = target.vector_registers - 4, steps = 100000, lanes = target.Lanes(ir::Element::kF32);
  const Kernel kernel(target, 4096, [&](Emitter& e) {
    Values sums;
    for (int64_t i = 0; i < chains; ++i) sums.push_back(e.Load(e.Arena(ir::Element::kF32, 64 * i), lanes));
    llvm::Value* factor = e.Load(e.Arena(ir::Element::kF32, 0), lanes);
    sums = e.ForCarry(0, steps, 1, sums, [&](llvm::Value*, const Values& carried) {
      Values next;
      for (llvm::Value* sum : carried) next.push_back(e.MulAdd(factor, factor, sum));
      return next;
    });
    for (int64_t i = 0; i < chains; ++i) e.Store(e.Arena(ir::Element::kF32, 64 * i), sums[static_cast<size_t>(i)]);
  });
  double best = 0;
  for (int i = 0; i < 40; ++i) {
    const double start = ProcessorSeconds();
    kernel.Run();
    best = std::max(best, 2e-9 * static_cast<double>(chains * steps * lanes) / (ProcessorSeconds() - start));
  }
  return best;
}

// Fails where contenders do not compute the same C, within what the order of sums may change.
void CompareResults(const std::vector<Contender>& contenders, const Product& product, const float* c) {
  std::vector<float> first;
  for (const Contender& contender : contenders) {
    contender.Run();
    if (first.empty()) first.assign(c, c + product.m * product.n);
    const auto near = [&](float x, float y) { return std::abs(x - y) <= 1e-6f * static_cast<float>(product.k); };
    if (!std::equal(first.begin(), first.end(), c, near)) {
      Fail(fmt::format("{} {}x{}x{}: results differ", product.Layout(), product.m, product.k, product.n));
    }
  }
}

nlohmann::ordered_json Measure(const Target& target, const ProductCase& product_case, const std::vector<Peer>& peers) {
  constexpr int kRounds = 11;
  const Product& product = product_case.product;
  MatmulSpec spec;
  spec.m = product.m;
  spec.k = product.k;
  spec.n = product.n;
  spec.transpose_a = product.transpose_a;
  spec.transpose_b = product.transpose_b;
  const auto round = [](int64_t elements) { return (4 * elements + 63) / 64 * 64; };
  const int64_t b = round(spec.m * spec.k), c = b + round(spec.k * spec.n), scratch = c + round(spec.m * spec.n);
  const double start = ProcessorSeconds();
  const MatmulPlan plan = PlanMatmul(spec, target, 1);
  const Kernel kernel(target, scratch + plan.scratch_bytes(), [&](Emitter& e) {
    const Pointer result = e.Arena(spec.element, c);
    EmitMatmul(e, plan, {e.Arena(spec.element, 0), e.Arena(spec.element, b), e.Arena(ir::Element::kU8, scratch)},
               [&](const MatmulPlace& place, llvm::Value* sums) { StoreSums(e, result, place, sums); });
  });
  const double compile = ProcessorSeconds() - start;

  std::vector<Contender> contenders = {Contender([&] { kernel.Run(); })};
  for (const Peer& peer : peers) {
    contenders.emplace_back(peer.prepare(product, kernel.At(0), kernel.At(b), kernel.At(c)));
  }
  CompareResults(contenders, product, kernel.At(c));
  for (int i = 0; i < kRounds; ++i) {
    for (Contender& contender : contenders) contender.Sample();
  }
  nlohmann::ordered_json row = {{"group", product_case.group},
                                {"layout", product.Layout()},
                                {"m", spec.m},
                                {"k", spec.k},
                                {"n", spec.n},
                                {"nnc_us", 1e6 * contenders[0].Median()}};
  for (size_t i = 0; i < peers.size(); ++i) row["peers"][peers[i].name] = 1e6 * contenders[i + 1].Median();
  row["compile_ms"] = 1e3 * compile;
  row["plan"] = plan.Describe();
  return row;
}

// "768x128x512" in every layout.
std::vector<ProductCase> CasesOf(const std::vector<std::string_view>& sizes) {
  std::vector<ProductCase> cases;
  for (const std::string_view text : sizes) {
    int64_t size[3] = {};
    const char* at = text.data();
    for (int64_t& extent : size) at = std::from_chars(at, text.data() + text.size(), extent).ptr + 1;
    if (size[0] < 1 || size[1] < 1 || size[2] < 1) Fail(fmt::format("{}: not MxKxN", text));
    AddLayouts(cases, "given", size[0], size[1], size[2]);
  }
  return cases;
}

}  // namespace
}  // namespace nnc::bench

int main(int count, char** arguments) {
  using namespace nnc::bench;
  const std::vector<std::string_view> sizes(arguments + std::min(count, 2), arguments + count);
  const nnc::codegen::Target target = nnc::codegen::DescribeTarget(count > 1 ? arguments[1] : "");
  fmt::print("{}\n", nlohmann::ordered_json{{"cpu", target.cpu}, {"peak_gflops", PeakGflops(target)}}.dump());
  const std::vector<Peer> peers = FindPeers();
  for (const ProductCase& product_case : sizes.empty() ? SquaresAndJobs() : CasesOf(sizes)) {
    fmt::print("{}\n", Measure(target, product_case, peers).dump());
    std::fflush(stdout);
  }
}
