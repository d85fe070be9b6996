#include "tests/random/battery.h"

#include <fmt/format.h>

#include <bit>
#include <cmath>
#include <functional>
#include <map>
#include <optional>
#include <set>

#include "passes/pipeline.h"
#include "tests/codegen/run_compiled.h"
#include "tests/ir/error_bounds.h"
#include "tests/ir/reduce_program.h"
#include "tests/ir/unroll.h"
#include "tests/passes/derivative_check.h"
#include "tests/random/legs.h"

namespace nnc::battery {

using ir::Bounded;
using ir::Function;
using ir::RandomProgram;
using ir::Tensor;

namespace {

constexpr uint64_t kWildOneIn = 4, kTwiceOneIn = 6;
constexpr uint32_t kMostNodesTwice = 80;  // the gradient of a gradient takes some times as many nodes

// A program without requests, and what its results are to be.
struct Case {
  uint64_t seed;
  RandomProgram program;
  std::vector<Bounded> expected;
};

Case CaseOf(uint64_t seed, RandomProgram program) {
  std::vector<Bounded> expected = Bound(Unroll(program.function), program.arguments, ir::Precision::kElement);
  return {seed, std::move(program), std::move(expected)};
}

// The first result that is off; "" where none is.
std::string Difference(const Case& a_case, const std::vector<Tensor>& results) {
  for (size_t r = 0; r < results.size(); ++r) {
    std::string difference = FirstDifference(results[r], a_case.expected[r]);
    if (!difference.empty()) return "result " + a_case.program.function.results()[r].name + ": " + difference;
  }
  return "";
}

// The first element that has other bits; NaN is NaN.
std::string OtherBits(const Case& a_case, const std::vector<Tensor>& results, const std::vector<Tensor>& first) {
  for (size_t r = 0; r < results.size(); ++r) {
    for (int64_t i = 0; i < results[r].elements(); ++i) {
      double a = results[r].number(i), b = first[r].number(i);
      if (std::bit_cast<uint64_t>(a) == std::bit_cast<uint64_t>(b) || (a != a && b != b)) continue;
      return fmt::format("result {}: element {} is {}, but {} in the first leg",
                         a_case.program.function.results()[r].name, i, a, b);
    }
  }
  return "";
}

// ---- Evaluated after each pass ----

std::string WrongAfterAPass(const Case& a_case) {
  std::string wrong;
  Function last = a_case.program.function;
  passes::Optimize(last, [&](std::string_view pass, const Function& function) {
    if (!wrong.empty() || SameComputation(last, function)) return;
    std::string difference = Difference(a_case, Evaluate(function, a_case.program.arguments));
    if (!difference.empty()) wrong = fmt::format("{} by {}", difference, pass);
    last = function;
  });
  return wrong;
}

// Whether a value left the range of its type: the evaluator holds f32 as f64, and does not notice.
bool Overflows(const Case& a_case) {
  std::vector<Tensor> evaluated = Evaluate(a_case.program.function, a_case.program.arguments);
  return !Difference(a_case, evaluated).empty();
}

// ---- Compiled ----

// Runs all cases through a leg.
class CompiledLeg {
 public:
  CompiledLeg(const std::vector<const Case*>& cases, const Leg& leg) : compiled_(CompileAll(cases, leg)) {}

  std::vector<Tensor> Run(size_t i, const Case& a_case) const {
    return codegen::Run(compiled_, NameOf(i), a_case.program.arguments, 2);
  }

 private:
  static std::string NameOf(size_t i) { return "program" + std::to_string(i); }

  static codegen::Compiled CompileAll(const std::vector<const Case*>& cases, const Leg& leg) {
    std::vector<Function> functions;
    for (const Case* a_case : cases) {
      functions.push_back(passes::Optimize(a_case->program.function, nullptr, leg.without));
      functions.back().set_name(NameOf(functions.size() - 1));
    }
    std::vector<const Function*> pointers;
    for (const Function& function : functions) pointers.push_back(&function);
    return codegen::Compile(pointers, {}, leg.options);
  }

  codegen::Compiled compiled_;
};

// What goes wrong with one case in a leg, compiled alone; `first` is the leg that it is to have the bits of.
std::string WrongInLeg(const Case& a_case, const Leg& leg, const Leg& first) try {
  std::vector<Tensor> results = CompiledLeg({&a_case}, leg).Run(0, a_case);
  std::string wrong = Difference(a_case, results);
  if (!wrong.empty() || !leg.same_bits) return wrong;
  return OtherBits(a_case, results, CompiledLeg({&a_case}, first).Run(0, a_case));
} catch (const std::exception& error) {
  return error.what();
}

// ---- A batch ----

class Batch {
 public:
  explicit Batch(Report& report) : report_(report) {}

  void Add(uint64_t seed) {
    auto kind = seed % kWildOneIn == kWildOneIn - 1 ? ir::ProgramValues::kWild : ir::ProgramValues::kTame;
    RandomProgram program = ir::MakeRandomProgram(seed, kind);
    CheckGradients(seed, program);
    RandomProgram gradients = Expanded(passes::WithGradients(program, seed));
    if (seed % kTwiceOneIn == 0 && gradients.function.size() <= kMostNodesTwice) {
      CheckGradients(seed, gradients);
      gradients = Expanded(passes::WithGradients(gradients, seed));
    }
    cases_.push_back(CaseOf(seed, std::move(gradients)));
    CountElements(cases_.back());
    CheckPasses(cases_.back());
  }

