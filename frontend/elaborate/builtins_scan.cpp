// (h, ys) = scan(fn (h, x) { ... return (h, y) }, init: h0, over: xs)
#include <fmt/format.h>

#include <functional>

#include "frontend/elaborate/builtins.h"
#include "frontend/elaborate/loop_body.h"
#include "frontend/elaborate/provenance.h"
#include "ir/scan.h"

namespace nnc {
namespace {

using ir::Op;
constexpr size_t kFunction = 0, kInit = 1, kOver = 2, kCheckpoint = 3;

// `value` with each part, through nested tuples, replaced by what `map` gives for it.
Value MapParts(const Value& value, const std::function<Value(const Value&)>& map) {
  const std::vector<Value>* elements = value.AsTuple();
  if (elements == nullptr) return map(value);
  std::vector<Value> mapped;
  for (const Value& element : *elements) mapped.push_back(MapParts(element, map));
  return Value::Tuple(std::move(mapped));
}

// While it lives, random numbers depend on the iteration too.
class KeysOfIteration {
 public:
  KeysOfIteration(Context& context, ir::Value iteration)
      : context_(context), make_key_(context.make_key), key_(context.key) {
    ++context.loops;
    context.key = {};
    if (make_key_ == nullptr) return;
    context.make_key = [this, iteration] {
      ir::Builder& build = context_.graph->builder();
      if (!key_.valid()) key_ = make_key_();
      return build.FoldIn(key_, build.Cast(iteration, ir::Element::kI64));
    };
  }
  ~KeysOfIteration() {
    --context_.loops;
    context_.make_key = std::move(make_key_);
    context_.key = key_;
  }
  KeysOfIteration(const KeysOfIteration&) = delete;

 private:
  Context& context_;
  std::function<ir::Value()> make_key_;  // of the code around the loop
  ir::Value key_;
};

class ScanCall {
 public:
  explicit ScanCall(BuiltinCall& call) : call_(call), elaborator_(call.elaborator), frame_(call.frame) {}

  Value Run() {
    auto checkpoint = call_.given(kCheckpoint) ? elaborator_.WantBool(frame_, call_.at(kCheckpoint),
                                                                      call_.value(kCheckpoint), "`checkpoint`")
                                               : std::optional(false);
    if (!call_.value(kFunction).is_callable()) {
      return FailAt(
          call_, kFunction, DiagnosticKind::kTypeMismatch,
          fmt::format("`scan` needs a function, not {}", elaborator_.Describe(frame_, call_.value(kFunction))),
          "write `fn (h, x) { ... return (h, y) }`");
    }
    if (!checkpoint || frame_.context->graph == nullptr) return checkpoint ? NeedsGraph() : Value();
    scan_.checkpoint = *checkpoint;
    Value init = Tensors(kInit, initial_), over = Tensors(kOver, over_);
    if (!init_is_good_ || !FindLength()) return {};
    Value before = MapParts(init, [&](const Value& part) { return Input(kInit, elaborator_.TypeOf(frame_, part)); });
    Value slices = MapParts(over, [&](const Value& part) { return Input(kOver, SliceType(part)); });
    ir::Value iteration = *Input(kOver, ir::Element::kI32).AsTensor();
    Value result = CallBody(before, slices, iteration);
    if (result.poison() || !TakeResult(before, result)) return {};
    return Append(init, (*result.AsTuple())[1]);
  }

 private:
  ir::Builder& build() { return frame_.graph().builder(); }

  Value NeedsGraph() { return ApplyAt(call_, Op::kIota, {}); }  // reports that nothing can be computed here

  // Argument `i` with its parts as tensors, which are added to `list`.
  Value Tensors(size_t i, std::vector<ir::Value>& list) {
    return MapParts(call_.value(i), [&](const Value& part) {
      Value tensor = elaborator_.ToTensor(frame_, call_.at(i), part);
      init_is_good_ &= !tensor.poison();
      if (!tensor.poison()) list.push_back(*tensor.AsTensor());
      return tensor;
    });
  }

  // The first axis that all of `over` have in common.
  bool FindLength() {
    for (ir::Value stack : over_) {
      const ir::Type type = TypeAt(call_, stack);
      if (type.is_scalar()) {
        FailAt(call_, kOver, DiagnosticKind::kRankMismatch,
               fmt::format("`scan` steps along the first axis, but {} has none", ir::ToString(type)));
        return false;
      }
      if (type.shape[0] == TypeAt(call_, over_[0]).shape[0]) continue;
      Diagnostic& diagnostic =
          elaborator_.Report(frame_, DiagnosticKind::kShapeMismatch, call_.at(kOver),
                             fmt::format("`scan` over {} and {}: their first axes differ",
                                         ir::ToString(TypeAt(call_, over_[0])), ir::ToString(type)));
      for (ir::Value disagreeing : {over_[0], stack}) {
        DimOrigin origin = OriginOf(frame_.graph(), disagreeing, 0);
        diagnostic.AddNote(origin.span, origin.text);
      }
      return false;
    }
    if (over_.empty()) {
      FailAt(call_, kOver, DiagnosticKind::kTypeMismatch, "`scan` over nothing", "count with `over: arange(n)`");
      return false;
    }
    scan_.length = TypeAt(call_, over_[0]).shape[0];
    scan_.carries = initial_.size();
    return true;
  }

