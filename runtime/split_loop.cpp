#include "runtime/split_loop.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "runtime/fail.h"

namespace nnc::runtime {

void Pacer::Took(int64_t batches, double seconds) {
  constexpr double kInterval = 0.1;  // seconds
  constexpr double kMost = 1 << 30;  // batches
  batches_ = std::max<int64_t>(
      1, static_cast<int64_t>(std::min(kMost, static_cast<double>(batches) * kInterval / std::max(seconds, 1e-9))));
}

SplitLoop::SplitLoop(RunCode& code, const LoopRequest& request, const Split* split)
    : code_(code), name_(request.name), sum_names_(request.sums), sums_(request.sums.size(), 0.0) {
  rows_ = split != nullptr ? split->rows : std::vector<int64_t>(static_cast<size_t>(request.batches.rows), 0);
  for (const std::string& field : code.fields(name_)) columns_.push_back(request.dataset->column(field).values.data());
}

void SplitLoop::Begin(bool shuffle, uint64_t key, bool drop_last) {
  order_ = rows_;
  std::fill(sums_.begin(), sums_.end(), 0.0);
  state_ = {};
  state_.columns = columns_.data();
  state_.order = order_.data();
  state_.rows = static_cast<int64_t>(order_.size());
  state_.shuffle = shuffle;
  state_.shuffle_key = static_cast<int64_t>(key);
  state_.drop_last = drop_last;
  state_.sums = sums_.data();
}

int64_t SplitLoop::Run(int64_t batches, int64_t step, const std::string& what, Span span) {
  state_.batches = batches;
  state_.step = step;
  code_.RunLoop(name_, state_);
  if (state_.bad_step >= 0) {
    const double loss = code_.Get(sum_names_.front()).number(0);
    Fail(DiagnosticKind::kNonFinite, span,
         fmt::format("the {} became {} at step {}", what, std::isnan(loss) ? "NaN" : "infinite", state_.bad_step),
         "A smaller learning rate or `clip_norm` often helps; look for a `log`, a division or a `sqrt` of what may be "
         "0.");
  }
  return state_.step - step;
}

Figures SplitLoop::figures() const {
  Figures figures;
  figures.samples = state_.samples;
  const double samples = static_cast<double>(std::max<int64_t>(1, state_.samples));
  figures.loss = sums_[0] / samples;
  for (size_t i = 1; i < sums_.size(); ++i) figures.metrics.emplace_back(sum_names_[i], sums_[i] / samples);
  return figures;
}

}  // namespace nnc::runtime
