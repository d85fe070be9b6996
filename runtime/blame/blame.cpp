#include "runtime/blame/blame.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "runtime/blame/cause.h"
#include "runtime/blame/cures.h"
#include "runtime/blame/elements_read.h"
#include "runtime/blame/number_text.h"
#include "runtime/blame/trap.h"

namespace nnc::runtime {
namespace {

constexpr Cure kPassedOver = {
    "`where` takes its other branch here, so that the gradient that comes in is 0; but the derivative of the branch "
    "that "
    "is not taken is infinite, and 0 times infinity is NaN",
    "Keep that branch finite too, by choosing its operand first: `where(c, f(where(c, x, 1.0)), 0.0)` for "
    "`where(c, f(x), 0.0)`."};
constexpr Cure kZeroTimesInfinity = {
    "the gradient that comes in is 0, but the derivative is infinite, and 0 times infinity is NaN",
    "Keep the operand away from where its derivative is infinite. In a branch that `where` passes over, choose the "
    "operand first: `where(c, f(where(c, x, 1.0)), 0.0)` for `where(c, f(x), 0.0)`."};

std::string_view Became(double number) { return std::isnan(number) ? "NaN" : "infinite"; }

class Report {
 public:
  Report(const StepCase& step, Tracer& tracer, const Passes& passes, const Cause& cause)
      : step_(step),
        tracer_(tracer),
        passes_(passes),
        cause_(cause),
        place_(cause.place),
        values_(tracer.ValuesAt(cause.place)),
        node_(values_.function().node(place_.value)) {}

  Diagnostic Write() {
    Diagnostic diagnostic;
    diagnostic.kind = DiagnosticKind::kNonFinite;
    diagnostic.span = node_.span;
    diagnostic.message = Message();
    const Cure cure = FindCure();
    diagnostic.help = cure.help;
    diagnostic.AddNote({}, std::string(cure.cause));
    diagnostic.AddNote({}, Where());
    for (size_t i = 0; i < node_.operands.size(); ++i) {
      if (!values_.function().type(node_.operands[i]).is_tuple()) diagnostic.AddNote({}, OperandText(i));
    }
    if (cause_.spread) AddSpread(diagnostic);
    return diagnostic;
  }

 private:
  // ---- The message ----

  std::string Message() {
    const std::string number = NumberText(tracer_.Number(place_), node_.type.element);
    std::string arose = fmt::format("`{}` gave {} in {} at", ir::InfoOf(node_.op).mnemonic, number, PassText(place_));
    if (node_.op == ir::Op::kArgument) arose = fmt::format("`{}` was {} before", node_.name, number);
    return fmt::format("{} step {}: {} became {}", arose, step_.step, ResultText(), Became(cause_.reached));
  }

  std::string PassText(const Place& place) const {
    switch (passes_.Of(place)) {
      case Pass::kForward:
        return "the forward pass";
      case Pass::kBackward: {
        const auto& origin = tracer_.ValuesAt(place).function().node(place.value).origin;
        return origin ? fmt::format("the backward pass of `{}`", ir::InfoOf(origin->rule).mnemonic)
                      : "the backward pass";
      }
      case Pass::kUpdate:
        return "the optimizer's update";
    }
    return "";
  }

  std::string ResultText() const {
    if (cause_.result == "loss") return step_.validation ? "the validation loss" : "the loss";
    const bool metric = !step_.function.FindArgument(cause_.result);
    return fmt::format("{}`{}`", metric ? "the metric " : "", cause_.result);
  }

  // ---- Why ----

  Cure FindCure() {
    const std::vector<double> own = ElementsOf(place_.value, place_.element);
    switch (passes_.Of(place_)) {
      case Pass::kForward:
        return CureOfValue(node_.op, own);
      case Pass::kUpdate:
        return CureOfUpdate(node_.op, own);
      case Pass::kBackward:
        break;
    }
    // What a loop's body goes back from is another body, whose nodes are not at hand.
    const ir::Value forward = node_.origin ? node_.origin->forward : ir::Value{};
    const bool known = forward.valid() && values_.function().type(forward).shape == node_.type.shape;
    const bool nan = std::isnan(tracer_.Number(place_));
    if (known && (nan || cause_.spread) && IsPassedOver(values_, forward, place_.element)) return kPassedOver;
    if (nan && std::ranges::count(own, 0.0) > 0) return kZeroTimesInfinity;
    if (!node_.origin) return CureOfValue(node_.op, own);
    std::vector<double> operands = known ? ElementsOf(forward, place_.element) : std::vector<double>{};
    const bool by_zero = node_.op == ir::Op::kDiv && own.back() == 0;
    if (operands.empty() && by_zero) operands = {0, 0};
    return CureOfGradient(node_.origin->rule, operands);
  }

