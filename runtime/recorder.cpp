#include "runtime/recorder.h"

#include <algorithm>

namespace nnc::runtime {

constexpr int64_t kPlaces = 100;  // along a run

void Recorder::Start(const TrainStart& start, const std::vector<EpochDone>& earlier) {
  start_ = start;
  step_ = start.resumed_step;
  record_.name = start.run;
  record_.unit = start.rows > 0 ? "epoch" : "step";
  for (const EpochDone& epoch : earlier) {
    record_.points.push_back(
        {static_cast<double>(epoch.epoch), epoch.epoch * start.batches, epoch.train, epoch.validate});
  }
  probe_.emplace(program_, plan_, data_, start.batch, options_);
  record_.layers = probe_->layers();
  record_.rates = probe_->rates();
  Measure(step_, false);
}

double Recorder::Place(int64_t step) const {
  return static_cast<double>(step) / static_cast<double>(record_.unit == "epoch" ? start_.batches : 1);
}

RunState Recorder::StateAt(int64_t step) const {
  const int64_t epoch = start_.rows > 0 ? step / start_.batches : 0;
  return {start_.value, start_.seed, step, start_.steps, epoch, start_.epochs, start_.batches};
}

bool Recorder::Progress(const TrainProgress& progress) {
  step_ = progress.step;
  bool added = Measure(step_, false);
  if (start_.epochs > 1 || step_ < next_figures_) return added;
  next_figures_ = step_ + std::max<int64_t>(1, start_.steps / kPlaces);
  record_.points.push_back({Place(step_), step_, Since(progress.train), std::nullopt});
  return true;
}

bool Recorder::Epoch(const EpochDone& epoch) {
  step_ = epoch.step;
  record_.points.push_back({Place(step_), step_, Since(epoch.train), epoch.validate});
  counted_ = {};
  Measure(step_, step_ == epoch.steps);
  return true;
}

// Of the samples since the last point, from averages over the epoch up to it and up to now.
Figures Recorder::Since(const Figures& now) {
  Figures since = now;
  const auto before = static_cast<double>(counted_.samples), all = static_cast<double>(now.samples);
  if (before > 0 && all > before) {
    const auto mean = [&](double earlier, double later) { return (later * all - earlier * before) / (all - before); };
    since.loss = mean(counted_.loss, now.loss);
    for (size_t i = 0; i < now.metrics.size(); ++i) {
      since.metrics[i].second = mean(counted_.metrics[i].second, now.metrics[i].second);
    }
    since.samples = now.samples - counted_.samples;
  }
  counted_ = now;
  return since;
}

bool Recorder::Measure(int64_t step, bool last) {
  if (step < next_norms_ && !last) return false;
  next_norms_ = step + std::max<int64_t>(1, start_.steps / kPlaces);
  record_.norms.push_back({Place(step), step, probe_->Measure(StateAt(step))});
  return true;
}

void Recorder::Paint() { Paint(StateAt(step_)); }

void Recorder::Paint(const TensorMap& weights) {
  RunState state = StateAt(step_);
  state.value = [&weights](const std::string& name) { return weights.at(name); };
  Paint(state);
}

void Recorder::Paint(const RunState& state) {
  if (classes_) {
    classes_->SetState(state);
    record_.confusion = classes_->PaintConfusion();
    record_.regions = classes_->PaintRegions();
  }
  if (fit_) record_.fit = fit_->Paint(state);
}

}  // namespace nnc::runtime
