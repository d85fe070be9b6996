// The native code of one run and the arena that it works on.
#pragma once

#include <deque>
#include <map>
#include <string>
#include <vector>

#include "codegen/codegen.h"
#include "frontend/frontend.h"
#include "runtime/batches.h"
#include "runtime/dataset.h"
#include "runtime/tensor.h"

namespace nnc::runtime {

// Rows that batches are gathered from.
struct Source {
  const Dataset* dataset = nullptr;
  const Split* split = nullptr;
};

// A function of the program over batches of rows.
struct LoopRequest {
  std::string name;
  std::string function;            // with symbolic batch size `B`
  std::vector<Source> sources;     // the parts of the batch; `batches` are those of the first. Empty: no rows
  std::vector<BatchField> fields;  // that the function may read
  Batches batches;
  std::vector<std::string> sums;  // results that are summed; the loss first
};

// Compiles loops, and functions that run once, in one go: each function once for each batch size that occurs. Values
// with one name (parameters, state, constants, scalars) have one place in the arena, whichever function reads or writes
// them.
class RunCode {
 public:
  RunCode(const Program& program, const std::vector<LoopRequest>& loops, const std::vector<std::string>& functions,
          const codegen::Options& options);

  bool Holds(const std::string& name) const { return slots_.contains(name); }
  // Values that no function reads or writes are passed over.
  void Set(const std::string& name, const Tensor& value);
  void SetScalar(const std::string& name, int64_t value);
  Tensor Get(const std::string& name) const;
  // Borrowed from the arena: it changes as the value does.
  Tensor View(const std::string& name) const;
  // Get, into a tensor that has the value's type.
  void Read(const std::string& name, Tensor& value) const;

  void Run(const std::string& function) { compiled_.Run(function, arena_.data()); }
  void RunLoop(const std::string& loop, codegen::LoopState& state);
  // Gives the memory of temporaries, which hold nothing between runs, back to the system until the next one.
  void ReleaseTemporaries();
  // The fields that a loop gathers, in LoopState::columns' order.
  const std::vector<BatchField>& fields(const std::string& loop) const { return fields_.at(loop); }

  // What a loop's function of the whole batch took; where the options ask for a profile.
  codegen::FunctionProfile Profile(const std::string& loop) const {
    return compiled_.Profile(entries_.at(loop), arena_.data());
  }
  void ResetProfile() { compiled_.ResetProfile(arena_.data()); }

  double seconds() const { return seconds_; }  // to specialise, optimise and compile
  int64_t arena_bytes() const { return compiled_.arena_bytes(); }

 private:
  codegen::Compiled Build(const Program& program, const std::vector<LoopRequest>& loops,
                          const std::vector<std::string>& functions, const codegen::Options& options);
  // The function at a batch size, made when it is first asked for.
  const ir::Function& AtBatch(const Program& program, const std::string& function, int64_t batch);

  double seconds_ = 0;
  std::map<std::pair<std::string, int64_t>, ir::Function> functions_;  // until they are compiled
  std::map<std::string, std::vector<BatchField>> fields_;
  std::map<std::string, std::string> entries_;  // of each loop, its function of the whole batch
  codegen::Compiled compiled_;
  std::map<std::string, codegen::Slot> slots_;
  Tensor arena_;
};

}  // namespace nnc::runtime
