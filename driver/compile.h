// The pipeline: from a path on the command line to the stages that `nnc emit` prints.
//
//   file.nn ──CompileFile──► Program ──Specialize──► numbers for B ──ExpandGradients──► no Grad ──Optimize──► codegen
//   file.nnir ──ir::Parse──► Module ──────┘
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "driver/session.h"
#include "frontend/frontend.h"
#include "ir/function.h"
#include "passes/pipeline.h"

namespace nnc::driver {

// Whether a path names IR text, not a program.
bool IsIrPath(const std::string& path);

// The overrides of `--set name=value` arguments. Throws Failure Usage on one without `=`.
std::vector<Override> ParseOverrides(const std::vector<std::string>& settings);

// Compiles a .nn file. nullopt after errors, which are in the session's diagnostics.
std::optional<Program> CompileProgram(const std::string& path, const std::vector<Override>& overrides,
                                      Session& session);

// A .nn file, or a .nnir file as a program that has a module only.
std::optional<Program> CompileAny(const std::string& path, const std::vector<Override>& overrides, Session& session);

// The train block of a name; the file's only one, or its first, for an empty name. Throws Failure UnknownRun.
const TrainPlan& FindRun(const Program& program, const std::string& name);

// The function of a name. Throws Failure UnknownFunction.
const ir::Function& FindFunction(const ir::Module& module, const std::string& name);

// The module with the functions of each train block at the block's batch size. A full batch keeps its variable B, since
// its size is known with the data only.
ir::Module AtBatchSize(const Program& program);

// A function with the sizes of its remaining dimension variables: all are `rows`.
ir::Function AtSize(const ir::Function& function, int64_t rows);

// What AtSize takes where the command line has no size: the batch size of the first train block that has one, else 32.
int64_t DefaultRows(const Program& program);

// A pass over every function.
template <class Pass>
ir::Module ForEach(const ir::Module& module, Pass pass) {
  ir::Module result;
  for (const ir::Function& function : module.functions) result.functions.push_back(pass(function));
  return result;
}

std::vector<const ir::Function*> Pointers(const ir::Module& module);

}  // namespace nnc::driver
