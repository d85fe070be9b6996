// A profile as tables for people and as JSON lines.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "driver/profile_figures.h"
#include "view/table.h"

namespace nnc::driver {
namespace {

using Json = nlohmann::ordered_json;

std::string LimitsText(const codegen::MachineLimits& limits) {
  std::string text = fmt::format("{} thread{} of this machine: {:.1f} GFLOP/s;", limits.threads,
                                 limits.threads == 1 ? "" : "s", limits.flops_per_second * 1e-9);
  for (const codegen::MachineLimits::Level& level : limits.levels) {
    text += fmt::format("{} {:.1f} from {}", &level == &limits.levels.front() ? "" : ",", level.bytes_per_second * 1e-9,
                        level.name);
  }
  return text + " GB/s\n";
}

// Rates stay empty where there is nothing to count.
std::string RateText(int64_t amount, double seconds) {
  return amount > 0 && seconds > 0 ? fmt::format("{:.1f}", static_cast<double>(amount) / seconds * 1e-9) : "";
}

std::vector<std::string> Row(const std::string& number, const KernelFigures& k, const std::string& source) {
  return {number,
          k.kernel.kind,
          fmt::format("{:.2f}", k.seconds * 1e6),
          fmt::format("{:.1f}", k.share * 100),
          std::to_string(k.kernel.calls),
          std::to_string(k.flops),
          std::to_string(k.bytes),
          RateText(k.flops, k.seconds),
          RateText(k.bytes, k.seconds),
          k.least_seconds > 0 ? fmt::format("{:.0f}", k.Roofline() * 100) : "",
          source,
          k.kernel.fused};
}

Json LimitsJson(const codegen::MachineLimits& limits) {
  Json levels = Json::array();
  for (const codegen::MachineLimits::Level& level : limits.levels) {
    levels.push_back({{"level", level.name}, {"bytes_per_second", level.bytes_per_second}});
  }
  return {{"event", "limits"},
          {"threads", limits.threads},
          {"flops_per_second", limits.flops_per_second},
          {"levels", std::move(levels)}};
}

void AddFigures(Json& json, const KernelFigures& k) {
  json["calls"] = k.kernel.calls;
  json["seconds"] = k.seconds;
  json["share"] = k.share;
  json["flops"] = k.flops;
  json["bytes"] = k.bytes;
  json["roofline"] = k.Roofline();
}

Json KernelJson(const KernelFigures& k, const SourceManager& sources) {
  Json json = {{"event", "kernel"},       {"kernel", k.kernel.number},
               {"kind", k.kernel.kind},   {"source", SourceLines(k.kernel, sources)},
               {"fused", k.kernel.fused}, {"space", k.kernel.space},
               {"shape", k.kernel.shape}, {"threads", k.kernel.threads}};
  AddFigures(json, k);
  return json;
}

Json TotalJson(const ProfileFigures& figures) {
  Json json = {{"event", "total"},
               {"run", figures.run},
               {"batch", figures.batch},
               {"steps", figures.steps},
               {"step_seconds", figures.step_seconds},
               {"gather_seconds", figures.gather_seconds},
               {"between_seconds", figures.BetweenSeconds()}};
  AddFigures(json, figures.total);
  return json;
}

}  // namespace

std::string ProfileText(const ProfileFigures& figures, const SourceManager& sources) {
  std::string text;
  for (const codegen::MachineLimits& limits : figures.limits) text += LimitsText(limits);
  const auto micro = [](double seconds) { return fmt::format("{:.2f} us", seconds * 1e6); };
  text += fmt::format("{}: {} steps of {} rows counted; {} a step: {} in kernels, {} gathering rows, {} between\n\n",
                      figures.run, figures.steps, figures.batch, micro(figures.step_seconds),
                      micro(figures.total.seconds), micro(figures.gather_seconds), micro(figures.BetweenSeconds()));
  std::vector<std::vector<std::string>> rows = {
      {"kernel", "kind", "us", "%", "calls", "flops", "bytes", "GFLOP/s", "GB/s", "roofline %", "source", "fused"}};
  for (const KernelFigures& k : figures.kernels) {
    rows.push_back(Row(k.kernel.number, k, SourceLines(k.kernel, sources)));
  }
  rows.push_back(Row("total", figures.total, ""));
  return text + view::TableText(rows, 0);
}

std::string ProfileJson(const ProfileFigures& figures, const SourceManager& sources) {
  std::string text;
  for (const codegen::MachineLimits& limits : figures.limits) text += LimitsJson(limits).dump() + "\n";
  for (const KernelFigures& k : figures.kernels) text += KernelJson(k, sources).dump() + "\n";
  return text + TotalJson(figures).dump() + "\n";
}

}  // namespace nnc::driver
