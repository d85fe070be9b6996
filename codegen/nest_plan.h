// How a kernel's axes are walked: which one lies along the vector lanes, which are run as one, in what order.
#pragma once

#include <cstdint>
#include <vector>

#include "codegen/schedule.h"
#include "codegen/target.h"

namespace nnc::codegen {

struct NestPlan {
  std::vector<int64_t> extents;  // of the kernel's axes; an axis that was merged into the next has extent 1
  std::vector<int> parallel;     // axes to loop over, outermost first, without those of extent 1; the lanes' axis last
  std::vector<int> reduced;      // the same for reduced axes
  int lanes_axis = -1;           // -1 where all extents are 1: everything is scalar
  bool lanes_reduced = false;    // the lanes' axis is a reduced one
  int64_t lanes = 1;             // of a vector

  int64_t Extent(int axis) const { return extents[static_cast<size_t>(axis)]; }
  int64_t ReducedPoints() const;
};

// Algorithm. Two neighbouring axes become one where every tensor lies evenly along both. Then the lanes go along the
// axis that needs the fewest instructions, counted for the whole kernel: accesses (more where elements must be
// gathered), arithmetic at each point of the axes that a value depends on, and folding lanes at the end of a reduction
// along them.
NestPlan PlanNest(const Schedule& schedule, const Kernel& kernel, const Target& target);

}  // namespace nnc::codegen
