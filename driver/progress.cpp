#include "driver/progress.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "driver/format.h"
#include "driver/session.h"
#include "driver/terminal.h"
#include "runtime/report.h"

namespace nnc::driver {
namespace {

// "epoch 12/100", or "step 1200/5000" of a run without data, which has no epochs.
std::string Place(bool has_data, int64_t epoch, int64_t epochs, int64_t step, int64_t steps) {
  return has_data ? fmt::format("epoch {}/{}", epoch, epochs) : fmt::format("step {}/{}", step, steps);
}

// What the steps that are left take if they take as long as those of this invocation; nullopt before the first.
std::optional<double> SecondsLeft(double seconds, int64_t done, int64_t left) {
  if (done <= 0) return std::nullopt;
  return std::max(seconds / static_cast<double>(done) * static_cast<double>(left), 0.0);
}

// Samples in a second; 0 where there are none, or none yet.
double Rate(int64_t rows, int64_t samples, double seconds) {
  return rows == 0 || seconds <= 0 ? 0 : static_cast<double>(samples) / seconds;
}

std::string EpochText(bool has_data, const runtime::EpochDone& epoch) {
  std::string text =
      Place(has_data, epoch.epoch, epoch.epochs, epoch.step, epoch.steps) + "  " + FiguresText(epoch.train);
  if (epoch.validate) text += "  validation: " + FiguresText(*epoch.validate);
  return text;
}

}  // namespace

Progress::Progress(ProgressStyle style, std::FILE* out)
    : style_(style), out_(out), color_(UseColor(fileno(out))), unicode_(HasUtf8()) {}

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
  display_ = {};
  display_.run = start.run;
  if (style_ == ProgressStyle::kJson) return Write(runtime::StartJson(start) + "\n");
  std::string text = fmt::format("{}: {} parameters", start.run, start.parameters);
  if (start.rows > 0) text += fmt::format(", {} rows in batches of {}", start.rows, start.batch);
  text += start.rows > 0 ? fmt::format(", {} epochs", start.epochs) : fmt::format(", {} steps", start.steps);
  if (start.resumed_step > 0) text += fmt::format(", resumed after step {}", start.resumed_step);
  text +=
      fmt::format("; compiled in {}, {} of memory\n", SecondsText(start.compile_seconds), BytesText(start.peak_bytes));
  Write(text);
}

void Progress::Draw(int64_t step, int64_t steps) {
  const TerminalSize size = SizeOf(fileno(out_));
  display_.share = steps > 0 ? static_cast<double>(step) / static_cast<double>(steps) : 1;
  // A line that fills the last column would leave the cursor waiting to wrap; lines beyond the height could not be
  // drawn over.
  std::vector<StyledLine> lines = DisplayLines(display_, std::max(size.columns - 1, 1), unicode_);
  lines.resize(std::min(lines.size(), static_cast<size_t>(std::max(size.rows - 1, 1))));
  Write(lines_.Draw(lines, size.columns, color_));
}

void Progress::Redraw(const runtime::TrainProgress& progress) {
  if (style_ != ProgressStyle::kTerminal) return;
  display_.place = Place(rows_ > 0, progress.epoch, progress.epochs, progress.step, progress.steps);
  display_.train = progress.train;
  display_.rate = Rate(rows_, progress.train.samples, progress.seconds - seconds_);
  display_.seconds_left = SecondsLeft(progress.seconds, progress.step - before_, progress.steps - progress.step);
  if (progress.epochs == 1) display_.history.push_back(progress.train);
  Draw(progress.step, progress.steps);
}

void Progress::Epoch(const runtime::EpochDone& epoch) {
  constexpr int64_t kLines = 20;
  seconds_ += epoch.seconds;
  if (style_ == ProgressStyle::kJson) return Write(runtime::EpochJson(epoch) + "\n");
  const double rate = Rate(rows_, epoch.train.samples, epoch.seconds);
  if (style_ == ProgressStyle::kTerminal) {
    display_.place = Place(rows_ > 0, epoch.epoch, epoch.epochs, epoch.step, epoch.steps);
    display_.train = epoch.train;
    display_.validate = epoch.validate;
    display_.rate = rate;
    display_.seconds_left = SecondsLeft(seconds_, epoch.step - before_, epoch.steps - epoch.step);
    display_.history.push_back(epoch.train);
    // The eye follows twenty pictures a second; epochs may be many more.
    const auto now = std::chrono::steady_clock::now();
    if (now < drawn_ + std::chrono::milliseconds(50)) return;
    drawn_ = now;
    return Draw(epoch.step, epoch.steps);
  }
  int64_t every = std::max<int64_t>((epoch.epochs + kLines - 1) / kLines, 1);
  if (epoch.epoch % every != 0 && epoch.epoch != epoch.epochs) return;
  std::string text = EpochText(rows_ > 0, epoch);
  if (rate > 0) text += fmt::format("  {} samples/s", CountText(rate));
  Write(text + "\n");
}

void Progress::Done(const runtime::TrainDone& done) {
  if (style_ == ProgressStyle::kJson) return Write(runtime::DoneJson(done) + "\n");
  if (style_ == ProgressStyle::kTerminal) {
    // It may have ended early, and what was drawn last may be some epochs old.
    display_.place = Place(rows_ > 0, done.last.epoch, done.last.epochs, done.last.step, done.last.steps);
    display_.train = done.last.train;
    display_.validate = done.last.validate;
    display_.seconds_left.reset();
    Draw(done.last.step, done.last.steps);
    Write(lines_.Leave());
  }
  std::string text = fmt::format("{} steps in {}", done.steps - before_, SecondsText(done.seconds));
  if (done.kept_epoch != done.last.epoch) text += fmt::format("; the weights of epoch {} are kept", done.kept_epoch);
  Write(text + "\n");
  if (!done.weights_path.empty()) Write(fmt::format("wrote {}\n", done.weights_path));
  if (!done.metrics_path.empty()) Write(fmt::format("wrote {}\n", done.metrics_path));
  if (!done.checkpoint_path.empty()) Write(fmt::format("wrote {}\n", done.checkpoint_path));
}

void Progress::Stopped(const runtime::TrainStopped& stopped) {
  if (style_ == ProgressStyle::kJson) return Write(runtime::StoppedJson(stopped) + "\n");
  Write(lines_.Leave());
  Write(fmt::format("stopped at {}, after {} steps\n",
                    Place(rows_ > 0, stopped.epoch, stopped.epochs, stopped.step, stopped.steps), stopped.step));
  if (stopped.checkpoint_path.empty()) return;
  Write(fmt::format("wrote {}: the same command with --resume goes on from there\n", stopped.checkpoint_path));
}

}  // namespace nnc::driver
