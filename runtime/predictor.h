// What a run predicts, as a function to evaluate: found in its `eval` function (passes/predictions.h).
#pragma once

#include <cstdint>
#include <optional>

#include "passes/predictions.h"
#include "runtime/side_function.h"

namespace nnc::runtime {

struct Predictor {
  static constexpr int64_t kBatch = 256;  // rows at a time

  BatchField target;      // what is predicted
  DataField declaration;  // of the target
  SideFunction function;  // reads fields of the first data block alone
};

using PredictionFinder = std::optional<ir::Function> (*)(const ir::Function&, const passes::PredictionQuery&);

// For the first field of the run's first data block that `fits` and for which `find` finds what predicts it. The
// program and the data must outlive it.
std::optional<Predictor> FindPredictor(const Program& program, const TrainPlan& plan, DataStore& data,
                                       PredictionFinder find, bool (*fits)(const DataField&),
                                       const codegen::Options& options);

// A field of the run's first data block.
const DataField& DeclarationOf(const Program& program, const TrainPlan& plan, const BatchField& field);

// A float field of so many numbers a row.
bool IsNumbers(const DataField& field, int64_t count);

// About 400 of so many rows are drawn as points: every how many-th.
int64_t PointStride(int64_t rows);

// An interval of the numbers of a picture.
struct Range {
  double low = 0, high = 0;

  // Of all rows of a field's number `index` of `count`, wider by `share` of its width on either side.
  static Range Of(const Tensor& column, const RowOrder& rows, int64_t index, int64_t count, double share);
  // The middle of cell `i` of `cells` equal ones.
  double Middle(int64_t i, int64_t cells) const {
    return low + (high - low) * (static_cast<double>(i) + 0.5) / static_cast<double>(cells);
  }
};

}  // namespace nnc::runtime
