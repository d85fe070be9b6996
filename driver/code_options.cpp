#include "driver/code_options.h"

#include <cstdlib>
#include <filesystem>

#include "driver/whole_number.h"

namespace nnc::driver {
namespace {

// Relative paths are to be ignored, says the specification.
std::filesystem::path AbsolutePathIn(const char* variable) {
  const char* value = std::getenv(variable);
  const std::filesystem::path path = value == nullptr ? "" : value;
  return path.is_absolute() ? path : std::filesystem::path();
}

std::string CacheFolder() {
  if (const auto caches = AbsolutePathIn("XDG_CACHE_HOME"); !caches.empty()) return (caches / "nnc").string();
  if (const auto home = AbsolutePathIn("HOME"); !home.empty()) return (home / ".cache" / "nnc").string();
  return "";
}

}  // namespace

void AddCodeOptions(CLI::App& command, CodeArguments& arguments, const char* what) {
  command.add_option("--threads", arguments.threads, what)->check(WholeNumber(1, 1024));
  command.add_flag("--no-cache", arguments.no_cache, "compile all code anew, and keep none of it");
  command.add_flag("--check-bounds", arguments.check_bounds,
                   "compare every access to memory with the tensor it is meant for; several times slower");
}

void AddMemoryOption(CLI::App& command, int64_t& max_memory) {
  command
      .add_option("--max-memory", max_memory,
                  "64MiB, 1GB: the most memory for parameters, state, batch and temporaries; "
                  "values are computed again rather than kept where it would take more")
      ->transform(CLI::AsSizeValue(/*kb_is_1000=*/true))
      ->check(CLI::PositiveNumber);
}

codegen::Options OptionsOf(const CodeArguments& arguments) {
  return {.target_cpu = "",
          .threads = arguments.threads,
          .max_memory = arguments.max_memory,
          .cache = arguments.no_cache ? "" : CacheFolder(),
          .check_bounds = arguments.check_bounds};
}

}  // namespace nnc::driver
