#include "frontend/elaborate/minimize.h"

#include <fmt/format.h>

#include <map>

#include "frontend/elaborate/blocks.h"
#include "frontend/elaborate/builtin.h"
#include "frontend/elaborate/gradient.h"
#include "frontend/elaborate/parameter_set.h"
#include "frontend/elaborate/update_count.h"

namespace nnc {
namespace {

using ir::Element;
using ir::Op;

class MinimizeStep {
 public:
  MinimizeStep(Elaborator& elaborator, Frame& frame, StepGraphs& graphs, const MinimizeLine& line, size_t index)
      : elaborator_(elaborator),
        frame_(frame),
        graphs_(graphs),
        line_(line),
        prefix_(index == 0 ? "" : fmt::format("minimize{}.", index + 1)) {}

  void Run(const TrainPlan& plan) {
    auto loss = WantObjective(elaborator_, frame_, LossSpan(), line_.loss);
    if (!loss) return;
    loss_ = *loss;
    reached_ = DifferentiableInputs(frame_.graph().function(), loss_);
    one_ = elaborator_.ToTensor(frame_, LossSpan(), Value(1.0), frame_.graph().function().type(loss_).element);
    std::vector<Target> targets;
    for (const MinimizeLine::Group& group : line_.groups) {
      if (!AddTargets(group, targets)) return;
    }
    if (targets.empty()) return;
    UpdateCount count = CountUpdates(elaborator_, frame_, LossSpan(), plan.accumulate);
    if (plan.accumulate > 1) Accumulate(targets, count);
    Clip(targets, plan.clip_norm);
    Update(targets, count);
  }

 private:
  struct Target {
    ParameterPtr parameter;
    const OptimizerValue* optimizer;
    ir::Value gradient;
  };

  Span LossSpan() const { return line_.node->loss->span; }

  bool AddTargets(const MinimizeLine::Group& group, std::vector<Target>& targets) {
    auto* optimizer = group.optimizer.As<OptimizerValue>();
    if (!optimizer) {
      if (!group.optimizer.poison()) {
        elaborator_
            .Report(frame_, DiagnosticKind::kTypeMismatch, group.node->optimizer->span,
                    fmt::format("`using` needs an optimizer, not {}", elaborator_.Describe(frame_, group.optimizer)))
            .Help("call one with its arguments: `using adam(lr: 1e-3)`");
      }
      return false;
    }
    auto parameters = group.over ? Chosen(group) : Reached(group);
    if (!parameters) return false;
    for (const ParameterPtr& parameter : *parameters) {
      if (!IsNew(parameter, group)) return false;
      Value gradient = Gradient(parameter, group);
      if (gradient.poison()) return false;
      targets.push_back({parameter, optimizer, *gradient.AsTensor()});
    }
    return true;
  }

  // The parameters that `over` names.
  std::optional<std::vector<ParameterPtr>> Chosen(const MinimizeLine::Group& group) {
    if (group.over->poison()) return std::nullopt;
    Span span = group.node->over->span;
    std::vector<ParameterPtr> chosen;
    Value set = TrainedParameters(*group.over);
    if (set.AsSet()) {
      for (const ParameterSet::Entry& entry : set.AsSet()->entries) chosen.push_back(entry.parameter);
    } else if (ParameterPtr parameter = ParameterBehind(*group.over)) {
      chosen.push_back(parameter);
    } else {
      elaborator_
          .Report(frame_, DiagnosticKind::kTypeMismatch, span,
                  fmt::format("`over` needs parameters, not {}", elaborator_.Describe(frame_, *group.over)))
          .Help("write `over net.params`");
      return std::nullopt;
    }
    return chosen;
  }

  // The parameter whose current value a tensor is, or null: `over net.fc1.weight` evaluates to its tensor.
  ParameterPtr ParameterBehind(const Value& value) {
    const ir::Value* tensor = value.AsTensor();
    for (const ParameterPtr& parameter : elaborator_.parameters()) {
      if (tensor && !parameter->buffer && *Read(parameter).AsTensor() == *tensor) return parameter;
    }
    return nullptr;
  }

  // Without `over`: every parameter that the loss depends on.
  std::optional<std::vector<ParameterPtr>> Reached(const MinimizeLine::Group& group) {
    if (line_.groups.size() > 1) {
      elaborator_
          .Report(frame_, DiagnosticKind::kMissingSetting, group.node->span,
                  "each of several groups says what it is over")
          .Help("write `over net.params(\"*.weight\") using ...`");
      return std::nullopt;
    }
    std::vector<ParameterPtr> reached;
    for (const ParameterPtr& parameter : elaborator_.parameters()) {
      if (!parameter->buffer && DependsOn(parameter)) reached.push_back(parameter);
    }
    if (reached.empty()) {
      elaborator_.Report(frame_, DiagnosticKind::kNoDependence, LossSpan(), "the loss depends on no parameter")
          .Help("it is a number, or a model's result went through argmax, a comparison or stop_gradient");
      return std::nullopt;
    }
    return reached;
  }

  Value Read(const ParameterPtr& parameter) { return elaborator_.ReadParameter(frame_, LossSpan(), parameter); }

  bool DependsOn(const ParameterPtr& parameter) {
    Value now = Read(parameter);
    return now.AsTensor() && now.AsTensor()->index < reached_.size() && reached_[now.AsTensor()->index];
  }

