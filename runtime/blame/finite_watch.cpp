#include "runtime/blame/finite_watch.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>

#include "passes/pipeline.h"
#include "runtime/blame/finite.h"
#include "runtime/run_start.h"

namespace nnc::runtime {
namespace {

using Clock = std::chrono::steady_clock;

const ir::Function& FunctionNamed(const Program& program, const std::string& name) {
  return *program.module.Find(name);
}

Tensor Gather(const Tensor& column, const std::vector<int64_t>& rows) {
  std::vector<int64_t> shape = column.shape();
  const int64_t bytes = column.bytes() / shape[0];
  shape[0] = static_cast<int64_t>(rows.size());
  Tensor batch(column.element(), shape);
  for (size_t i = 0; i < rows.size(); ++i) {
    std::memcpy(batch.data() + static_cast<int64_t>(i) * bytes, column.data() + rows[i] * bytes,
                static_cast<size_t>(bytes));
  }
  return batch;
}

Tensor Scalar(int64_t number) {
  Tensor scalar(ir::Element::kI64, {});
  scalar.as<int64_t>()[0] = number;
  return scalar;
}

}  // namespace

FiniteWatch::FiniteWatch(const Program& program, const TrainPlan& plan, RunCode& code, SplitLoop& loop, int64_t seed,
                         int64_t step)
    : program_(program),
      plan_(plan),
      code_(code),
      loop_(loop),
      seed_(seed),
      count_(loop.request().batches.count),
      looked_(Clock::now()) {
  for (const ir::Result& result : FunctionNamed(program_, plan_.init_function).results()) {
    last_.values.emplace(result.name, code_.Get(result.name));
  }
  next_ = last_;
  Save(last_, step);
}

void FiniteWatch::Save(Snapshot& snapshot, int64_t step) const {
  snapshot.step = step;
  snapshot.pass = loop_.pass();
  for (auto& [name, value] : snapshot.values) code_.Read(name, value);
}

bool FiniteWatch::HasTurned(const TensorMap& now) const {
  return std::ranges::any_of(
      now, [&](const auto& each) { return FirstTurned(each.second, &last_.values.at(each.first)) >= 0; });
}

bool FiniteWatch::FiguresTurned(const SplitLoop& loop) const {
  return std::ranges::any_of(loop.pass().sums, [](double sum) { return !std::isfinite(sum); });
}

std::optional<StepCase> FiniteWatch::Check(int64_t step, bool now) {
  constexpr std::chrono::duration<double> kLeast{0.1};
  constexpr double kShare = 0.01;  // of the run's time, at most, for looking
  if (FiguresTurned(loop_)) return Find(step);
  const Clock::time_point begin = Clock::now();
  if (!now && begin - looked_ < std::max(kLeast, took_ / kShare)) return std::nullopt;
  Save(next_, step);
  if (HasTurned(next_.values)) return Find(step);
  std::swap(last_, next_);
  looked_ = Clock::now();
  took_ = looked_ - begin;
  return std::nullopt;
}

void FiniteWatch::Rewind() {
  for (const auto& [name, value] : last_.values) code_.Set(name, value);
  if (last_.step % count_ == 0) return;  // the next step begins an epoch
  StartEpoch(code_, loop_, plan_, seed_, last_.step / count_);
  loop_.Resume(last_.pass);
}

void FiniteWatch::BeginStep(int64_t step) {
  if (step % count_ == 0) StartEpoch(code_, loop_, plan_, seed_, step / count_);
}

bool FiniteWatch::RunStep(int64_t step) {
  if (!loop_.Advance(1, step) || FiguresTurned(loop_)) return false;
  Save(next_, step + 1);
  return !HasTurned(next_.values);
}

std::optional<StepCase> FiniteWatch::Find(int64_t step) {
  Rewind();
  Snapshot before = last_;
  for (int64_t each = last_.step; each < step; ++each) {
    BeginStep(each);
    Save(before, each);
    if (RunStep(each)) continue;
    for (const auto& [name, value] : before.values) code_.Set(name, value);
    return CaseOf(loop_, plan_.step_function, each % count_, each);
  }
  return std::nullopt;
}

std::optional<StepCase> FiniteWatch::FindValidation(SplitLoop& loop, int64_t step) {
  loop.Begin(0, std::nullopt);
  for (int64_t batch = 0; batch < loop.request().batches.count; ++batch) {
    if (loop.Advance(1, step) && !FiguresTurned(loop)) continue;
    StepCase found = CaseOf(loop, plan_.eval_function, batch, step);
    found.validation = true;
    return found;
  }
  return std::nullopt;
}

StepCase FiniteWatch::CaseOf(const SplitLoop& loop, const std::string& function, int64_t batch, int64_t step) const {
  const LoopRequest& request = loop.request();
  const bool tail = request.batches.tail > 0 && batch + 1 == request.batches.count;
  StepCase found;
  found.run = plan_.name;
  found.step = step;
  found.epoch = step / count_ + 1;
  found.batch = tail ? request.batches.tail : request.batches.batch;
  found.function = passes::Optimize(FunctionNamed(program_, function));
  for (size_t part = 0; part < request.sources.size(); ++part) {
    found.rows.push_back({request.sources[part].dataset->name, loop.RowsOf(part, batch)});
  }
  for (const BatchField& field : code_.fields(request.name)) {
    const Tensor& column = request.sources[field.part].dataset->column(field.field).values;
    found.arguments.emplace(field.name, Gather(column, found.rows[field.part].rows));
  }
  found.arguments.emplace("step", Scalar(step));
  for (uint32_t i = 0; i < found.function.argument_count(); ++i) {
    const std::string& name = found.function.nodes()[i].name;
    if (!found.arguments.contains(name)) found.arguments.emplace(name, code_.Get(name));
  }
  return found;
}

}  // namespace nnc::runtime
