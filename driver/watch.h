// What is written for people to see a training by: the page of --report, the event files of --tensorboard.
#pragma once

#include <chrono>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "runtime/event_file.h"
#include "runtime/recorder.h"
#include "runtime/trainer.h"

namespace nnc::driver {

struct WatchArguments {
  std::string report;                // the page's path; empty: none
  std::string tensorboard;           // the directory of event files; empty: none
  std::vector<std::string> compare;  // directories of earlier runs, with their metrics.jsonl
};

// One object serves several runs, one after the other, which the page shows together.
class Watch {
 public:
  // Reads the earlier runs. Throws Failure: CannotRead, BadDataFile.
  Watch(WatchArguments arguments, std::string program_path);

  struct Run {
    const Program& program;
    const TrainPlan& plan;
    runtime::DataStore& data;
    const codegen::Options& codegen;
    std::string out;          // of its results: what it had done before is read from there where it resumes
    std::string tensorboard;  // its own directory of event files
  };
  // What the trainer calls for the next run; refers to this object. Nothing is done where nothing is asked for.
  runtime::TrainObserver Observer(const Run& run);
  // The run has ended with these weights.
  void Finish(const runtime::TensorMap& weights);
  // The run has ended otherwise: `how` is a sentence.
  void End(const std::string& how);

 private:
  bool wanted() const { return !arguments_.report.empty() || !arguments_.tensorboard.empty(); }
  runtime::Recorder& recorder() { return recorders_.back(); }
  void Start(const runtime::TrainStart& start, const Run& run);
  void Moved(int64_t epoch, int64_t epochs);
  void AddEvents();
  void WriteSometimes();
  void WritePage(bool running);

  WatchArguments arguments_;
  std::string title_;
  std::vector<runtime::RunRecord> earlier_;
  std::deque<runtime::Recorder> recorders_;  // of the runs so far
  std::optional<runtime::EventFile> events_;
  size_t figures_written_ = 0, norms_written_ = 0;  // of the run's points, to the event file
  std::chrono::steady_clock::time_point next_page_;
};

}  // namespace nnc::driver
