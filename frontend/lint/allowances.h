// Comments that silence warnings: `# nnc: allow(W0201, W0301) the reason`.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <utility>

#include "ir/diagnostics.h"

namespace nnc::lint {

class Allowances {
 public:
  // Reads the comments of a file. Reports `nnc:` comments that do not name known warnings (W0101).
  void Read(uint32_t file, const SourceManager& sources, Diagnostics& found);

  bool Allows(const Diagnostic& warning) const;

 private:
  using Place = std::pair<uint32_t, uint32_t>;  // file and line; line 0: the whole file
  std::map<Place, std::set<DiagnosticKind>> allowed_;
};

}  // namespace nnc::lint
