// nnc_random_programs FIRST COUNT: checks the programs of seeds FIRST ... FIRST + COUNT - 1 (battery.h). What goes
// wrong is printed, and at last what was seen, as a line of JSON; exits with 1 where something did.
#include <fmt/format.h>

#include <charconv>
#include <cstdio>
#include <cstring>
#include <nlohmann/json.hpp>

#include "tests/random/battery.h"

namespace {

constexpr uint64_t kBatch = 25;  // programs of one module

bool ReadNumber(const char* text, uint64_t& number) {
  const char* end = text + std::strlen(text);
  auto [stop, error] = std::from_chars(text, end, number);
  return error == std::errc() && stop == end;
}

void Print(const nnc::battery::Report& report) {
  using nlohmann::json;
  json ops = json::object();
  for (nnc::ir::Op op : nnc::ir::AllOps()) ops[nnc::ir::InfoOf(op).mnemonic] = report.ops[static_cast<size_t>(op)];
  json seen = {{"programs", report.programs},       {"by_forward_mode", report.by_forward_mode},
               {"elements", report.elements},       {"by_differences", report.by_differences},
               {"decided", report.decided},         {"ops", ops},
               {"findings", report.findings.size()}};
  fmt::print("{}\n", seen.dump());
}

int CheckAll(uint64_t first, uint64_t count) {
  nnc::battery::Report report;
  size_t printed = 0;
  for (uint64_t seed = first; seed < first + count; seed += kBatch) {
    nnc::battery::CheckPrograms(seed, std::min(kBatch, first + count - seed), report);
    for (; printed < report.findings.size(); ++printed) {
      const nnc::battery::Finding& finding = report.findings[printed];
      fmt::print("seed {}, {}: {} in\n{}\n\n", finding.seed, finding.leg, finding.what, finding.program);
    }
    std::fflush(stdout);
  }
  Print(report);
  return report.findings.empty() ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) try {
  uint64_t first = 0, count = 0;
  if (argc != 3 || !ReadNumber(argv[1], first) || !ReadNumber(argv[2], count)) {
    std::fputs("usage: nnc_random_programs FIRST COUNT\n", stderr);
    return 2;
  }
  return CheckAll(first, count);
} catch (const std::exception& error) {
  std::fputs(error.what(), stderr);
  return 2;
}
