#include "runtime/trainer.h"

#include <fmt/format.h>

#include <chrono>
#include <filesystem>
#include <limits>
#include <set>

#include "runtime/blame/blame.h"
#include "runtime/blame/finite_watch.h"
#include "runtime/blame/replay.h"
#include "runtime/checkpoint.h"
#include "runtime/fail.h"
#include "runtime/metrics_file.h"
#include "runtime/run_code.h"
#include "runtime/run_directory.h"
#include "runtime/run_loops.h"
#include "runtime/run_start.h"
#include "runtime/split_loop.h"
#include "runtime/weights.h"

namespace nnc::runtime {
namespace {

using Clock = std::chrono::steady_clock;

double SecondsSince(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

TensorMap ViewsOf(const TensorMap& values) {
  TensorMap views;
  for (const auto& [name, value] : values) views.emplace(name, value.Part(0, value.shape()));
  return views;
}

// One run from compiling to the last epoch.
class Training {
 public:
  Training(const Program& program, const TrainPlan& plan, DataStore& data, const TrainOptions& options,
           const TrainObserver& observer)
      : program_(program),
        plan_(plan),
        data_(data),
        options_(options),
        observer_(observer),
        seed_(options.seed.value_or(plan.seed)),
        length_(LengthOf(plan, options.epochs, options.steps, data)),
        train_(TrainLoopOf(plan, data, length_.steps)),
        hash_(RunHash(program, plan, train_)),
        validate_(ValidateRequest()),
        code_(program, Requests(), {plan.init_function}, options.codegen),
        train_loop_(code_, train_) {
    if (validate_) validate_loop_.emplace(code_, *validate_);
  }

  std::optional<TensorMap> Run() {
    directory_.emplace(options_.out);
    std::optional<Checkpoint> checkpoint = FindCheckpoint();
    if (checkpoint) seed_ = checkpoint->seed;
    SetInitialValues();
    if (checkpoint) Restore(std::move(*checkpoint));
    if (!checkpoint) ReplaceCheckpoint();
    metrics_.emplace(directory_->metrics(), IsFinished() ? last_.epoch : epoch_);
    if (observer_.start) observer_.start(Start());
    start_ = Clock::now();
    try {
      if (options_.check_finite) watch_.emplace(program_, plan_, code_, train_loop_, seed_, step_);
      return RunEpochs();
    } catch (const Failure& failure) {
      if (watch_ && failure.diagnostic().kind == DiagnosticKind::kNonFinite) BlameLoss();
      throw;
    }
  }

 private:
  // ---- What is compiled ----

  std::optional<LoopRequest> ValidateRequest() {
    if (plan_.validate.empty()) return std::nullopt;
    return EvalLoopOf(plan_, data_, plan_.name + ".validate", plan_.validate);
  }

  std::vector<LoopRequest> Requests() const {
    std::vector<LoopRequest> requests = {train_};
    if (validate_) requests.push_back(*validate_);
    return requests;
  }

  // ---- Values ----

  void SetInitialValues() {
    StartRun(code_, program_, plan_, data_, {seed_, length_, train_.batches.count}, options_.weights);
  }

  // By RunCode::Get as copies, by RunCode::View as the arena has them from then on.
  TensorMap Parameters(Tensor (RunCode::*value)(const std::string&) const) const {
    TensorMap values;
    for (const Parameter& parameter : program_.parameters) {
      values.emplace(parameter.name, (code_.*value)(parameter.name));
    }
    return values;
  }

  const ir::Function& FunctionNamed(const std::string& name) const { return *program_.module.Find(name); }

  int64_t TrainedNumbers() const {
    std::set<std::string> written;
    for (const ir::Result& result : FunctionNamed(plan_.step_function).results()) written.insert(result.name);
    int64_t count = 0;
    for (const Parameter& parameter : program_.parameters) {
      if (parameter.trained && written.contains(parameter.name)) count += parameter.type.elements();
    }
    return count;
  }

  // ---- Checkpoints ----

  std::optional<Checkpoint> FindCheckpoint() const {
    if (!options_.resume || options_.out.empty()) return std::nullopt;
    const std::string path = directory_->checkpoint();
    std::optional<Checkpoint> found = ReadCheckpoint(path, plan_.metrics);
    if (!found) return std::nullopt;
    const std::string anew = "train without --resume to begin anew; the checkpoint is then replaced";
    if (found->program != hash_) {
      Fail(DiagnosticKind::kCheckpointMismatch, path,
           fmt::format("`{}` is not the run of this checkpoint: the program or its data has changed since", plan_.name),
           "undo the change, or " + anew);
    }
    if (options_.seed && *options_.seed != found->seed) {
      Fail(DiagnosticKind::kCheckpointMismatch, path,
           fmt::format("the checkpoint is of seed {}, not {}", found->seed, *options_.seed),
           "leave --seed out, or " + anew);
    }
    return found;
  }

  void Restore(Checkpoint checkpoint) {
    for (const ir::Result& result : FunctionNamed(plan_.init_function).results()) {
      const auto value = checkpoint.values.find(result.name);
      const bool fits = value != checkpoint.values.end() && value->second.type() == code_.View(result.name).type();
      if (!fits)
        Fail(DiagnosticKind::kBadCheckpoint, directory_->checkpoint(), fmt::format("`{}` is missing", result.name));
      code_.Set(result.name, value->second);
    }
    step_ = resumed_step_ = checkpoint.step;
    epoch_ = step_ / train_.batches.count;
    resumed_ = {step_ % train_.batches.count, checkpoint.pass.samples, checkpoint.pass.sums};
    kept_epoch_ = checkpoint.kept_epoch;
    best_loss_ = checkpoint.kept_loss.value_or(best_loss_);
    best_ = std::move(checkpoint.kept);
    if (!checkpoint.train) return;  // no epoch is done
    const int64_t begun = epoch_ + (resumed_->batches > 0 ? 1 : 0);
    last_ = {begun, length_.epochs, step_, length_.steps, *checkpoint.train, checkpoint.validate, 0};
  }

  void Save() const {
    if (options_.out.empty()) return;
    Checkpoint checkpoint;
    checkpoint.program = hash_;
    checkpoint.seed = seed_;
    checkpoint.step = step_;
    checkpoint.pass = resumed_ ? *resumed_ : train_loop_.pass();
    checkpoint.kept_epoch = kept_epoch_;
    checkpoint.kept = ViewsOf(best_);
    for (const ir::Result& result : FunctionNamed(plan_.init_function).results()) {
      checkpoint.values.emplace(result.name, code_.View(result.name));
    }
    if (plan_.patience > 0) checkpoint.kept_loss = best_loss_;
    if (last_.epoch > 0) checkpoint.train = last_.train;
    checkpoint.validate = last_.validate;
    if (metrics_) metrics_->Flush();  // a resumed run keeps as many lines as the checkpoint has epochs
    WriteCheckpoint(directory_->checkpoint(), checkpoint);
  }

  // An earlier run's checkpoint, which may have begun with other weights, must not be what a killed run resumes from.
  void ReplaceCheckpoint() const {
    if (std::filesystem::exists(directory_->checkpoint())) Save();
  }

  // ---- Blame ----

  // Ends the run with what was not finite in a step; with nothing to say where no step is known.
  void BlameStep(const std::optional<StepCase>& step) {
    if (!step) return;
    watch_.reset();  // it has said what it knows
    const std::string path = directory_->replay();
    if (!options_.out.empty()) WriteReplay(path, *step, *options_.check_finite);
    std::optional<Diagnostic> blame = Blame(*step, options_.codegen);
    if (!blame) {
      Fail(DiagnosticKind::kNonFinite, plan_.span, fmt::format("a result of step {} is NaN or infinite", step->step),
           "Run by itself, without fusing, the step stays finite: its numbers are at the edge of their type.");
    }
    if (!options_.out.empty()) blame->AddNote({}, fmt::format("`nnc replay {}` runs the step again", path));
    throw Failure(std::move(*blame));
  }

  void BlameLoss() {
    std::optional<StepCase> step = watch_->Find(asked_);
    if (!step && validate_loop_) step = watch_->FindValidation(*validate_loop_, step_);
    BlameStep(step);
  }

  void CheckFinite(bool now = false) {
    if (watch_) BlameStep(watch_->Check(step_, now));
  }

  // ---- Epochs ----

  std::optional<TensorMap> RunEpochs() {
    while (!IsFinished()) {
      if (!RunEpoch()) return Stop();
      metrics_->Append(last_);
      if (observer_.epoch) observer_.epoch(last_);
      KeepBest();
      const bool due = plan_.checkpoint_every > 0 && epoch_ % plan_.checkpoint_every == 0;
      if (due && !IsFinished()) Save();
    }
    CheckFinite(/*now=*/true);
    return Finish();
  }

  bool IsFinished() const {
    const bool impatient = plan_.patience > 0 && epoch_ - kept_epoch_ >= plan_.patience;
    return step_ >= length_.steps || impatient;
  }

  // False where it was stopped on the way.
  bool RunEpoch() {
    const Clock::time_point begin = Clock::now();
    StartEpoch(code_, train_loop_, plan_, seed_, epoch_);
    if (resumed_ && resumed_->batches > 0) train_loop_.Resume(*resumed_);
    resumed_.reset();
    int64_t batch = train_loop_.pass().batches;
    const int64_t batches = std::min(train_.batches.count, length_.steps - step_ + batch);
    while (batch < batches) {
      if (options_.stop && options_.stop()) return false;
      const Clock::time_point piece = Clock::now();
      const int64_t wanted = std::min(pacer_.batches(), batches - batch);
      asked_ = step_ + wanted;
      const int64_t done = train_loop_.Run(wanted, step_, "loss", plan_.span);
      batch += done;
      step_ += done;
      pacer_.Took(done, SecondsSince(piece));
      CheckFinite();
      if (batch < batches) ShowProgress(batch);
    }
    ++epoch_;
    last_ = {epoch_, length_.epochs, step_, length_.steps, train_loop_.figures(), Validate(), SecondsSince(begin)};
    return true;
  }

  void ShowProgress(int64_t batch) {
    constexpr double kInterval = 0.05;  // seconds; the first, trial pieces are shorter
    if (!observer_.progress || SecondsSince(shown_) < kInterval) return;
    shown_ = Clock::now();
    observer_.progress({epoch_ + 1, length_.epochs, batch, train_.batches.count, step_, length_.steps,
                        train_loop_.figures(), SecondsSince(start_)});
  }

  std::optional<Figures> Validate() {
    if (!validate_loop_) return std::nullopt;
    validate_loop_->Begin(0, std::nullopt);
    validate_loop_->Run(std::numeric_limits<int64_t>::max(), step_, "validation loss", plan_.span);
    return validate_loop_->figures();
  }

  // With `patience`: remembers the best epoch's weights.
  void KeepBest() {
    if (plan_.patience == 0) {
      kept_epoch_ = epoch_;
      return;
    }
    const double loss = last_.validate ? last_.validate->loss : last_.train.loss;
    if (!(loss < best_loss_)) return;
    best_loss_ = loss;
    best_ = Parameters(&RunCode::Get);
    kept_epoch_ = epoch_;
  }

  // ---- Ends ----

  // The result is copied last, when there is room for it.
  TensorMap Finish() {
    TrainDone done = Done();
    if (!options_.out.empty()) {
      done.weights_path = directory_->weights();
      SaveWeights(done.weights_path, WithConstants(best_.empty() ? Parameters(&RunCode::View) : ViewsOf(best_)),
                  data_.classes());
      Save();
    }
    if (observer_.done) observer_.done(done);
    code_.ReleaseTemporaries();
    return WithConstants(best_.empty() ? Parameters(&RunCode::Get) : std::move(best_));
  }

  TensorMap WithConstants(TensorMap weights) {
    for (const DataConstant& constant : program_.constants) weights.emplace(constant.name, data_.Constant(constant));
    return weights;
  }

  std::nullopt_t Stop() {
    Save();
    if (observer_.stopped)
      observer_.stopped({epoch_ + 1, length_.epochs, step_, length_.steps, directory_->checkpoint()});
    return std::nullopt;
  }

  // ---- Reports ----

  TrainStart Start() const {
    const int64_t rows = plan_.data.empty() ? 0 : train_.batches.rows;
    return {plan_.name,
            TrainedNumbers(),
            rows,
            train_.batches.batch,
            train_.batches.count,
            length_.epochs,
            length_.steps,
            seed_,
            options_.codegen.threads,
            code_.seconds(),
            code_.arena_bytes(),
            resumed_step_,
            [this](const std::string& name) { return code_.Get(name); }};
  }

  TrainDone Done() const {
    return {last_,
            kept_epoch_,
            step_,
            SecondsSince(start_),
            code_.seconds(),
            code_.arena_bytes(),
            "",
            directory_->metrics(),
            directory_->checkpoint()};
  }

  const Program& program_;
  const TrainPlan& plan_;
  DataStore& data_;
  const TrainOptions& options_;
  const TrainObserver& observer_;
  int64_t seed_;
  RunLength length_;
  LoopRequest train_;
  uint64_t hash_;
  std::optional<LoopRequest> validate_;
  RunCode code_;
  SplitLoop train_loop_;
  std::optional<SplitLoop> validate_loop_;
  std::optional<RunDirectory> directory_;
  std::optional<MetricsFile> metrics_;
  Pacer pacer_;
  Clock::time_point start_, shown_;
  std::optional<FiniteWatch> watch_;
  int64_t epoch_ = 0, step_ = 0;
  int64_t asked_ = 0;  // the step that the piece which runs may come to
  int64_t resumed_step_ = 0;
  std::optional<PassState> resumed_;  // of the epoch in which a checkpoint was written
  EpochDone last_;
  double best_loss_ = std::numeric_limits<double>::infinity();
  TensorMap best_;
  int64_t kept_epoch_ = 0;
};

}  // namespace

std::optional<TensorMap> Train(const Program& program, const TrainPlan& plan, DataStore& data,
                               const TrainOptions& options, const TrainObserver& observer) {
  return Training(program, plan, data, options, observer).Run();
}

}  // namespace nnc::runtime
