// A loop with state, whose iterations can be visited in any order.
#pragma once

#include <cstdint>
#include <vector>

#include "ir/scan.h"
#include "runtime/blame/values.h"

namespace nnc::runtime {

class Loop {
 public:
  // Runs the loop `scan` of the function of `around` once, to know the carries of each iteration.
  Loop(Values& around, ir::Value scan);

  const ir::ScanParts& parts() const { return parts_; }
  // The values of an iteration, numbered as its slices are.
  Values& At(int64_t iteration);
  // The iteration that is run before this one; -1 for the first.
  int64_t Before(int64_t iteration) const;
  int64_t last() const;  // the iteration that is run last; -1 where there is none

 private:
  std::vector<Tensor> ArgumentsOf(int64_t iteration) const;
  int64_t TurnOf(int64_t iteration) const { return parts_.reverse ? length_ - 1 - iteration : iteration; }

  ir::ScanParts parts_;
  int64_t length_;
  std::vector<Tensor> operands_;
  std::vector<std::vector<Tensor>> carries_;  // by turns
  Values body_;
  int64_t current_ = -1;
};

}  // namespace nnc::runtime
