#include "runtime/class_pictures.h"

#include <algorithm>

namespace nnc::runtime {
namespace {

constexpr int64_t kBatch = Predictor::kBatch;

bool IsLabel(const DataField& field) { return field.classes >= 0 && field.type.is_scalar(); }

// The classes of `count` rows: `fill(begin)` sets the fields to as many rows as a batch has, from `begin` on.
template <class Fill>
std::vector<int32_t> Guesses(SideFunction& function, int64_t count, Fill fill) {
  std::vector<int32_t> classes;
  for (int64_t begin = 0; begin < count; begin += kBatch) {
    fill(begin);
    function.Run();
    const Tensor batch = function.Result(0);
    const auto rows = batch.as<int32_t>().first(static_cast<size_t>(std::min(kBatch, count - begin)));
    classes.insert(classes.end(), rows.begin(), rows.end());
  }
  return classes;
}

}  // namespace

std::optional<ClassPainter> ClassPainter::Find(const Program& program, const TrainPlan& plan, DataStore& data,
                                               const codegen::Options& options) {
  constexpr size_t kMostClasses = 40;
  std::optional<Predictor> predictor = FindPredictor(program, plan, data, passes::ClassPrediction, IsLabel, options);
  if (!predictor) return std::nullopt;
  ClassPainter painter(plan, data, std::move(*predictor));
  if (painter.ClassNames().size() > kMostClasses) return std::nullopt;
  const std::vector<BatchField>& inputs = painter.predictor_.function.fields();
  const bool plane = inputs.size() == 1 && IsNumbers(DeclarationOf(program, plan, inputs.front()), 2);
  if (plane) painter.plane_ = inputs.front();
  return painter;
}

std::vector<std::string> ClassPainter::ClassNames() {
  const Column& column = data_.Load(plan_.data.front().data).column(predictor_.target.field);
  if (!column.classes.empty()) return column.classes;
  const int64_t declared = predictor_.declaration.classes, count = declared > 0 ? declared : CountClasses(column);
  std::vector<std::string> names;
  for (int64_t i = 0; i < count; ++i) names.push_back(std::to_string(i));
  return names;
}

Confusion ClassPainter::PaintConfusion() {
  constexpr int64_t kMostRows = 10000;
  const DataPart& part = plan_.validate.empty() ? plan_.data.front() : plan_.validate.front();
  const Dataset& dataset = data_.Load(part.data);
  const RowOrder& rows = dataset.split(part.split).rows;
  Confusion confusion;
  confusion.rows = part.split.empty() ? part.data : part.data + "." + part.split;
  confusion.classes = ClassNames();
  confusion.seen = std::min(rows.size(), kMostRows);
  confusion.all = rows.size();
  const std::vector<int32_t> guesses = Guesses(predictor_.function, confusion.seen, [&](int64_t begin) {
    for (const BatchField& field : predictor_.function.fields()) {
      const Tensor& column = dataset.column(field.field).values;
      predictor_.function.SetField(field.name, GatherRows(column, rows, begin, kBatch));
    }
  });
  const Tensor& labels = dataset.column(predictor_.target.field).values;
  const auto count = static_cast<int64_t>(confusion.classes.size());
  confusion.counts.assign(static_cast<size_t>(count * count), 0);
  for (int64_t i = 0; i < confusion.seen; ++i) {
    const auto label = std::clamp<int64_t>(static_cast<int64_t>(labels.number(rows[i])), 0, count - 1);
    const auto guess = std::clamp<int64_t>(guesses[static_cast<size_t>(i)], 0, count - 1);
    ++confusion.counts[static_cast<size_t>(label * count + guess)];
  }
  return confusion;
}

std::optional<Regions> ClassPainter::PaintRegions() {
  if (!plane_) return std::nullopt;
  constexpr int64_t kSide = 100;
  const Dataset& dataset = data_.Load(plan_.data.front().data);
  const RowOrder& rows = dataset.split(plan_.data.front().split).rows;
  const Tensor &places = dataset.column(plane_->field).values, &labels = dataset.column(predictor_.target.field).values;
  Regions regions;
  regions.x = Range::Of(places, rows, 0, 2, 0.1);
  regions.y = Range::Of(places, rows, 1, 2, 0.1);
  regions.side = kSide;
  regions.classes = ClassNames();
  regions.grid = Guesses(predictor_.function, kSide * kSide, [&](int64_t begin) {
    Tensor batch(places.element(), {kBatch, 2});
    for (int64_t i = 0; i < kBatch; ++i) {
      batch.set_number(2 * i, regions.x.Middle((begin + i) % kSide, kSide));
      batch.set_number(2 * i + 1, regions.y.Middle((begin + i) / kSide, kSide));
    }
    predictor_.function.SetField(plane_->name, batch);
  });
  for (int64_t i = 0; i < rows.size(); i += PointStride(rows.size())) {
    regions.points.push_back({places.number(2 * rows[i]), places.number(2 * rows[i] + 1)});
    regions.labels.push_back(static_cast<int32_t>(labels.number(rows[i])));
  }
  return regions;
}

}  // namespace nnc::runtime
