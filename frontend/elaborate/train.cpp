// Train blocks: a plan, and the functions @RUN.step, @RUN.eval, @RUN.loss, @RUN.init and @RUN.rates. Each function
// elaborates the block's body anew.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "frontend/elaborate/blocks.h"
#include "frontend/elaborate/gradient.h"
#include "frontend/elaborate/minimize.h"
#include "frontend/elaborate/overloaded.h"
#include "frontend/elaborate/train_settings.h"

namespace nnc {
namespace {

using ir::Element;

// How far training is: f32 scalars in the body, i64 arguments of the function.
constexpr std::array<std::pair<ArgumentKind, const char*>, 4> kProgress = {{
    {ArgumentKind::kStep, "step"},
    {ArgumentKind::kSteps, "steps"},
    {ArgumentKind::kEpoch, "epoch"},
    {ArgumentKind::kEpochs, "epochs"},
}};

// A field of the batch: `x`, or `edge.x` where a part before has an `x` too.
struct FieldName {
  const DataField* field;
  std::string argument;   // what the functions' argument is called
  std::string qualified;  // "edge.x", which is always understood
  bool first;             // of its name, which alone means this one
};

// Names of arguments that are not fields.
bool IsScalarArgument(const std::string& name) {
  static const std::set<std::string> names = {"seed", "step", "steps", "epoch", "epochs", "batches"};
  return names.contains(name);
}

// What the body of a train block gave in one function.
struct Body {
  Frame frame;
  std::vector<MinimizeLine> lines;
  std::vector<Value> metrics;
};

class TrainBlock {
 public:
  TrainBlock(Elaborator& elaborator, const ast::Train& train, uint32_t file)
      : elaborator_(elaborator), train_(train), file_(file) {
    plan_.name = train.name.text;
    plan_.span = train.name.span;
  }

  TrainPlan Elaborate() {
    int errors = Errors();
    Context context;
    Frame frame = elaborator_.FileFrame(file_, context);
    NameFields(ReadTrainSettings(elaborator_, train_, frame, plan_));
    CheckItems(frame);
    // Without its fields the body would only repeat that the data is wrong.
    if (Errors() > errors) return std::move(plan_);
    std::vector<Body> bodies;
    bodies.push_back(BuildStep());
    if (Errors() == errors) bodies.push_back(BuildEval());
    if (Errors() == errors) bodies.push_back(BuildLoss());
    if (Errors() == errors) BuildRates();
    if (Errors() == errors) CheckLocals(bodies);
    return std::move(plan_);
  }

 private:
  int Errors() const { return elaborator_.diagnostics().error_count(); }
  std::string FunctionName(std::string_view kind) const { return fmt::format("{}.{}", plan_.name, kind); }

  void CheckItems(const Frame& frame) {
    std::map<std::string_view, Span> metrics = {{"loss", Span{}}};
    bool minimizes = false;
    for (const ast::TrainItem& item : train_.items) {
      minimizes |= std::holds_alternative<ast::Minimize>(item.node);
      auto* metric = std::get_if<ast::Metric>(&item.node);
      if (!metric) continue;
      plan_.metrics.push_back(metric->name.text);
      auto [first, fresh] = metrics.try_emplace(metric->name.text, metric->name.span);
      if (fresh) continue;
      elaborator_.Report(frame, DiagnosticKind::kDuplicateName, metric->name.span,
                         first->second.known() ? fmt::format("two metrics are called `{}`", metric->name.text)
                                               : "the loss is shown as `loss` already");
    }
    if (minimizes) return;
    elaborator_
        .Report(frame, DiagnosticKind::kMissingSetting, train_.name.span,
                fmt::format("`{}` minimizes nothing", plan_.name))
        .Help("write `minimize LOSS using adam(lr: 1e-3)`");
  }

  // ---- The body's names ----

  void NameFields(const std::vector<const DataPlan*>& data) {
    std::set<std::string> names;
    for (size_t part = 0; part < data.size(); ++part) {
      for (const DataField& field : data[part]->fields) {
        std::string qualified = fmt::format("{}.{}", data[part]->name, field.name);
        bool first = names.insert(field.name).second;
        fields_.push_back({&field, first && !IsScalarArgument(field.name) ? field.name : qualified, qualified, first});
        plan_.fields.push_back({fields_.back().argument, part, field.name});
      }
    }
  }

  Frame BodyFrame(Context& context) {
    Frame frame = elaborator_.FileFrame(file_, context);
    Graph& graph = *context.graph;
    graph.set_span(train_.name.span);
    for (const auto& [kind, name] : kProgress) {
      frame.scope.DefineLazy(name, [&graph, kind, name] {
        return Value::Tensor(graph.builder().Cast(graph.Read(kind, name, Element::kI64, {}), Element::kF32));
      });
    }
    if (!fields_.empty()) DefineFields(frame, graph);
    return frame;
  }

