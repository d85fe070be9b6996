// Warnings (W0xxx): programs that are right by the rules of the language, and most likely not what was meant.
#pragma once

#include "frontend/elaborate/declarations.h"
#include "frontend/frontend.h"

namespace nnc {

// Reports what is suspicious in the user's files; never in the standard library. `program` is complete: there were no
// errors. A comment `# nnc: allow(W0201)` silences a warning on its line, or on the next line of code where it stands
// alone; above or behind `nn 1`, in the whole file.
void Lint(const Declarations& declarations, const Program& program, const SourceManager& sources,
          Diagnostics& diagnostics);

}  // namespace nnc
