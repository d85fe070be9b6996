// From an LLVM module to running code, or to text.
#pragma once

#include <llvm/IR/LLVMContext.h>
#include <llvm/IR/Module.h>

#include <memory>
#include <string>
#include <vector>

#include "codegen/target.h"

namespace nnc::codegen {

// A module with the context it lives in.
struct OwnedModule {
  std::unique_ptr<llvm::LLVMContext> context;
  std::unique_ptr<llvm::Module> module;
};
// An empty module with the target's triple and data layout.
OwnedModule NewModule(const std::string& name, const Target& target);

// Cleans up after our emitters, which already write vector code: no vectoriser, no unroller, no inliner. `level` 0 does
// nothing. Throws Failure (Internal) where the module is not well-formed; so do the functions below.
void OptimizeModule(llvm::Module& module, const Target& target, int level);

std::string ModuleText(const llvm::Module& module);
std::string AssemblyText(llvm::Module& module, const Target& target, int level);

// A relocatable object file of an optimised module.
using ObjectCode = std::string;
ObjectCode CompileModule(llvm::Module& module, const Target& target, int level);

// Native code in memory. It may call nothing of the process but the host functions that host_functions.cpp lists.
class Jit {
 public:
  // Links object files, which may call each other. Throws Failure (Internal).
  Jit(const std::vector<ObjectCode>& objects, const Target& target);
  // Compiles and links one optimised module.
  Jit(OwnedModule module, const Target& target, int level)
      : Jit({CompileModule(*module.module, target, level)}, target) {}
  ~Jit();
  Jit(Jit&&) noexcept;

  void* Address(const std::string& function) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace nnc::codegen
