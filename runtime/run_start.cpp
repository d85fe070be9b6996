#include "runtime/run_start.h"

#include <optional>

#include "ir/evaluate.h"

namespace nnc::runtime {

void StartRun(RunCode& code, const Program& program, const TrainPlan& plan, DataStore& data, const RunStart& start,
              const TensorMap& weights) {
  code.SetScalar("seed", start.seed);
  code.SetScalar("steps", start.length.steps);
  code.SetScalar("epochs", start.length.epochs);
  code.SetScalar("batches", start.batches);
  code.Run(plan.init_function);
  for (const auto& [name, value] : weights) code.Set(name, value);
  for (const DataConstant& constant : program.constants) {
    if (code.Holds(constant.name)) code.Set(constant.name, data.Constant(constant));
  }
}

void StartEpoch(RunCode& code, SplitLoop& loop, const TrainPlan& plan, int64_t seed, int64_t epoch) {
  // Keeps the epochs' shuffles apart from what the step draws from the same seed.
  constexpr uint64_t kShuffleStream = 0x65706F6368;  // "epoch"
  code.SetScalar("epoch", epoch);
  std::optional<uint64_t> key;
  if (plan.shuffle) key = ir::FoldKey(static_cast<uint64_t>(seed), kShuffleStream);
  loop.Begin(epoch, key);
}

}  // namespace nnc::runtime