  ir::Type SliceType(const Value& stack) {
    ir::Type type = elaborator_.TypeOf(frame_, stack);
    type.shape.erase(type.shape.begin());
    return type;
  }

  Value Input(size_t argument, const ir::Type& type) {
    inputs_.push_back(frame_.graph().AddPlaceholder(type, call_.at(argument)));
    return Value::Tensor(inputs_.back());
  }

  Value CallBody(const Value& before, const Value& slices, ir::Value iteration) {
    KeysOfIteration keys(*frame_.context, iteration);
    Value result = elaborator_.Call(call_.value(kFunction),
                                    {{"", before, call_.at(kInit)}, {"", slices, call_.at(kOver)}}, call_.span, frame_);
    const std::vector<Value>* pair = result.AsTuple();
    if (result.poison() || (pair != nullptr && pair->size() == 2)) return result;
    return FailAt(
        call_, kFunction, DiagnosticKind::kTypeMismatch,
        fmt::format("the function of `scan` gives a carry and an output, not {}", elaborator_.Describe(frame_, result)),
        "end it with `return (h, y)`, or `return (h, h)` if all carries are wanted");
  }

  // Finds the next carries and the outputs among the parts of what the body gave.
  bool TakeResult(const Value& before, const Value& result) {
    const std::vector<Value>& pair = *result.AsTuple();
    if (!TakeCarry(before, pair[0])) return false;
    bool good = true;
    MapParts(pair[1], [&](const Value& part) {
      Value tensor = elaborator_.ToTensor(frame_, call_.at(kFunction), part);
      good &= !tensor.poison();
      if (!tensor.poison()) results_.push_back(*tensor.AsTensor());
      return tensor;
    });
    return good;
  }

  bool TakeCarry(const Value& before, const Value& after) {
    const std::vector<Value>*parts = before.AsTuple(), *next = after.AsTuple();
    if (parts != nullptr || next != nullptr) {
      if (parts == nullptr || next == nullptr || parts->size() != next->size()) return ReportCarry(before, after);
      for (size_t i = 0; i < parts->size(); ++i) {
        if (!TakeCarry((*parts)[i], (*next)[i])) return false;
      }
      return true;
    }
    const ir::Type type = elaborator_.TypeOf(frame_, before);
    Value tensor = elaborator_.ToTensor(frame_, call_.at(kFunction), after, type.element);
    if (tensor.poison()) return false;
    if (elaborator_.TypeOf(frame_, tensor) != type) return ReportCarry(before, tensor);
    results_.push_back(*tensor.AsTensor());
    return true;
  }

  bool ReportCarry(const Value& before, const Value& after) {
    const ir::Value* tensor = before.AsTensor();
    std::string_view name = tensor ? frame_.graph().NameOf(*tensor) : std::string_view();
    elaborator_
        .Report(frame_, DiagnosticKind::kTypeMismatch, call_.at(kFunction),
                fmt::format("the carry{} is {} before an iteration and {} after it",
                            name.empty() ? "" : fmt::format(" `{}`", name), elaborator_.Describe(frame_, before),
                            elaborator_.Describe(frame_, after)))
        .Help("`init` must have the type that the function returns")
        .AddNote(call_.at(kInit), "the initial value is here");
    return false;
  }

  // The iteration is the last input; it is scanned too if anything reads it.
  Value Append(const Value& init, const Value& output) {
    std::vector<ir::Value> operands = initial_;
    operands.insert(operands.end(), over_.begin(), over_.end());
    LoopBody body = CutLoopBody(frame_.graph(), inputs_, scan_.carries, results_);
    if (ir::UseCounts(body.function)[operands.size()] > 0) {
      operands.push_back(build().Iota({scan_.length}, 0));
    } else {
      inputs_.pop_back();
      body = CutLoopBody(frame_.graph(), inputs_, scan_.carries, results_);
    }
    scan_.scanned = operands.size() - scan_.carries;
    operands.insert(operands.end(), body.captures.begin(), body.captures.end());
    scan_.body = std::make_shared<const ir::Function>(std::move(body.function));
    build().span = UserSpan(frame_, call_.span);
    ir::Value scan = ir::AppendScan(build(), scan_, operands);
    size_t next = 0;
    auto part = [&](const Value&) { return Value::Tensor(build().Part(scan, next++)); };
    Value last = MapParts(init, part);
    return Value::Tuple({last, MapParts(output, part)});
  }

  BuiltinCall& call_;
  Elaborator& elaborator_;
  Frame& frame_;
  ir::ScanParts scan_;
  std::vector<ir::Value> initial_, over_;  // the parts of `init` and `over`
  std::vector<ir::Value> inputs_;          // placeholders for carries, slices and the iteration
  std::vector<ir::Value> results_;         // next carries and outputs
  bool init_is_good_ = true;
};

Value CallScan(BuiltinCall& call) { return ScanCall(call).Run(); }

}  // namespace

std::vector<Builtin> LoopBuiltins() {
  return {{"scan", {{"f"}, {"init", true, true}, {"over", true, true}, {"checkpoint", false, true}}, CallScan}};
}

}  // namespace nnc
