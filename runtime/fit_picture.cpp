#include "runtime/fit_picture.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace nnc::runtime {
namespace {

constexpr int64_t kBatch = Predictor::kBatch;

bool IsNumber(const DataField& field) { return IsNumbers(field, 1); }

}  // namespace

std::optional<FitPainter> FitPainter::Find(const Program& program, const TrainPlan& plan, DataStore& data,
                                           const codegen::Options& options) {
  std::optional<Predictor> predictor = FindPredictor(program, plan, data, passes::ValuePredictions, IsNumber, options);
  if (!predictor) return std::nullopt;
  const std::vector<BatchField>& inputs = predictor->function.fields();
  if (inputs.size() != 1 || !IsNumber(DeclarationOf(program, plan, inputs.front()))) return std::nullopt;
  const bool random = predictor->function.reads("seed");
  return FitPainter(plan, data, std::move(*predictor), random);
}

void FitPainter::Predict(const Tensor& input, std::vector<std::vector<double>>& predictions) {
  SideFunction& function = predictor_.function;
  function.SetField(function.fields().front().name, input);
  function.Run();
  for (size_t i = 0; i < function.results().size(); ++i) {
    function.Result(i).Read(0, predictions.emplace_back(static_cast<size_t>(kBatch)));
  }
}

Fit FitPainter::Paint(const RunState& state) {
  constexpr int64_t kDraws = 20;
  const Dataset& dataset = data_.Load(plan_.data.front().data);
  const RowOrder& rows = dataset.split(plan_.data.front().split).rows;
  const BatchField input = predictor_.function.fields().front();
  const Tensor &inputs = dataset.column(input.field).values, &targets = dataset.column(predictor_.target.field).values;
  const Range range = Range::Of(inputs, rows, 0, 1, 0.5);
  std::vector<int64_t> shape = inputs.shape();
  shape[0] = kBatch;
  Tensor line(inputs.element(), shape);
  Fit fit{input.field, predictor_.target.field, {}, {}, {}, "", {}};
  for (int64_t i = 0; i < kBatch; ++i) {
    fit.x.push_back(range.Middle(i, kBatch));
    line.set_number(i, fit.x.back());
  }
  std::vector<std::vector<double>> predictions;
  for (int64_t draw = 0; draw < (random_ ? kDraws : 1); ++draw) {
    RunState drawn = state;
    if (random_) drawn.seed = draw;
    predictor_.function.SetState(drawn);
    Predict(line, predictions);
  }
  const auto count = static_cast<double>(predictions.size());
  for (size_t i = 0; i < fit.x.size(); ++i) {
    double sum = 0, squares = 0;
    for (const std::vector<double>& each : predictions) sum += each[i];
    for (const std::vector<double>& each : predictions) squares += std::pow(each[i] - sum / count, 2);
    fit.mean.push_back(sum / count);
    fit.spread.push_back(std::sqrt(squares / count));
  }
  fit.spread_of = fmt::format("{} predictions", predictions.size());
  if (predictions.size() == 1) {
    fit.spread_of = "the residuals";
    std::ranges::fill(fit.spread, Residual());
  }
  for (int64_t i = 0; i < rows.size(); i += PointStride(rows.size())) {
    fit.points.push_back({inputs.number(rows[i]), targets.number(rows[i])});
  }
  return fit;
}

// The root of the mean squared difference between targets and predictions, over the first rows of the training split.
double FitPainter::Residual() {
  constexpr int64_t kMostRows = 10000;
  const Dataset& dataset = data_.Load(plan_.data.front().data);
  const RowOrder& rows = dataset.split(plan_.data.front().split).rows;
  const Tensor& inputs = dataset.column(predictor_.function.fields().front().field).values;
  const Tensor& targets = dataset.column(predictor_.target.field).values;
  const int64_t count = std::min(rows.size(), kMostRows);
  double squares = 0;
  for (int64_t begin = 0; begin < count; begin += kBatch) {
    std::vector<std::vector<double>> predictions;
    Predict(GatherRows(inputs, rows, begin, kBatch), predictions);
    for (int64_t i = 0; i < std::min(kBatch, count - begin); ++i) {
      squares += std::pow(targets.number(rows[begin + i]) - predictions[0][static_cast<size_t>(i)], 2);
    }
  }
  return std::sqrt(squares / static_cast<double>(count));
}

}  // namespace nnc::runtime
