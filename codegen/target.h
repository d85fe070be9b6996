// What code generation knows of the machine it makes code for.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "ir/type.h"

namespace llvm {
class Function;
class TargetMachine;
}  // namespace llvm

namespace nnc::codegen {

// Plain numbers that kernels are shaped by, so that another instruction set is another set of numbers.
struct Target {
  std::string triple;
  std::string cpu;                // an LLVM processor name
  std::string features;           // LLVM feature string ("+avx512f,-sse4a")
  int64_t vector_bytes = 16;      // of the widest vector register: 64 (AVX-512), 32 (AVX2) or 16 (NEON, SSE)
  int64_t vector_registers = 16;  // architectural vector registers
  bool masks = false;             // masked loads and stores cost about as much as whole ones
  int64_t l1_bytes = 32 << 10;    // data cache of one core
  int64_t l2_bytes = 512 << 10;   // unified cache of one core

  // Elements of `element` that a full vector computes on: bf16 counts as f32, bool as u8.
  int64_t Lanes(ir::Element element) const;
};

// The host (empty name) or the named processor of the host's architecture. Throws Failure (Usage) for a name LLVM does
// not know. Cache sizes are the host's for the host, and those of the smallest common part (32 KiB, 512 KiB) for a
// named processor, so that code for a name is the same wherever it is made.
Target DescribeTarget(const std::string& cpu = "");

// `optimization` 0..3 is LLVM's effort in instruction selection, scheduling and register allocation.
std::unique_ptr<llvm::TargetMachine> CreateMachine(const Target& target, int optimization);

// Marks a function as compiled for the target, with vectors of full width kept whole.
void SetTargetAttributes(llvm::Function& function, const Target& target);

}  // namespace nnc::codegen
