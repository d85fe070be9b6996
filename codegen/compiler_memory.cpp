#include "codegen/compiler_memory.h"

#include <dlfcn.h>
#include <link.h>
#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <span>

namespace nnc::codegen {
namespace {

using Segment = ElfW(Phdr);

// Whole pages of a loaded library.
struct Pages {
  uintptr_t begin, end;
};

Pages PagesOf(const dl_phdr_info& library, const Segment& segment) {
  const auto page = static_cast<uintptr_t>(sysconf(_SC_PAGESIZE));
  const uintptr_t begin = library.dlpi_addr + segment.p_vaddr;
  return {begin / page * page, (begin + segment.p_memsz + page - 1) / page * page};
}

// Called for each library of the process until it returns other than 0: at the one that holds `address`. What may be
// written holds bytes of the process alone, such as relocated addresses, and stays.
int ReleaseLibraryWith(dl_phdr_info* library, size_t, void* address) {
  const std::span<const Segment> segments(library->dlpi_phdr, library->dlpi_phnum);
  const auto holds = [&](const Segment& segment) {
    const Pages pages = PagesOf(*library, segment);
    const auto at = reinterpret_cast<uintptr_t>(address);
    return segment.p_type == PT_LOAD && pages.begin <= at && at < pages.end;
  };
  if (std::ranges::none_of(segments, holds)) return 0;
  for (const Segment& segment : segments) {
    if (segment.p_type != PT_LOAD || (segment.p_flags & PF_W) != 0) continue;
    const Pages pages = PagesOf(*library, segment);
    madvise(reinterpret_cast<void*>(pages.begin), pages.end - pages.begin, MADV_DONTNEED);
  }
  return 1;
}

}  // namespace

void ReleaseCompilerMemory() {
  malloc_trim(0);
  void* const of_llvm = dlsym(RTLD_DEFAULT, "LLVMContextCreate");
  if (of_llvm != nullptr) dl_iterate_phdr(ReleaseLibraryWith, of_llvm);
}

}  // namespace nnc::codegen
