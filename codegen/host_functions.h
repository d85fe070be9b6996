// The functions of the process that generated code may call; nothing else of the process is visible to it.
#pragma once

#include <vector>

namespace nnc::codegen {

struct HostFunction {
  const char* name;
  void* address;
};

// Memory functions that LLVM makes of loads and stores, libm for f64, the team's barrier, and the report of what
// checked code finds.
const std::vector<HostFunction>& HostFunctions();

}  // namespace nnc::codegen