  // A field is a batch of rows: `x: f32[B, 2]`.
  void DefineFields(Frame& frame, Graph& graph) {
    const ir::Dim batch = ir::Dim::Variable("B");
    frame.scope.Define("B", Value(batch));
    for (uint32_t i = 0; i < fields_.size(); ++i) {
      const FieldName& name = fields_[i];
      ir::Type type = name.field->type;
      type.shape.insert(type.shape.begin(), batch);
      auto read = [&graph, &name, type, i] {
        return Value::Tensor(graph.Read(ArgumentKind::kField, name.argument, type, name.field->span, i));
      };
      frame.scope.DefineLazy(name.qualified, read);
      if (name.first) frame.scope.DefineLazy(name.field->name, read);
    }
  }

  // ---- The body ----

  // Runs the items for minimize line `line`: those up to it set buffers. With `figures` also the metrics and what comes
  // after; those see buffers as they are, but set none, so that each call in a loss sets its buffers once a line.
  Body Run(Context& context, size_t line, bool figures) {
    Body body{BodyFrame(context), {}, {}};
    for (const ast::TrainItem& item : train_.items) {
      bool metric = std::holds_alternative<ast::Metric>(item.node);
      if (SettingOf(item) || (metric && !figures)) continue;
      context.sets_buffers = context.training && !metric && body.lines.size() <= line;
      std::visit(Overloaded{
                     [&](const ast::Minimize& node) { body.lines.push_back(EvaluateLine(node, body.frame)); },
                     [&](const ast::Metric& node) { body.metrics.push_back(EvaluateMetric(node, body.frame)); },
                     [&](const ast::Stmt& node) { RunStatement(node, body.frame); },
                 },
                 item.node);
      if (!figures && body.lines.size() > line) break;
    }
    return body;
  }

  void RunStatement(const ast::Stmt& statement, Frame& frame) {
    if (!elaborator_.Execute(statement, frame)) return;
    elaborator_.Report(frame, DiagnosticKind::kMisplaced, statement.span, "a train block returns nothing")
        .Help("write `minimize LOSS using OPTIMIZER`");
  }

  MinimizeLine EvaluateLine(const ast::Minimize& node, Frame& frame) {
    MinimizeLine line{&node, elaborator_.Evaluate(*node.loss, frame), {}};
    for (const ast::MinimizeGroup& group : node.groups) {
      std::optional<Value> over;
      if (group.over) over = elaborator_.Evaluate(*group.over, frame);
      line.groups.push_back({std::move(over), elaborator_.Evaluate(*group.optimizer, frame), &group});
    }
    return line;
  }

  Value EvaluateMetric(const ast::Metric& node, Frame& frame) {
    Value value = elaborator_.ToTensor(frame, node.value->span, elaborator_.Evaluate(*node.value, frame));
    if (value.poison()) return value;
    const ir::Type& type = elaborator_.TypeOf(frame, value);
    if (!type.is_scalar()) {
      return elaborator_.Fail(
          frame, DiagnosticKind::kNotScalar, node.value->span,
          fmt::format("the metric `{}` must be one number, but it is {}", node.name.text, ir::ToString(type)),
          "take its mean");
    }
    if (!ir::IsFloat(type.element)) {
      return elaborator_.Fail(
          frame, DiagnosticKind::kTypeMismatch, node.value->span,
          fmt::format("the metric `{}` must be a float, but it is {}", node.name.text, ir::ToString(type)),
          "convert it by `float(...)`");
    }
    return value;
  }

  // ---- The functions ----

  // Loss and metrics are f32 scalars whatever they were computed in.
  void AddFigure(Graph& graph, const std::string& name, const Value& value) {
    if (const ir::Value* tensor = value.AsTensor()) graph.AddResult(name, graph.builder().Cast(*tensor, Element::kF32));
  }

  void AddFigures(Graph& graph, Body& body) {
    const MinimizeLine& first = body.lines.front();
    auto loss = WantObjective(elaborator_, body.frame, first.node->loss->span, first.loss);
    if (loss) AddFigure(graph, "loss", Value::Tensor(*loss));
    for (size_t i = 0; i < body.metrics.size(); ++i) AddFigure(graph, plan_.metrics[i], body.metrics[i]);
  }

  std::string Add(const Graph& graph) {
    elaborator_.program().module.functions.push_back(graph.Finish());
    return graph.function().name();
  }