  bool IsNew(const ParameterPtr& parameter, const MinimizeLine::Group& group) {
    auto [first, fresh] = groups_.try_emplace(parameter.get(), &group);
    if (!fresh) {
      elaborator_
          .Report(frame_, DiagnosticKind::kBadSetting, group.node->span,
                  fmt::format("`{}` is in two groups", parameter->name))
          .AddNote(first->second->node->span, "the other group");
    }
    return fresh;
  }

  Value Gradient(const ParameterPtr& parameter, const MinimizeLine::Group& group) {
    Span span = group.node->over ? group.node->over->span : LossSpan();
    if (!DependsOn(parameter)) {
      return elaborator_.Fail(frame_, DiagnosticKind::kNoDependence, span,
                              fmt::format("the loss does not depend on `{}`", parameter->name),
                              "leave it out of `over`");
    }
    return elaborator_.Apply(frame_, LossSpan(), Op::kVjp, {Value::Tensor(loss_), Read(parameter), one_});
  }

  // Puts in each gradient's place its mean over the rows since the last update.
  void Accumulate(std::vector<Target>& targets, const UpdateCount& count) {
    ir::Builder& build = frame_.graph().builder();
    bool has_rows = frame_.scope.locals.contains("B");
    ir::Value rows = build.Constant(1, Element::kF32);
    if (has_rows) rows = build.Cast(build.Size(ir::Dim::Variable("B")), Element::kF32);
    ir::Value all_rows =
        AddUp({.name = prefix_ + "accumulate.rows", .type = Element::kF32, .span = LossSpan()}, rows, count.updates);
    for (Target& target : targets) {
      const ParameterInfo& parameter = *target.parameter;
      ir::Value weighted = build.Mul(target.gradient, build.Cast(rows, parameter.type.element));
      ir::Value sum = AddUp({.name = fmt::format("{}accumulate.{}", prefix_, parameter.name),
                             .type = parameter.type,
                             .span = parameter.span},
                            weighted, count.updates);
      target.gradient = build.Div(sum, build.Cast(all_rows, parameter.type.element));
    }
  }

  // A state to which `value` is added each step, and which begins anew after an update. Gives the sum.
  ir::Value AddUp(Parameter state, ir::Value value, ir::Value updates) {
    state.state = true;
    ir::Value zero = graphs_.init.builder().Constant(0, state.type.element, state.type.shape);
    ir::Builder& build = frame_.graph().builder();
    ir::Value sum = build.Add(AddState(graphs_, state, zero), value);
    frame_.graph().Write(state.name, build.Select(updates, build.ConstantLike(0, sum), sum));
    return sum;
  }

  // Scales all gradients of the line by min(1, clip / (norm + 1e-6)), as torch.nn.utils.clip_grad_norm_.
  void Clip(std::vector<Target>& targets, double clip_norm) {
    if (clip_norm == 0) return;
    ParameterSet gradients;
    for (const Target& target : targets) gradients.entries.push_back({target.parameter, target.gradient});
    Value set = Value::Set(gradients);
    Value norm = elaborator_.Call(Value(FindBuiltin("norm")), {{"", set, LossSpan()}}, LossSpan(), frame_);
    Value scale =
        Apply(Op::kMin, {Apply(Op::kDiv, {Value(clip_norm), Apply(Op::kAdd, {norm, Value(1e-6)})}), Value(1.0)});
    Value clipped = ParameterSetArithmetic(elaborator_, frame_, LossSpan(), ast::BinaryOp::kMul, set, scale);
    if (!clipped.AsSet()) return;
    for (size_t i = 0; i < targets.size(); ++i) targets[i].gradient = clipped.AsSet()->entries[i].value;
  }

  Value Apply(Op op, std::vector<Value> operands, ir::Attributes attributes = {}) {
    return elaborator_.Apply(frame_, LossSpan(), op, std::move(operands), std::move(attributes));
  }

  // All new values are computed from the old ones; only then do they take their place.
  void Update(const std::vector<Target>& targets, const UpdateCount& count) {
    std::vector<std::pair<ParameterPtr, ir::Value>> updated;
    for (const Target& target : targets) {
      Value value =
          UpdateParameter(elaborator_, frame_, graphs_,
                          {*target.optimizer, target.parameter, target.gradient, count.number, prefix_, count.updates});
      if (value.poison()) return;
      updated.emplace_back(target.parameter, *value.AsTensor());
    }
    // A later line takes them as they are: how they came about is no part of its gradient.
    for (const auto& [parameter, value] : updated) {
      Value settled = Apply(Op::kStopGradient, {Value::Tensor(value)});
      frame_.graph().Write(parameter->name, *settled.AsTensor());
    }
  }

  Elaborator& elaborator_;
  Frame& frame_;
  StepGraphs& graphs_;
  const MinimizeLine& line_;
  std::string prefix_;  // of the names of states
  ir::Value loss_;
  Value one_;  // the adjoint of the loss
  std::vector<bool> reached_;
  std::map<const ParameterInfo*, const MinimizeLine::Group*> groups_;
};

}  // namespace

void Minimize(Elaborator& elaborator, Frame& frame, StepGraphs& graphs, const MinimizeLine& line, size_t index,
              const TrainPlan& plan) {
  MinimizeStep(elaborator, frame, graphs, line, index).Run(plan);
}

}  // namespace nnc
