#include "runtime/trainer.h"

#include <fmt/format.h>

#include <chrono>
#include <limits>
#include <set>

#include "ir/evaluate.h"
#include "runtime/fail.h"
#include "runtime/files.h"
#include "runtime/metrics_file.h"
#include "runtime/run_code.h"
#include "runtime/split_loop.h"
#include "runtime/weights.h"

namespace nnc::runtime {
namespace {

using Clock = std::chrono::steady_clock;

double SecondsSince(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

// Keeps the epochs' shuffles apart from what the step draws from the same seed.
constexpr uint64_t kShuffleStream = 0x65706F6368;  // "epoch"

uint64_t ShuffleKey(int64_t seed, int64_t epoch) {
  return ir::FoldKey(ir::FoldKey(static_cast<uint64_t>(seed), kShuffleStream), static_cast<uint64_t>(epoch));
}

std::vector<std::string> FigureNames(const TrainPlan& plan) {
  std::vector<std::string> names = {"loss"};
  names.insert(names.end(), plan.metrics.begin(), plan.metrics.end());
  return names;
}

// How long a run trains.
struct Length {
  int64_t epochs = 0, steps = 0;
};

// Command line before plan; steps without data count as rows of one epoch.
Length LengthOf(const TrainPlan& plan, const TrainOptions& options) {
  if (options.steps) return {0, *options.steps};
  if (options.epochs) return {*options.epochs, 0};
  return {plan.epochs, plan.steps};
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
        train_(TrainRequest()),
        validate_(ValidateRequest()),
        code_(program, Requests(), {plan.init_function}, options.codegen),
        train_loop_(code_, train_, SplitOf(plan.data, plan.train_split)) {
    if (validate_) validate_loop_.emplace(code_, *validate_, SplitOf(plan.validate, plan.validate_split));
  }

  TensorMap Run() {
    SetInitialValues();
    MetricsFile metrics(options_.out);
    if (observer_.start) observer_.start(Start());
    start_ = Clock::now();
    while (step_ < length_.steps) {
      RunEpoch();
      metrics.Append(last_);
      if (observer_.epoch) observer_.epoch(last_);
      if (KeepBest()) break;
    }
    TensorMap weights = best_.empty() ? Parameters() : std::move(best_);
    TrainDone done = Done(metrics.path());
    for (const DataConstant& constant : program_.constants) weights.emplace(constant.name, data_.Constant(constant));
    if (!options_.out.empty()) {
      done.weights_path = options_.out + "/weights.safetensors";
      SaveWeights(done.weights_path, weights, data_.class_names());
    }
    if (observer_.done) observer_.done(done);
    return weights;
  }

 private:
  // ---- What is compiled ----

  const Dataset* DatasetOf(const std::string& name) { return name.empty() ? nullptr : &data_.Load(name); }
  const Split* SplitOf(const std::string& name, const std::string& split) {
    return name.empty() ? nullptr : &DatasetOf(name)->split(split);
  }

  LoopRequest TrainRequest() {
    length_ = LengthOf(plan_, options_);
    const Split* split = SplitOf(plan_.data, plan_.train_split);
    if (split == nullptr) {
      if (length_.steps <= 0) {
        Fail(DiagnosticKind::kMissingSetting, plan_.span,
             fmt::format("`{}` has no data, so it needs `steps`", plan_.name),
             "An epoch is a pass over data. Write `steps = n`, or give --steps.");
      }
      length_.epochs = 1;
      return {plan_.name + ".train", plan_.step_function, nullptr, PlanBatches(length_.steps, 1, false),
              FigureNames(plan_)};
    }
    const Batches batches = PlanBatches(static_cast<int64_t>(split->rows.size()), plan_.batch, plan_.drop_last);
    CompleteLength(batches.count);
    return {plan_.name + ".train", plan_.step_function, DatasetOf(plan_.data), batches, FigureNames(plan_)};
  }

  // Epochs from steps and the other way round.
  void CompleteLength(int64_t batches) {
    if (length_.steps > 0) {
      length_.epochs = (length_.steps - 1) / batches + 1;
    } else if (length_.epochs <= 0 || __builtin_mul_overflow(length_.epochs, batches, &length_.steps)) {
      Fail(DiagnosticKind::kMissingSetting, plan_.span, fmt::format("`{}` does not say how long to train", plan_.name),
           "Write `epochs = n` or `steps = n`, or give --epochs.");
    }
  }

  std::optional<LoopRequest> ValidateRequest() {
    const Split* split = SplitOf(plan_.validate, plan_.validate_split);
    if (split == nullptr) return std::nullopt;
    const Batches batches = PlanBatches(static_cast<int64_t>(split->rows.size()), plan_.batch, false);
    return LoopRequest{plan_.name + ".validate", plan_.eval_function, DatasetOf(plan_.validate), batches,
                       FigureNames(plan_)};
  }

  std::vector<LoopRequest> Requests() const {
    std::vector<LoopRequest> requests = {train_};
    if (validate_) requests.push_back(*validate_);
    return requests;
  }

  // ---- Values ----

  void SetInitialValues() {
    code_.SetScalar("seed", seed_);
    code_.SetScalar("steps", length_.steps);
    code_.SetScalar("epochs", length_.epochs);
    code_.Run(plan_.init_function);
    for (const auto& [name, value] : options_.weights) code_.Set(name, value);
    for (const DataConstant& constant : program_.constants) {
      if (code_.Holds(constant.name)) code_.Set(constant.name, data_.Constant(constant));
    }
  }

  TensorMap Parameters() const {
    TensorMap values;
    for (const Parameter& parameter : program_.parameters) values.emplace(parameter.name, code_.Get(parameter.name));
    return values;
  }

  int64_t TrainedNumbers() const {
    const ir::Function& step = *program_.module.Find(plan_.step_function);
    std::set<std::string> written;
    for (const ir::Result& result : step.results()) written.insert(result.name);
    int64_t count = 0;
    for (const Parameter& parameter : program_.parameters) {
      if (parameter.trained && written.contains(parameter.name)) count += parameter.type.elements();
    }
    return count;
  }

  // ---- Epochs ----

  void RunEpoch() {
    const Clock::time_point begin = Clock::now();
    code_.SetScalar("epoch", epoch_);
    train_loop_.Begin(plan_.shuffle && plan_.data != "", ShuffleKey(seed_, epoch_), plan_.drop_last);
    int64_t batch = 0;
    const int64_t batches = std::min(train_.batches.count, length_.steps - step_);
    while (batch < batches) {
      const Clock::time_point piece = Clock::now();
      const int64_t done = train_loop_.Run(std::min(pacer_.batches(), batches - batch), step_, "loss", plan_.span);
      batch += done;
      step_ += done;
      pacer_.Took(done, SecondsSince(piece));
      if (batch < batches) ShowProgress(batch);
    }
    ++epoch_;
    last_ = {epoch_, length_.epochs, step_, length_.steps, train_loop_.figures(), Validate(), SecondsSince(begin)};
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
    validate_loop_->Begin(false, 0, false);
    validate_loop_->Run(std::numeric_limits<int64_t>::max(), step_, "validation loss", plan_.span);
    return validate_loop_->figures();
  }

  // With `patience`: remembers the best epoch's weights. Returns whether to stop.
  bool KeepBest() {
    kept_epoch_ = plan_.patience > 0 ? kept_epoch_ : epoch_;
    if (plan_.patience == 0) return false;
    const double loss = last_.validate ? last_.validate->loss : last_.train.loss;
    if (loss < best_loss_) {
      best_loss_ = loss;
      best_ = Parameters();
      kept_epoch_ = epoch_;
    }
    return epoch_ - kept_epoch_ >= plan_.patience;
  }

  // ---- Reports ----

  TrainStart Start() const {
    const int64_t rows = plan_.data.empty() ? 0 : train_.batches.rows;
    return {plan_.name,         TrainedNumbers(), rows,  train_.batches.batch,     train_.batches.count,
            length_.epochs,     length_.steps,    seed_, options_.codegen.threads, code_.seconds(),
            code_.arena_bytes()};
  }

  TrainDone Done(const std::string& metrics_path) const {
    return {last_, kept_epoch_, step_, SecondsSince(start_), code_.seconds(), code_.arena_bytes(), "", metrics_path};
  }

  const Program& program_;
  const TrainPlan& plan_;
  DataStore& data_;
  const TrainOptions& options_;
  const TrainObserver& observer_;
  int64_t seed_;
  Length length_;
  LoopRequest train_;
  std::optional<LoopRequest> validate_;
  RunCode code_;
  SplitLoop train_loop_;
  std::optional<SplitLoop> validate_loop_;
  Pacer pacer_;
  Clock::time_point start_, shown_;
  int64_t epoch_ = 0, step_ = 0;
  EpochDone last_;
  double best_loss_ = std::numeric_limits<double>::infinity();
  TensorMap best_;
  int64_t kept_epoch_ = 0;
};

}  // namespace

TensorMap Train(const Program& program, const TrainPlan& plan, DataStore& data, const TrainOptions& options,
                const TrainObserver& observer) {
  return Training(program, plan, data, options, observer).Run();
}

}  // namespace nnc::runtime
