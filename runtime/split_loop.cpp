#include "runtime/split_loop.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "ir/evaluate.h"
#include "runtime/fail.h"
#include "runtime/shuffle.h"

namespace nnc::runtime {

void Pacer::Took(int64_t batches, double seconds) {
  constexpr double kInterval = 0.1;  // seconds
  constexpr double kMost = 1 << 30;  // batches
  batches_ = std::max<int64_t>(
      1, static_cast<int64_t>(std::min(kMost, static_cast<double>(batches) * kInterval / std::max(seconds, 1e-9))));
}

SplitLoop::SplitLoop(RunCode& code, LoopRequest request)
    : code_(code), request_(std::move(request)), orders_(request_.sources.size()), sums_(request_.sums.size(), 0.0) {
  for (const BatchField& field : code.fields(request_.name)) {
    const Tensor& values = request_.sources[field.part].dataset->column(field.field).values;
    columns_.push_back(values.data());
    column_bytes_.push_back(values.bytes());
  }
}

void SplitLoop::Begin(int64_t number, std::optional<uint64_t> key) {
  const Batches& batches = request_.batches;
  const int64_t rows = batches.used_rows();
  for (size_t part = 0; part < orders_.size(); ++part) {
    std::optional<uint64_t> own_key = key;
    if (key && part > 0) own_key = ir::FoldKey(*key, part);
    orders_[part] = part == 0 ? Round(request_.sources[0].split->rows, number, own_key)
                              : Rounds(request_.sources[part].split->rows, number * rows, rows, own_key);
  }
  field_orders_.clear();
  for (const BatchField& field : code_.fields(request_.name)) field_orders_.push_back(orders_[field.part].data());
  std::ranges::fill(sums_, 0.0);
  batches_done_ = 0;
  state_ = {};
  state_.columns = columns_.data();
  state_.column_bytes = column_bytes_.data();
  state_.orders = field_orders_.data();
  state_.rows = batches.rows;
  state_.sums = sums_.data();
}

void SplitLoop::Resume(const PassState& pass) {
  batches_done_ = pass.batches;
  state_.position = std::min(pass.batches * request_.batches.batch, request_.batches.rows);
  state_.samples = pass.samples;
  std::ranges::copy(pass.sums, sums_.begin());
}

bool SplitLoop::Advance(int64_t batches, int64_t step) {
  state_.batches = batches;
  state_.step = step;
  state_.bad_step = -1;
  code_.RunLoop(request_.name, state_);
  batches_done_ += state_.step - step;
  return state_.bad_step < 0;
}

int64_t SplitLoop::Run(int64_t batches, int64_t step, const std::string& what, Span span) {
  if (!Advance(batches, step)) {
    const double loss = code_.Get(request_.sums.front()).number(0);
    Fail(DiagnosticKind::kNonFinite, span,
         fmt::format("the {} became {} at step {}", what, std::isnan(loss) ? "NaN" : "infinite", state_.bad_step),
         "A smaller learning rate or `clip_norm` often helps; look for a `log`, a division or a `sqrt` of what may be "
         "0.");
  }
  return state_.step - step;
}

std::vector<int64_t> SplitLoop::RowsOf(size_t part, int64_t batch) const {
  const std::vector<int64_t>& order = orders_[part];
  const int64_t rows = static_cast<int64_t>(order.size());
  const int64_t begin = std::min(rows, batch * request_.batches.batch);
  const int64_t end = std::min(rows, begin + request_.batches.batch);
  return {order.begin() + begin, order.begin() + end};
}

Figures SplitLoop::figures() const {
  Figures figures;
  figures.samples = state_.samples;
  const double samples = static_cast<double>(std::max<int64_t>(1, state_.samples));
  figures.loss = sums_[0] / samples;
  for (size_t i = 1; i < sums_.size(); ++i) figures.metrics.emplace_back(request_.sums[i], sums_[i] / samples);
  return figures;
}

}  // namespace nnc::runtime
