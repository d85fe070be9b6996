// What number a model predicts from another while it is trained, as a figure to draw.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "runtime/predictor.h"

namespace nnc::runtime {

struct Fit {
  std::string input, target;                  // their fields' names
  std::vector<double> x, mean, spread;        // the spread is a standard deviation,
  std::string spread_of;                      // of "10 predictions", or "the residuals"
  std::vector<std::array<double, 2>> points;  // some rows of the training split: input and target
};

// Of a run that predicts one number of its first data block from another (passes/predictions.h says how that is found).
class FitPainter {
 public:
  // nullopt where it does not. The program and the data must outlive it.
  static std::optional<FitPainter> Find(const Program& program, const TrainPlan& plan, DataStore& data,
                                        const codegen::Options& options);

  // From half the data's width before it to as much behind it. Several predictions, of an ensemble or, where chance
  // plays a part, of 20 seeds, give their mean and spread; a single one has the spread of the residuals of the training
  // rows.
  Fit Paint(const RunState& state);

 private:
  FitPainter(const TrainPlan& plan, DataStore& data, Predictor predictor, bool random)
      : plan_(plan), data_(data), predictor_(std::move(predictor)), random_(random) {}
  // Adds what the function predicts for its input to `predictions`, a vector of the batch's rows each.
  void Predict(const Tensor& input, std::vector<std::vector<double>>& predictions);
  double Residual();

  const TrainPlan& plan_;
  DataStore& data_;
  Predictor predictor_;
  bool random_;
};

}  // namespace nnc::runtime
