#include "runtime/metrics_file.h"

#include <fmt/format.h>

#include <cerrno>
#include <system_error>

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

}  // namespace

MetricsFile::MetricsFile(const std::string& directory, int64_t epochs) {
  if (directory.empty()) return;
  MakeDirectories(directory);
  path_ = directory + "/metrics.jsonl";
  const std::string kept = FirstLines(path_, epochs);
  file_.open(path_, std::ios::trunc);
  file_ << kept << std::flush;
  Check();
}

void MetricsFile::Append(const EpochDone& epoch) {
  if (path_.empty()) return;
  file_ << EpochJson(epoch) << '\n' << std::flush;
  Check();
}

void MetricsFile::Check() const {
  if (file_) return;
  Fail(DiagnosticKind::kCannotWrite, path_,
       fmt::format("cannot write `{}`: {}", path_, std::generic_category().message(errno)));
}

}  // namespace nnc::runtime