  Body BuildStep() {
    int errors = Errors();
    Graph graph(FunctionName("step")), init(FunctionName("init"));
    Context context;
    context.graph = &graph;
    context.training = true;
    context.make_key = StepKey(graph);
    StepGraphs graphs{graph, init, {}};
    for (const ParameterPtr& parameter : elaborator_.parameters()) {
      Value value = elaborator_.InitialValue(init, *parameter);
      if (const ir::Value* tensor = value.AsTensor()) init.AddResult(parameter->name, *tensor);
    }
    Body body = Run(context, 0, true);
    Minimize(elaborator_, body.frame, graphs, body.lines[0], 0, plan_);
    // Each further line sees the parameters as the one before left them: its part of the body runs again on them, with
    // the same batch and the same random numbers.
    for (size_t i = 1; i < body.lines.size() && Errors() == errors; ++i) {
      Body again = Run(context, i, false);
      Minimize(elaborator_, again.frame, graphs, again.lines[i], i, plan_);
    }
    for (const ParameterPtr& parameter : elaborator_.parameters()) {
      ir::Value updated = graph.Written(parameter->name);
      if (updated.valid()) graph.AddResult(parameter->name, updated);
    }
    for (const Parameter& state : graphs.states) {
      graph.AddResult(state.name, graph.Read(ArgumentKind::kState, state.name, state.type, state.span));
    }
    AddFigures(graph, body);
    if (Errors() > errors) return body;
    plan_.step_function = Add(graph);
    plan_.init_function = Add(init);
    return body;
  }

  Body BuildEval() {
    Graph graph(FunctionName("eval"));
    Context context;
    context.graph = &graph;
    context.make_key = FunctionKey(graph);
    Body body = Run(context, 0, true);
    AddFigures(graph, body);
    plan_.eval_function = Add(graph);
    return body;
  }

  // The loss as trained, without the update.
  Body BuildLoss() {
    Graph graph(FunctionName("loss"));
    Context context;
    context.graph = &graph;
    context.training = true;
    context.make_key = StepKey(graph);
    Body body = Run(context, 0, false);
    AddFigures(graph, body);
    plan_.loss_function = Add(graph);
    return body;
  }

  // What the optimizers' learning rates are, for people to see.
  void BuildRates() {
    Graph graph(FunctionName("rates"));
    Context context;
    context.graph = &graph;
    context.training = true;
    context.make_key = StepKey(graph);
    Body body = Run(context, train_.items.size(), false);
    size_t count = 0;
    for (const MinimizeLine& line : body.lines) {
      for (const MinimizeLine::Group& group : line.groups) {
        Value rate = RateOf(body.frame, group);
        if (rate.AsTensor()) AddFigure(graph, ++count == 1 ? "lr" : fmt::format("lr{}", count), rate);
      }
    }
    if (count > 0) plan_.rates_function = Add(graph);
  }

  // The optimizer's argument `lr` as a scalar; no tensor where it has none.
  Value RateOf(Frame& frame, const MinimizeLine::Group& group) {
    const auto& arguments = group.optimizer.As<OptimizerValue>()->arguments->locals;
    auto rate = arguments.find("lr");
    if (rate == arguments.end()) return {};
    const Value& value = rate->second.value;
    if (value.is_number()) return elaborator_.ToTensor(frame, group.node->optimizer->span, value, Element::kF32);
    return value.AsTensor() && elaborator_.TypeOf(frame, value).is_scalar() ? value : Value();
  }

  // ---- Locals that nothing reads ----

  // A local must be read in some function: under `if training` it may be in one alone. A name that begins with `_` says
  // that it is not needed.
  void CheckLocals(const std::vector<Body>& bodies) {
    std::vector<std::pair<std::string, const Local*>> unread;
    for (const auto& [name, local] : bodies.front().frame.scope.locals) {
      bool assigned = local.span.known();  // by a statement of this block: not a field, `B` or `step`
      if (assigned && !name.starts_with('_') && !ReadSomewhere(bodies, name)) unread.emplace_back(name, &local);
    }
    std::sort(unread.begin(), unread.end(),
              [](const auto& a, const auto& b) { return a.second->span.line < b.second->span.line; });
    for (const auto& [name, local] : unread) {
      std::string closest = Closest(name, TrainSettings());
      elaborator_.diagnostics()
          .Report(DiagnosticKind::kUnusedLocal, local->span, fmt::format("nothing reads `{}`", name))
          .Help(closest.empty() ? "" : fmt::format("did you mean the setting `{}`?", closest));
    }
  }

  static bool ReadSomewhere(const std::vector<Body>& bodies, std::string_view name) {
    return std::any_of(bodies.begin(), bodies.end(), [&](const Body& body) {
      auto found = body.frame.scope.locals.find(name);
      return found != body.frame.scope.locals.end() && found->second.read;
    });
  }

  Elaborator& elaborator_;
  const ast::Train& train_;
  uint32_t file_;
  TrainPlan plan_;
  std::vector<FieldName> fields_;
};

}  // namespace

TrainPlan ElaborateTrain(Elaborator& elaborator, const ast::Train& train, uint32_t file) {
  return TrainBlock(elaborator, train, file).Elaborate();
}

}  // namespace nnc
