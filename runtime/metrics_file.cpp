#include "runtime/metrics_file.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>

#include "runtime/fail.h"
#include "runtime/files.h"
#include "runtime/report.h"

namespace nnc::runtime {

namespace {

std::string FirstLines(const std::string& path, int64_t lines) {
  std::ifstream file(path);
  std::string kept;
  for (std::string line; lines > 0 && std::getline(file, line); --lines) kept += line + "\n";
  return kept;
}

using Json = nlohmann::ordered_json;

double NumberOf(const Json& json) {
  return json.is_null() ? std::numeric_limits<double>::quiet_NaN() : json.get<double>();
}

// `{"loss": 0.5, "accuracy": 0.9}`, but for the loss.
std::vector<std::pair<std::string, double>> MetricsOf(const Json& json) {
  std::vector<std::pair<std::string, double>> metrics;
  for (const auto& [name, value] : json.items()) {
    if (name != "loss") metrics.emplace_back(name, NumberOf(value));
  }
  return metrics;
}

// What EpochJson wrote; nullopt where the text is none of it.
std::optional<EpochDone> ParseEpoch(const std::string& line) {
  try {
    const Json json = Json::parse(line);
    EpochDone epoch;
    epoch.epoch = json.at("epoch").get<int64_t>();
    epoch.train = {NumberOf(json.at("loss")), MetricsOf(json.at("metrics")), 0};
    if (json.contains("validate")) {
      const Json& validate = json["validate"];
      epoch.validate = Figures{NumberOf(validate.at("loss")), MetricsOf(validate), 0};
    }
    epoch.seconds = NumberOf(json.at("seconds"));
    return epoch;
  } catch (const Json::exception&) {
    return std::nullopt;
  }
}

}  // namespace

MetricsFile::MetricsFile(const std::string& path, int64_t epochs) : path_(path) {
  if (path_.empty()) return;
  WriteAtomically(path_, FirstLines(path_, epochs));
  file_ = Descriptor(open(path_.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC));
  if (!file_.open()) FailToWrite(path_, SystemReason());
}

void MetricsFile::Append(const EpochDone& epoch) {
  if (!path_.empty()) WriteAll(file_, EpochJson(epoch) + "\n", path_);
}

void MetricsFile::Flush() const {
  if (!path_.empty()) runtime::Flush(file_, path_);
}

std::vector<EpochDone> ReadMetrics(const std::string& path) {
  std::istringstream text(ReadFile(path));
  std::vector<EpochDone> epochs;
  int64_t number = 0;
  for (std::string line; std::getline(text, line);) {
    ++number;
    std::optional<EpochDone> epoch = ParseEpoch(line);
    if (!epoch && text.eof()) break;  // no newline: the rest is yet to come
    if (!epoch) {
      Fail(DiagnosticKind::kBadDataFile, fmt::format("{}:{}", path, number),
           "this line is not what `nnc train` writes for an epoch",
           "give a directory that --out named, with its metrics.jsonl as it was written");
    }
    epochs.push_back(std::move(*epoch));
  }
  return epochs;
}

}  // namespace nnc::runtime
