// The buffer plan: a fixed offset in one arena for every argument, result and temporary of a set of functions.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "codegen/arena_place.h"
#include "codegen/schedule.h"

namespace nnc::codegen {

inline constexpr int64_t kBufferAlignment = 64;  // bytes; a cache line and the widest vector

// Bytes of a buffer rounded up to the alignment.
int64_t PaddedBytes(const ir::Type& type);

// Where one function's buffers lie, and for which kernels they hold a value.
struct BufferPlan {
  struct Place : ArenaPlace {
    int64_t bytes = 0;        // padded
    int first = 0, last = 0;  // kernels that write it first and read it last, for temporaries
    int shares = -1;          // the buffer whose place it takes over in its first kernel, or -1
    const ArenaPlace& arena() const { return *this; }
  };
  std::vector<Place> places;       // one for each buffer of the schedule
  std::vector<int64_t> scratch;    // offset of each kernel's scratch memory
  std::vector<BufferPlan> bodies;  // of each kernel that is a loop; others' are empty
  size_t loops = 0;                // that the schedule is in
};

// The arena of several functions: arguments and results first, shared by name among functions, then temporaries, which
// overlap between functions. `peak` is the size of the arena.
struct ArenaPlan {
  std::map<std::string, int64_t> persistent;  // offset of each argument and result
  int64_t reserved = 0;                       // offset of what was asked to be kept free
  int64_t persistent_bytes = 0;               // up to the temporaries
  int64_t peak_bytes = 0;
  std::vector<BufferPlan> functions;
};

// Algorithm. Persistent slots: by name, in order of appearance, each as large as the largest buffer of that name.
// Temporaries: a buffer lives from the kernel that writes it to the last that reads it. One that a loop writes exactly
// where it reads another for the last time takes over that one's place. The rest are placed by decreasing size, each at
// the lowest gap among those placed already whose lives overlap with its own (greedy by size; Pisarchyk and Lee,
// "Efficient memory management for deep neural net inference", 2020, section 5.2).
//
// A loop's scratch memory holds what its body needs in one iteration: its temporaries, placed in the same way, and
// results that are not kept. The body's arguments and results are places of the function around: carries lie where the
// last carry goes, and what is scanned or stacked is a slice that moves on with each iteration.
//
// `reserved` bytes between persistent slots and temporaries stay free.
ArenaPlan PlanBuffers(const std::vector<const Schedule*>& schedules, int64_t reserved = 0);

// Scratch bytes of a kernel of kind kScan, whose body's kernels have theirs already.
int64_t BodyBytes(const Schedule& around, const Kernel& kernel);

// Where a loop keeps carry or output `result` of its body: the first store of that part; -1 if nothing reads it.
int BufferOfPart(const Schedule& around, const Kernel& kernel, size_t result);

}  // namespace nnc::codegen
