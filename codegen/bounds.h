// Checked code (Options::check_bounds): every access to memory, compared with the place it must lie in.
#pragma once

#include <llvm/IR/Function.h>

#include <cstdint>
#include <map>
#include <string>

namespace nnc::codegen {

// The places that one function may touch, and the checks of its loads, stores, gathers, scatters and copies against
// them. To be applied to code as the emitters left it: an address is then some `getelementptr`s from its place. Lanes
// that a mask leaves out are not touched, and not checked.
//
// An access outside of its place ends the process with exit code 70 and says which function did it, where and how far
// off, before memory is read or written. One that starts at no place allowed is a fault of the emitter: logic_error.
class BoundsChecks {
 public:
  // `bytes` (an i64 that is computed before `place` is used) lie there and may be touched.
  void Allow(llvm::Value* place, llvm::Value* bytes) { extents_[place] = bytes; }
  void AddTo(llvm::Function& function) const;

 private:
  std::map<const llvm::Value*, llvm::Value*> extents_;
};

// What checked code calls: `bytes` at `offset` of a place of `extent` bytes.
inline constexpr char kOutOfBoundsSymbol[] = "nnc_out_of_bounds";
extern "C" [[noreturn]] void nnc_out_of_bounds(const char* function, int64_t offset, int64_t bytes, int64_t extent);

}  // namespace nnc::codegen
