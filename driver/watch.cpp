#include "driver/watch.h"

#include <fmt/format.h>

#include <filesystem>

#include "runtime/files.h"
#include "runtime/metrics_file.h"
#include "view/training_page.h"

namespace nnc::driver {
namespace {

using Clock = std::chrono::steady_clock;
using runtime::RunRecord;

// An earlier run from its directory.
RunRecord ReadEarlier(const std::string& directory) {
  RunRecord run;
  run.name = directory;
  for (const runtime::EpochDone& epoch : runtime::ReadMetrics(directory + "/metrics.jsonl")) {
    run.points.push_back({static_cast<double>(epoch.epoch), 0, epoch.train, epoch.validate});
  }
  return run;
}

void AddFigures(runtime::Scalars& scalars, const runtime::Figures& figures, const std::string& part) {
  scalars.emplace_back("loss/" + part, figures.loss);
  for (const auto& [name, value] : figures.metrics) scalars.emplace_back(name + "/" + part, value);
}

runtime::Scalars ScalarsOf(const RunRecord& run, const runtime::Norms& norms) {
  runtime::Scalars scalars;
  for (size_t i = 0; i < run.rates.size(); ++i) scalars.emplace_back("learning_rate/" + run.rates[i], norms.rates[i]);
  for (size_t i = 0; i < run.layers.size(); ++i) {
    scalars.emplace_back("gradient_norm/" + run.layers[i], norms.gradients[i]);
    scalars.emplace_back("update_norm/" + run.layers[i], norms.updates[i]);
  }
  return scalars;
}

}  // namespace

Watch::Watch(WatchArguments arguments, std::string program_path)
    : arguments_(std::move(arguments)), title_(std::filesystem::path(program_path).stem().string() + ": training") {
  for (const std::string& directory : arguments_.compare) earlier_.push_back(ReadEarlier(directory));
}

runtime::TrainObserver Watch::Observer(const Run& run) {
  if (!wanted()) return {};
  recorders_.emplace_back(run.program, run.plan, run.data, run.codegen);
  return {.start = [this, run](const auto& start) { Start(start, run); },
          .progress =
              [this](const auto& progress) {
                if (recorder().Progress(progress)) AddEvents();
                Moved(progress.epoch, progress.epochs);
              },
          .epoch =
              [this](const auto& epoch) {
                recorder().Epoch(epoch);
                AddEvents();
                Moved(epoch.epoch, epoch.epochs);
              },
          .done = {},
          .stopped = [this](const auto& stopped) { End(fmt::format("Stopped after {} steps.", stopped.step)); }};
}

void Watch::Start(const runtime::TrainStart& start, const Run& run) {
  std::vector<runtime::EpochDone> earlier;
  if (start.resumed_step > 0 && !run.out.empty()) earlier = runtime::ReadMetrics(run.out + "/metrics.jsonl");
  recorder().Start(start, earlier);
  figures_written_ = earlier.size();
  norms_written_ = 0;
  if (!run.tensorboard.empty()) events_.emplace(run.tensorboard);
  AddEvents();
  Moved(0, start.epochs);
}

void Watch::Moved(int64_t epoch, int64_t epochs) {
  recorder().record().state = fmt::format("In epoch {} of {}.", std::max<int64_t>(epoch, 1), epochs);
  WriteSometimes();
}

void Watch::AddEvents() {
  if (!events_) return;
  const RunRecord& run = recorder().record();
  for (; norms_written_ < run.norms.size(); ++norms_written_) {
    const runtime::NormPoint& point = run.norms[norms_written_];
    const runtime::Scalars scalars = ScalarsOf(run, point.norms);
    if (!scalars.empty()) events_->Add(point.step, scalars);
  }
  for (; figures_written_ < run.points.size(); ++figures_written_) {
    const runtime::FigurePoint& point = run.points[figures_written_];
    runtime::Scalars scalars;
    AddFigures(scalars, point.train, "train");
    if (point.validate) AddFigures(scalars, *point.validate, "validation");
    events_->Add(point.step, scalars);
  }
}

// About once a second; less often where painting takes its time, so that it takes at most a tenth of it.
void Watch::WriteSometimes() {
  if (arguments_.report.empty() || Clock::now() < next_page_) return;
  const Clock::time_point begin = Clock::now();
  recorder().Paint();
  WritePage(true);
  const Clock::time_point end = Clock::now();
  next_page_ = end + std::max<Clock::duration>(std::chrono::seconds(1), 9 * (end - begin));
}

void Watch::Finish(const runtime::TensorMap& weights) {
  if (!wanted()) return;
  recorder().record().state = fmt::format("Done: {} steps.", recorder().step());
  if (!arguments_.report.empty()) recorder().Paint(weights);
  WritePage(false);
}

void Watch::End(const std::string& how) {
  if (recorders_.empty()) return;
  recorder().record().state = how;
  WritePage(false);
}

void Watch::WritePage(bool running) {
  if (arguments_.report.empty()) return;
  view::TrainingPage page{.title = title_, .runs = {}, .earlier = {}, .refresh_seconds = running ? 2 : 0};
  for (const runtime::Recorder& each : recorders_) page.runs.push_back(&each.record());
  for (const RunRecord& each : earlier_) page.earlier.push_back(&each);
  runtime::WriteAtomically(arguments_.report, view::Html(page));
}

}  // namespace nnc::driver
