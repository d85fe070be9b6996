// What the commands that run native code let the user say of it.
#pragma once

#include <CLI/CLI.hpp>

#include "codegen/codegen.h"

namespace nnc::driver {

struct CodeArguments {
  int threads = 1;
  int64_t max_memory = 0;  // 0: any number of bytes
  bool no_cache = false;
  bool check_bounds = false;
};

// Declares --threads, with `what` the threads do, --no-cache and --check-bounds.
void AddCodeOptions(CLI::App& command, CodeArguments& arguments, const char* what);

// Declares --max-memory.
void AddMemoryOption(CLI::App& command, int64_t& max_memory);

// Object code is kept in $XDG_CACHE_HOME/nnc or ~/.cache/nnc (XDG Base Directory Specification 0.8), unless the user
// says
// --no-cache or has neither.
codegen::Options OptionsOf(const CodeArguments& arguments);

}  // namespace nnc::driver