  void Compile(uint64_t turn) {
    std::vector<Leg> legs = Legs(turn);
    for (const Leg& leg : legs) {
      std::vector<const Case*> cases;
      for (const Case& a_case : cases_) {
        bool is_new = leg.without.empty() || Differs(a_case, leg.without);
        if (is_new && !failed_.contains(a_case.seed)) cases.push_back(&a_case);
      }
      RunLeg(cases, leg, legs[0]);
    }
  }

 private:
  // As the passes leave it; a request counts as an op.
  RandomProgram Expanded(RandomProgram program) {
    CountOps(program.function);
    program.function = passes::ExpandGradients(program.function);
    return program;
  }

  void CheckGradients(uint64_t seed, const RandomProgram& program) {
    passes::DerivativeCheck check = passes::CheckDerivatives(program, seed);
    report_.by_forward_mode += check.by_forward_mode;
    report_.by_differences += check.by_differences;
    if (check.wrong.empty()) return;
    auto fails = [&](const RandomProgram& part) { return !passes::CheckDerivatives(part, seed).wrong.empty(); };
    RandomProgram reduced = ir::ReduceProgram(program, fails);
    report_.findings.push_back(
        {seed, "derivatives", passes::CheckDerivatives(reduced, seed).wrong, ProgramText(reduced)});
  }

  void CheckPasses(const Case& a_case) {
    if (Overflows(a_case)) return;
    std::string wrong = WrongAfterAPass(a_case);
    if (wrong.empty()) return;
    Find(a_case, "passes", wrong,
         [](const Case& part) { return Overflows(part) ? std::string() : WrongAfterAPass(part); });
  }

  // Whether a pass does anything to the program: without it, it is else the same that other legs have run.
  static bool Differs(const Case& a_case, std::string_view pass) {
    const Function& function = a_case.program.function;
    return !SameComputation(passes::Optimize(function), passes::Optimize(function, nullptr, pass));
  }

  void RunLeg(const std::vector<const Case*>& cases, const Leg& leg, const Leg& first) {
    if (cases.empty()) return;
    std::optional<CompiledLeg> compiled;
    try {
      compiled.emplace(cases, leg);
    } catch (const std::exception&) {
      compiled.reset();  // whose fault it is, is seen when each is compiled alone
    }
    for (size_t i = 0; i < cases.size(); ++i) {
      const Case& a_case = *cases[i];
      std::string wrong =
          compiled ? WrongBesideOthers(*compiled, i, a_case, leg, first) : WrongInLeg(a_case, leg, first);
      if (wrong.empty()) continue;
      failed_.insert(a_case.seed);
      Find(a_case, leg.name, wrong, [&](const Case& part) { return WrongInLeg(part, leg, first); });
    }
  }

  std::string WrongBesideOthers(const CompiledLeg& compiled, size_t i, const Case& a_case, const Leg& leg,
                                const Leg& first) {
    std::vector<Tensor> results = compiled.Run(i, a_case);
    std::string wrong = Difference(a_case, results);
    if (&leg == &first) first_[a_case.seed] = results;
    if (!wrong.empty() || !leg.same_bits || !first_.contains(a_case.seed)) return wrong;
    return OtherBits(a_case, results, first_[a_case.seed]);
  }

  // Adds the smallest part of a case that `wrong` has something to say of.
  void Find(const Case& a_case, const std::string& leg, const std::string& what,
            const std::function<std::string(const Case&)>& wrong) {
    auto fails = [&](const RandomProgram& part) { return !wrong(CaseOf(a_case.seed, part)).empty(); };
    if (!fails(a_case.program)) {
      report_.findings.push_back({a_case.seed, leg, what + " beside others", ProgramText(a_case.program)});
      return;
    }
    RandomProgram reduced = ir::ReduceProgram(a_case.program, fails);
    report_.findings.push_back({a_case.seed, leg, wrong(CaseOf(a_case.seed, reduced)), ProgramText(reduced)});
  }

  void CountElements(const Case& a_case) {
    ++report_.programs;
    for (const Bounded& result : a_case.expected) {
      report_.elements += result.error.size();
      for (double error : result.error) report_.decided += std::isfinite(error);
    }
  }

  void CountOps(const Function& function) {
    report_.ops.resize(ir::AllOps().size());
    for (const ir::Node& node : function.nodes()) {
      ++report_.ops[static_cast<size_t>(node.op)];
      if (node.op == ir::Op::kScan) CountOps(*node.attribute<ir::Body>(ir::AttributeKey::kBody).function);
    }
  }

  Report& report_;
  std::vector<Case> cases_;
  std::map<uint64_t, std::vector<Tensor>> first_;  // results of the first leg, by seed
  std::set<uint64_t> failed_;                      // seeds that need not be looked at any more
};

}  // namespace

void CheckPrograms(uint64_t first, uint64_t count, Report& report) {
  Batch batch(report);
  for (uint64_t seed = first; seed < first + count; ++seed) batch.Add(seed);
  batch.Compile(first / count);
}

}  // namespace nnc::battery
