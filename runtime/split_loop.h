// Passes over the rows of splits.
#pragma once

#include <optional>
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

// How far a pass is.
struct PassState {
  int64_t batches = 0;       // done
  int64_t samples = 0;       // in them
  std::vector<double> sums;  // of the loss and the metrics, each batch times its rows
};

// One loop of a RunCode over the rows of its sources.
class SplitLoop {
 public:
  SplitLoop(RunCode& code, LoopRequest request);

  // Begins pass `number` of a run: once through the rows of the first source, while the others go on from where pass
  // `number` - 1 left them, round and round. Each time round has a shuffle of its own, drawn from `key`; without a key
  // rows keep the order of their split. So a pass depends on nothing that was run before it.
  void Begin(int64_t number, std::optional<uint64_t> key);
  // Takes up a pass that was begun again where `pass` left it.
  void Resume(const PassState& pass);
  // Runs at most `batches` of the pass, the first of which is step `step` of the run; fewer at its end. Returns how
  // many were run. Throws Failure NonFinite where a loss is not finite; `what` names the loss and `span` its run.
  int64_t Run(int64_t batches, int64_t step, const std::string& what, Span span);
  // The same without a Failure: returns whether each loss was finite. The first that was not is of the last batch run.
  bool Advance(int64_t batches, int64_t step);
  const LoopRequest& request() const { return request_; }
  // The rows of source `part` that batch number `batch` of the pass has.
  std::vector<int64_t> RowsOf(size_t part, int64_t batch) const;
  PassState pass() const { return {batches_done_, state_.samples, sums_}; }
  // Over the batches of the pass so far.
  Figures figures() const;

 private:
  RunCode& code_;
  LoopRequest request_;
  std::vector<std::vector<int64_t>> orders_;  // of each source, the rows of the pass
  std::vector<const void*> columns_;          // of each field
  std::vector<int64_t> column_bytes_;
  std::vector<const int64_t*> field_orders_;
  std::vector<double> sums_;
  int64_t batches_done_ = 0;
  codegen::LoopState state_;
};

}  // namespace nnc::runtime
