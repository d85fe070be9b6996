// Trains a regression from IR text, for the tests of the trainer.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "runtime/trainer.h"
#include "tests/runtime/ir_program.h"
#include "tests/runtime/scratch.h"

namespace nnc::runtime {

// Least squares of y = w x by gradient descent with rate 0.1; `size` is the batch's rows, `progress` is 1000 step + 100
// epoch + 10 steps + epochs.
inline constexpr char kRegression[] = R"(func @fit.init(%seed: i64) -> (f32) {
  %w = uniform %seed {element = f32, shape = []} : f32
  return w = %w
}

func @fit.step(%w: f32, %x: f32[B], %y: f32[B], %step: i64, %steps: i64, %epoch: i64, %epochs: i64) -> (f32, f32, f32, f32) {
  %count = size {dim = B} : i64
  %n = cast %count {element = f32} : f32
  %p = mul %w, %x : f32[B]
  %e = sub %p, %y : f32[B]
  %sq = mul %e, %e : f32[B]
  %s = reduce_sum %sq {axes = [0], keepdims = false} : f32
  %l = div %s, %n : f32
  %g = mul %e, %x : f32[B]
  %gs = reduce_sum %g {axes = [0], keepdims = false} : f32
  %gm = div %gs, %n : f32
  %rate = constant {element = f32, shape = [], value = 0.2} : f32
  %d = mul %rate, %gm : f32
  %new = sub %w, %d : f32
  %ten = constant {element = i64, shape = [], value = 10} : i64
  %a = mul %step, %ten : i64
  %b = add %a, %epoch : i64
  %c = mul %b, %ten : i64
  %f = add %c, %steps : i64
  %h = mul %f, %ten : i64
  %k = add %h, %epochs : i64
  %m = cast %k {element = f32} : f32
  return w = %new, loss = %l, size = %n, progress = %m
}

func @fit.eval(%w: f32, %x: f32[B], %y: f32[B]) -> (f32, f32, f32) {
  %count = size {dim = B} : i64
  %n = cast %count {element = f32} : f32
  %p = mul %w, %x : f32[B]
  %e = sub %p, %y : f32[B]
  %sq = mul %e, %e : f32[B]
  %s = reduce_sum %sq {axes = [0], keepdims = false} : f32
  %l = div %s, %n : f32
  return loss = %l, size = %n, progress = %w
}
)";

using Rows = std::vector<std::pair<double, double>>;

class TrainerTest : public testing::Test {
 protected:
  TrainerTest() {
    plan_ = &program_.trains.emplace_back();
    plan_->name = "fit";
    plan_->data = {{"d", ""}};
    plan_->fields = {{"x", 0, "x"}, {"y", 0, "y"}};
    plan_->metrics = {"size", "progress"};
    plan_->step_function = "fit.step";
    plan_->eval_function = "fit.eval";
    plan_->init_function = "fit.init";
    plan_->shuffle = false;
    plan_->epochs = 1;
    program_.parameters = {{"w", ir::Element::kF32, {}, true, false}};
    SetData("d", kRows);
  }

  DataPlan& SetData(const std::string& name, const Rows& rows) {
    std::string text;
    for (const auto& [x, y] : rows) text += std::to_string(x) + "," + std::to_string(y) + "\n";
    FieldSource source{};
    source.kind = FieldSource::kCsv;
    source.path = scratch_.Write(name + ".csv", text);
    DataPlan plan;
    plan.name = name;
    plan.shuffle = false;
    for (const int64_t column : {0, 1}) {
      source.columns = {column};
      plan.fields.push_back({column == 0 ? "x" : "y", ir::Element::kF32, -1, source, {}});
    }
    std::erase_if(program_.data, [&](const DataPlan& other) { return other.name == name; });
    return program_.data.emplace_back(std::move(plan));
  }

  // Trains from w = `w` and keeps what the observer saw.
  double TrainFrom(double w) {
    Tensor initial(ir::Element::kF32, {});
    initial.set_number(0, w);
    options_.weights = {{"w", initial}};
    return Train();
  }
  double Train() {
    epochs_.clear();
    DataStore data(program_, Backend::kEvaluator);
    const TrainObserver observer{[&](const TrainStart& start) { start_ = start; }, [](const TrainProgress&) {},
                                 [&](const EpochDone& epoch) { epochs_.push_back(epoch); },
                                 [&](const TrainDone& done) { done_ = done; },
                                 [&](const TrainStopped& stopped) { stopped_ = stopped; }};
    auto weights = runtime::Train(program_, *plan_, data, options_, observer);
    if (!weights) return NAN;
    weights_ = std::move(*weights);
    return weights_.at("w").number(0);
  }

  // The same steps in double, in file order; adds each batch's loss times its rows to `sum`.
  static double Reference(double w, const Rows& rows, size_t batch, double* sum = nullptr) {
    for (size_t begin = 0; begin < rows.size(); begin += batch) {
      const size_t end = std::min(rows.size(), begin + batch);
      const double n = static_cast<double>(end - begin);
      double loss = 0, gradient = 0;
      for (size_t i = begin; i < end; ++i) {
        const double error = w * rows[i].first - rows[i].second;
        loss += error * error;
        gradient += error * rows[i].first;
      }
      if (sum != nullptr) *sum += loss;
      w -= 0.2 * gradient / n;
    }
    return w;
  }

  inline static const Rows kRows = {{1, 2}, {0.5, 1.5}, {-1, -2}, {2, 3}, {0.25, 1}};
  Scratch scratch_;
  Program program_ = ReadProgram(kRegression);
  TrainPlan* plan_;
  TrainOptions options_;
  TrainStart start_;
  std::vector<EpochDone> epochs_;
  TrainDone done_;
  TrainStopped stopped_;
  TensorMap weights_;
};

}  // namespace nnc::runtime
