// What classes a model predicts while it is trained, as figures to draw.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "runtime/predictor.h"

namespace nnc::runtime {

// How often each class was taken for each.
struct Confusion {
  std::string rows;                  // "spiral.test"
  std::vector<std::string> classes;  // their names, or numbers
  std::vector<int64_t> counts;       // [class, predicted class]
  int64_t seen = 0, all = 0;         // rows that were predicted, and that there are
};

// What class each place of a plane is given.
struct Regions {
  Range x, y;                 // a little wider than the data
  int64_t side = 0;           // places along each axis
  std::vector<int32_t> grid;  // [side, side], y by x: the class at the middle of each
  std::vector<std::string> classes;
  std::vector<std::array<double, 2>> points;  // some rows of the training split
  std::vector<int32_t> labels;                // of the points
};

// Of a run that predicts a label of its first data block (passes/predictions.h says how that is found).
class ClassPainter {
 public:
  // nullopt where no label is predicted, or one of more than 40 classes. The program and the data must outlive it.
  static std::optional<ClassPainter> Find(const Program& program, const TrainPlan& plan, DataStore& data,
                                          const codegen::Options& options);

  void SetState(const RunState& state) { predictor_.function.SetState(state); }
  // Of the first 10,000 validation rows, or of those of training where there are none.
  Confusion PaintConfusion();
  // Where the label is predicted from one field of two numbers.
  std::optional<Regions> PaintRegions();

 private:
  ClassPainter(const TrainPlan& plan, DataStore& data, Predictor predictor)
      : plan_(plan), data_(data), predictor_(std::move(predictor)) {}
  std::vector<std::string> ClassNames();

  const TrainPlan& plan_;
  DataStore& data_;
  Predictor predictor_;
  std::optional<BatchField> plane_;  // the only input, if it has two numbers
};

}  // namespace nnc::runtime
