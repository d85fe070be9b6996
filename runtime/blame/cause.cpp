#include "runtime/blame/cause.h"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "runtime/blame/finite.h"
#include "runtime/blame/trap.h"

namespace nnc::runtime {
namespace {

class Search {
 public:
  Search(const StepCase& step, Values& values, Tracer& tracer, const Passes& passes)
      : step_(step), values_(values), tracer_(tracer), passes_(passes) {}

  std::optional<Cause> Run() {
    std::optional<Cause> first;
    for (const ir::Result& result : Ordered()) {
      const auto before = step_.arguments.find(result.name);
      const Tensor& now = values_.At(result.value);
      const int64_t element = FirstTurned(now, before == step_.arguments.end() ? nullptr : &before->second);
      if (element < 0) continue;
      Cause cause = CauseOf({{}, result.value, element});
      cause.result = result.name;
      cause.reached = now.number(element);
      if (!first || Rank(cause) < Rank(*first)) first = std::move(cause);
    }
    return first;
  }

 private:
  // Loss and metrics first: of equal causes, the first that was found is told.
  std::vector<ir::Result> Ordered() const {
    std::vector<ir::Result> results = values_.function().results();
    std::ranges::stable_partition(
        results, [&](const ir::Result& result) { return !values_.function().FindArgument(result.name); });
    return results;
  }

  static std::tuple<Pass, uint32_t, uint32_t> Rank(const Cause& cause) {
    const Place& place = cause.place;
    return {cause.pass, place.loops.empty() ? place.value.index : place.loops.front().scan.index, place.value.index};
  }

  Cause CauseOf(const Place& reached) {
    const Wrong wrong = std::isnan(tracer_.Number(reached)) ? Wrong::kNaN : Wrong::kInfinite;
    Cause cause;
    cause.place = tracer_.Birth(reached, wrong);
    if (wrong == Wrong::kNaN) ExplainNaN(cause);
    cause.pass = passes_.Of(cause.place);
    return cause;
  }

  // A NaN that was made of an infinite number: what made that is the cause, with two exceptions. A constant is there on
  // purpose. And a branch that `where` passes over harms nobody until its gradient of 0 is multiplied.
  void ExplainNaN(Cause& cause) {
    Place infinite = cause.place;
    if (!tracer_.Follow(infinite, Wrong::kInfinite)) return;
    infinite = tracer_.Birth(infinite, Wrong::kInfinite);
    const ir::Op op = tracer_.ValuesAt(infinite).function().node(infinite.value).op;
    if (op == ir::Op::kConstant || op == ir::Op::kArgument) return;
    const bool forward = passes_.Of(infinite) == Pass::kForward && passes_.Of(cause.place) == Pass::kBackward;
    if (forward && IsPassedOver(tracer_.ValuesAt(infinite), infinite.value, infinite.element)) return;
    cause.spread = std::exchange(cause.place, infinite);
  }

  const StepCase& step_;
  Values& values_;
  Tracer& tracer_;
  const Passes& passes_;
};

}  // namespace

std::optional<Cause> FindCause(const StepCase& step, Values& values, Tracer& tracer, const Passes& passes) {
  std::vector<Tensor> arguments;
  for (uint32_t i = 0; i < values.function().argument_count(); ++i) {
    arguments.push_back(step.arguments.at(values.function().nodes()[i].name));
  }
  values.Run(std::move(arguments));
  return Search(step, values, tracer, passes).Run();
}

}  // namespace nnc::runtime
