// Passes over the rows of one split.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "runtime/dataset.h"
#include "runtime/run_code.h"
#include "runtime/trainer.h"

namespace nnc::runtime {

// How many batches to ask native code for at a time, so that the host has a word about every 100 ms and never more
// often than it must.
class Pacer {
 public:
  int64_t batches() const { return batches_; }
  // What the last piece took decides on the next.
  void Took(int64_t batches, double seconds);

 private:
  int64_t batches_ = 1;
};

// One loop of a RunCode over one split.
class SplitLoop {
 public:
  // `dataset` null: `request.batches.rows` steps that read no rows.
  SplitLoop(RunCode& code, const LoopRequest& request, const Split* split);

  // Begins a pass: from the split's own order, shuffled by `key` if `shuffle`. So a pass depends on nothing before it.
  void Begin(bool shuffle, uint64_t key, bool drop_last);
  // Runs at most `batches` of the pass, the first of which is step `step` of the run; fewer at its end. Returns how
  // many were run. Throws Failure NonFinite where a loss is not finite; `what` names the loss and `span` its run.
  int64_t Run(int64_t batches, int64_t step, const std::string& what, Span span);
  // Over the batches of the pass so far.
  Figures figures() const;

 private:
  RunCode& code_;
  std::string name_;
  std::vector<std::string> sum_names_;
  std::vector<int64_t> rows_, order_;
  std::vector<const void*> columns_;
  std::vector<double> sums_;
  codegen::LoopState state_;
};

}  // namespace nnc::runtime
