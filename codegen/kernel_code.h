// The code of kernels: each distinct kernel of a program is compiled once, as a function of the places in memory that
// it works on. A network of equal blocks has as many kernels to compile as one block.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "codegen/buffers.h"
#include "codegen/jit.h"
#include "codegen/matmul.h"
#include "codegen/schedule.h"

namespace nnc::codegen {

// One kernel of a schedule with all that is decided about it. What it points to must outlive it.
struct PlannedKernel {
  const Schedule* schedule = nullptr;
  const BufferPlan* buffers = nullptr;
  const Kernel* kernel = nullptr;
  const MatmulPlan* product = nullptr;  // of a product
  int threads = 1;                      // that share its work
  int64_t scratch = 0;                  // offset of its scratch memory
};

// The distinct places that the kernel reads and writes, in an order that equal kernels share.
std::vector<ArenaPlace> PlacesOf(const PlannedKernel& kernel);
// Bytes that the kernel may touch at one of them.
int64_t BytesAt(const PlannedKernel& kernel, const ArenaPlace& place);

// Equal for two kernels if and only if one may run the other's code on its own places: their axes, values, maps and
// plans are the same, whatever the values are called and wherever they lie, and the same of their places coincide.
std::string KeyOf(const PlannedKernel& kernel);

// The distinct kernels of a program.
class KernelCodes {
 public:
  struct Code {
    std::string symbol;
    PlannedKernel kernel;  // the first of its kind
  };

  // Adds the kernel under this symbol, unless one with the same code is there. Returns the code's symbol.
  const std::string& Add(const PlannedKernel& kernel, const std::string& symbol);
  const std::vector<Code>& codes() const { return codes_; }

 private:
  std::vector<Code> codes_;
  std::map<std::string, size_t> numbers_;  // by key
};

// Adds `void SYMBOL(i64 thread, ptr place, ...)` to the module; with `check_bounds`, code that checks its accesses.
void EmitKernelCode(llvm::Module& module, const KernelCodes::Code& code, const Target& target, bool check_bounds);
// Emits a call of the code with the kernel's own places.
void EmitKernelCall(Emitter& emitter, const std::string& symbol, const PlannedKernel& kernel);

}  // namespace nnc::codegen
