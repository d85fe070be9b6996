// The compiler's own memory while what it compiled runs.
#pragma once

namespace nnc::codegen {

// Gives back to the system what compiling left resident: freed memory, and the pages of LLVM's library that are read
// alone, code above all. A later compilation finds these in the page cache again.
void ReleaseCompilerMemory();

}  // namespace nnc::codegen
