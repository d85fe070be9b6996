#include "driver/progress.h"

#include <fmt/format.h>

#include <algorithm>

#include "driver/format.h"
#include "runtime/report.h"

namespace nnc::driver {
namespace {

constexpr std::string_view kLineStart = "\r", kClearToEnd = "\033[K";

// "epoch 12/100", or "step 1200/5000" of a run without data, which has no epochs.
std::string Place(bool has_data, int64_t epoch, int64_t epochs, int64_t step, int64_t steps) {
  return has_data ? fmt::format("epoch {}/{}", epoch, epochs) : fmt::format("step {}/{}", step, steps);
}

std::string TimeLeft(double seconds, int64_t done, int64_t all) {
  if (done == 0) return "";
  double left = seconds / static_cast<double>(done) * static_cast<double>(all - done);
  return fmt::format("  {} left", SecondsText(std::max(left, 0.0)));
}

std::string Rate(int64_t rows, int64_t samples, double seconds) {
  if (rows == 0 || samples == 0 || seconds <= 0) return "";
  return fmt::format("  {} samples/s", CountText(static_cast<double>(samples) / seconds));
}

std::string EpochText(bool has_data, const runtime::EpochDone& epoch) {
  std::string text =
      Place(has_data, epoch.epoch, epoch.epochs, epoch.step, epoch.steps) + "  " + FiguresText(epoch.train);
  if (epoch.validate) text += "  validation: " + FiguresText(*epoch.validate);
  return text;
}

}  // namespace

runtime::TrainObserver Progress::Observer() {
  if (style_ == ProgressStyle::kQuiet) return {};
  return {
      .start = [this](const auto& start) { Start(start); },
      .progress = [this](const auto& progress) { Redraw(progress); },
      .epoch = [this](const auto& epoch) { Epoch(epoch); },
      .done = [this](const auto& done) { Done(done); },
      .stopped = [this](const auto& stopped) { Stopped(stopped); },
  };
}

void Progress::Write(const std::string& text) {
  std::fputs(text.c_str(), out_);
  std::fflush(out_);
}

void Progress::Start(const runtime::TrainStart& start) {
  rows_ = start.rows;
  before_ = start.resumed_step;
  seconds_ = 0;
  if (style_ == ProgressStyle::kJson) return Write(runtime::StartJson(start) + "\n");
  std::string text = fmt::format("{}: {} parameters", start.run, start.parameters);
  if (start.rows > 0) text += fmt::format(", {} rows in batches of {}", start.rows, start.batch);
  text += start.rows > 0 ? fmt::format(", {} epochs", start.epochs) : fmt::format(", {} steps", start.steps);
  if (start.resumed_step > 0) text += fmt::format(", resumed after step {}", start.resumed_step);
  text +=
      fmt::format("; compiled in {}, {} of memory\n", SecondsText(start.compile_seconds), BytesText(start.peak_bytes));
  Write(text);
}

void Progress::Redraw(const runtime::TrainProgress& progress) {
  if (style_ != ProgressStyle::kTerminal) return;
  Write(fmt::format("{}{}  {}{}{}{}", kLineStart,
                    Place(rows_ > 0, progress.epoch, progress.epochs, progress.step, progress.steps),
                    FiguresText(progress.train), Rate(rows_, progress.train.samples, progress.seconds - seconds_),
                    TimeLeft(progress.seconds, progress.step, progress.steps), kClearToEnd));
}

void Progress::Epoch(const runtime::EpochDone& epoch) {
  constexpr int64_t kLines = 20;
  seconds_ += epoch.seconds;
  if (style_ == ProgressStyle::kJson) return Write(runtime::EpochJson(epoch) + "\n");
  std::string rate = Rate(rows_, epoch.train.samples, epoch.seconds);
  if (style_ == ProgressStyle::kTerminal) {
    return Write(fmt::format("{}{}{}{}{}", kLineStart, EpochText(rows_ > 0, epoch), rate,
                             TimeLeft(seconds_, epoch.step, epoch.steps), kClearToEnd));
  }
  int64_t every = std::max<int64_t>((epoch.epochs + kLines - 1) / kLines, 1);
  if (epoch.epoch % every == 0 || epoch.epoch == epoch.epochs) Write(EpochText(rows_ > 0, epoch) + rate + "\n");
}

void Progress::Done(const runtime::TrainDone& done) {
  if (style_ == ProgressStyle::kJson) return Write(runtime::DoneJson(done) + "\n");
  if (style_ == ProgressStyle::kTerminal)
    Write(fmt::format("{}{}{}\n", kLineStart, EpochText(rows_ > 0, done.last), kClearToEnd));
  std::string text = fmt::format("{} steps in {}", done.steps - before_, SecondsText(done.seconds));
  if (done.kept_epoch != done.last.epoch) text += fmt::format("; the weights of epoch {} are kept", done.kept_epoch);
  Write(text + "\n");
  if (!done.weights_path.empty()) Write(fmt::format("wrote {}\n", done.weights_path));
  if (!done.metrics_path.empty()) Write(fmt::format("wrote {}\n", done.metrics_path));
  if (!done.checkpoint_path.empty()) Write(fmt::format("wrote {}\n", done.checkpoint_path));
}

void Progress::Stopped(const runtime::TrainStopped& stopped) {
  if (style_ == ProgressStyle::kJson) return Write(runtime::StoppedJson(stopped) + "\n");
  if (style_ == ProgressStyle::kTerminal) Write("\n");
  Write(fmt::format("stopped at {}, after {} steps\n",
                    Place(rows_ > 0, stopped.epoch, stopped.epochs, stopped.step, stopped.steps), stopped.step));
  if (stopped.checkpoint_path.empty()) return;
  Write(fmt::format("wrote {}: the same command with --resume goes on from there\n", stopped.checkpoint_path));
}

}  // namespace nnc::driver
