// The functions of the process that generated code may call; nothing else of the process is visible to it.
#pragma once

#include <vector>

namespace nnc::codegen {

struct HostFunction {
  const char* name;
  void* address;
};

// Memory functions that LLVM makes of loads and stores, libm for f64, and the team's barrier.
const std::vector<HostFunction>& HostFunctions();

}  // namespace nnc::codegen
