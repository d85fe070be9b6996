#include "runtime/metrics_file.h"

#include <fmt/format.h>

#include <cerrno>
#include <system_error>

#include "runtime/fail.h"
#include "runtime/files.h"
#include "runtime/report.h"

namespace nnc::runtime {

MetricsFile::MetricsFile(const std::string& directory) {
  if (directory.empty()) return;
  MakeDirectories(directory);
  path_ = directory + "/metrics.jsonl";
  file_.open(path_, std::ios::trunc);
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
