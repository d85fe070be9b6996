// A run's figures so far, to draw and to compare.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "runtime/class_pictures.h"
#include "runtime/fit_picture.h"
#include "runtime/norm_probe.h"
#include "runtime/trainer.h"

namespace nnc::runtime {

// Places along a run are epochs, 2.5 being halfway through the third, or steps in a run without data.
struct FigurePoint {
  double at = 0;
  int64_t step = 0;
  Figures train;  // since the point before
  std::optional<Figures> validate;
};

struct NormPoint {
  double at = 0;
  int64_t step = 0;
  Norms norms;
};

struct RunRecord {
  std::string name;
  std::string unit = "epoch";  // of places: "epoch" or "step"
  std::string state;           // a sentence on where it stands
  std::vector<FigurePoint> points;
  std::vector<std::string> layers, rates;  // whose norms and rates the points below have
  std::vector<NormPoint> norms;
  std::optional<Confusion> confusion;
  std::optional<Regions> regions;
  std::optional<Fit> fit;
};

}  // namespace nnc::runtime