  // The operands' numbers at an element of an elementwise op; of another op, none.
  std::vector<double> ElementsOf(ir::Value value, int64_t element) {
    const ir::Node& node = values_.function().node(value);
    std::vector<double> numbers;
    if (!ir::IsElementwise(node.op)) return numbers;
    for (size_t i = 0; i < node.operands.size(); ++i) {
      for (const int64_t read : ElementsRead(values_, value, i, element)) {
        numbers.push_back(values_.At(node.operands[i]).number(read));
      }
    }
    return numbers;
  }

  // ---- Where ----

  std::string Where() {
    std::string text = fmt::format("step {} of `{}`, in epoch {}", step_.step, step_.run, step_.epoch);
    if (step_.validation) text = fmt::format("validation of `{}` after {} steps", step_.run, step_.step);
    for (const Place::Frame& frame : place_.loops) text += fmt::format("; iteration {} of a loop", frame.iteration);
    if (node_.type.is_scalar()) return text;
    const Index index = IndexOf(place_.element, ir::Values(node_.type.shape));
    return text + fmt::format("; element [{}] of {}{}", fmt::join(index, ", "), ToString(node_.type),
                              SampleText(place_.value, index));
  }

  // ", sample 3 of the batch (row 7 of `d`)". Samples are along the first axis that grows with the batch. Where each
  // has several places on it, they follow one another.
  std::string SampleText(ir::Value value, const Index& index) const {
    const ir::Shape& symbolic = values_.symbolic().type(value).shape;
    for (size_t axis = 0; axis < symbolic.size(); ++axis) {
      const int64_t size = values_.function().type(value).shape[axis].value();
      const bool grows = std::ranges::count(symbolic[axis].variables(), "B") > 0 && size % step_.batch == 0;
      if (!grows || step_.rows.empty()) continue;
      const int64_t sample = index[axis] / (size / step_.batch);
      std::vector<std::string> rows;
      for (const BatchRows& part : step_.rows) {
        rows.push_back(fmt::format("row {} of `{}`", part.rows[static_cast<size_t>(sample)], part.data));
      }
      return fmt::format(", sample {} of the batch ({})", sample, fmt::join(rows, ", "));
    }
    return "";
  }

  // ---- Operands ----

  std::string OperandText(size_t number) {
    const ir::Value operand = node_.operands[number];
    const Tensor& tensor = values_.At(operand);
    const std::string name = NameOf(values_.function().node(operand));
    std::string text =
        fmt::format("operand {}{}: {}, {}", number + 1, name, ToString(tensor.type()), RangeText(tensor));
    const std::vector<int64_t> read = ElementsRead(values_, place_.value, number, place_.element);
    if (read.empty() || tensor.rank() == 0) return text;
    const auto magnitude = [&](int64_t element) { return std::abs(tensor.number(element)); };
    const int64_t greatest = *std::ranges::max_element(read, {}, magnitude);
    text += fmt::format("; here {}", NumberText(tensor.number(greatest), tensor.element()));
    if (ir::IsElementwise(node_.op)) return text;
    const Index index = IndexOf(greatest, tensor.shape());
    return text + fmt::format(" at [{}]{}", fmt::join(index, ", "), SampleText(operand, index));
  }

  // ", `net.fc1.weight`" of an argument of the step, ", the gradient of ..." of one; else nothing.
  std::string NameOf(const ir::Node& node) const {
    if (!place_.loops.empty()) return "";
    if (node.op == ir::Op::kArgument) return fmt::format(", `{}`", node.name);
    const std::string_view of = node.name.starts_with("d.") ? std::string_view(node.name).substr(2) : "";
    return step_.function.FindArgument(of) ? fmt::format(", the gradient of `{}`", of) : "";
  }

  void AddSpread(Diagnostic& diagnostic) {
    const Place& spread = *cause_.spread;
    const ir::Node& node = tracer_.ValuesAt(spread).function().node(spread.value);
    diagnostic.AddNote(node.span,
                       fmt::format("it became NaN by `{}` in {}", ir::InfoOf(node.op).mnemonic, PassText(spread)));
  }

  const StepCase& step_;
  Tracer& tracer_;
  const Passes& passes_;
  const Cause& cause_;
  const Place& place_;
  Values& values_;
  const ir::Node& node_;
};

}  // namespace

std::optional<Diagnostic> Blame(const StepCase& step, const codegen::Options& options) {
  Values values(step.function, step.batch, options);
  Tracer tracer(values);
  const Passes passes(values.function());
  const std::optional<Cause> cause = FindCause(step, values, tracer, passes);
  if (!cause) return std::nullopt;
  return Report(step, tracer, passes, *cause).Write();
}

}  // namespace nnc::runtime
