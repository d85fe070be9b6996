#include "frontend/elaborate/optimizer.h"

#include <fmt/format.h>

namespace nnc {
namespace {

using K = ir::AttributeKey;

class ParameterUpdate {
 public:
  ParameterUpdate(Elaborator& elaborator, Frame& caller, StepGraphs& graphs, const UpdateRequest& request)
      : elaborator_(elaborator),
        graphs_(graphs),
        request_(request),
        optimizer_(*request.optimizer.optimizer),
        frame_(InlinedFrame(caller, request.optimizer.span)),
        work_(request.parameter->type.element == ir::Element::kBF16 ? ir::Element::kF32
                                                                    : request.parameter->type.element) {
    frame_.file = request.optimizer.file;
    frame_.library = elaborator.declarations().file(frame_.file).library;
    frame_.scope = *request.optimizer.arguments;
  }

  Value Run() {
    if (optimizer_.update_params.size() != 3) {
      return elaborator_.Fail(frame_, DiagnosticKind::kBadPattern, optimizer_.name.span,
                              fmt::format("`update` of `{}` has {} arguments, not 3", optimizer_.name.text,
                                          optimizer_.update_params.size()),
                              "they are the parameter, its gradient and the step count");
    }
    std::vector<State> states;
    for (const ast::State& state : optimizer_.states) {
      if (!Declare(state, states)) return {};
    }
    for (const ast::Param& param : optimizer_.params) {
      Local& argument = frame_.scope.locals.at(param.name.text);
      argument.value = In(work_, argument.value);
    }
    Value parameter = elaborator_.ReadParameter(frame_, request_.parameter->span, request_.parameter);
    Define(0, In(work_, parameter));
    Define(1, In(work_, Value::Tensor(request_.gradient)));
    Define(2, In(work_, request_.count));
    std::optional<Value> updated = elaborator_.Execute(optimizer_.update, frame_);
    if (!updated) {
      return elaborator_.Fail(frame_, DiagnosticKind::kMissingReturn, optimizer_.name.span,
                              fmt::format("`update` of `{}` ends without a `return`", optimizer_.name.text),
                              "return the parameter's new value");
    }
    for (const State& state : states) {
      if (!Keep(state)) return {};
    }
    const ir::Type& type = request_.parameter->type;
    Value result =
        Checked(*updated, ir::Type(work_, type.shape), fmt::format("the new value of `{}`", request_.parameter->name));
    return WhenUpdating(In(type.element, result), parameter);
  }

 private:
  struct State {
    const ast::State* node;
    Parameter parameter;
    ir::Value initial;
    std::shared_ptr<bool> read;  // by `update`, or by a function literal in it
  };

  // A float tensor in another element type; all else is as it is.
  Value In(ir::Element element, const Value& value) {
    if (!value.AsTensor()) return value;
    ir::Element own = elaborator_.TypeOf(frame_, value).element;
    if (own == element || !ir::IsFloat(own)) return value;
    return elaborator_.Apply(frame_, optimizer_.name.span, ir::Op::kCast, {value}, {{K::kElement, element}});
  }

  void Define(size_t i, const Value& value) {
    const ast::Name& name = optimizer_.update_params[i];
    frame_.scope.Define(name.text, value, name.span);
  }

  // Makes the state's initial value, which gives its type, and lets `update` read it.
  bool Declare(const ast::State& state, std::vector<State>& states) {
    std::string name = fmt::format("{}{}.{}", request_.prefix, request_.parameter->name, state.name.text);
    Context context;
    context.graph = &graphs_.init;
    context.make_key = ParameterKey(graphs_.init, name);
    Value initial = InitialValue(*state.init, context);
    const ir::Value* tensor = initial.AsTensor();
    if (!tensor) return false;
    Parameter parameter{
        .name = name, .type = graphs_.init.function().type(*tensor), .span = request_.parameter->span, .state = true};
    auto read = std::make_shared<bool>(false);
    auto ordinal = static_cast<uint32_t>(graphs_.states.size() + states.size());
    auto lazy = [&step = graphs_.step, parameter, read, ordinal] {
      *read = true;
      return Value::Tensor(step.Read(ArgumentKind::kState, parameter.name, parameter.type, parameter.span, ordinal));
    };
    frame_.scope.DefineLazy(state.name.text, lazy, state.name.span);
    states.push_back({&state, std::move(parameter), *tensor, std::move(read)});
    return true;
  }

  // A number stands for a tensor of the parameter's shape that holds it everywhere.
  Value InitialValue(const ast::Expr& init, Context& context) {
    Frame frame = elaborator_.FileFrame(frame_.file, context);
    frame.caller = frame_.caller;
    frame.call = frame_.call;
    // Only static arguments: tensors among them belong to the step.
    for (const auto& [name, local] : request_.optimizer.arguments->locals) {
      if (!local.value.AsTensor()) frame.scope.Define(name, local.value, local.span);
    }
    const ir::Type type(work_, request_.parameter->type.shape);
    Value value = elaborator_.Initialize(init, type.shape, frame);
    bool number = value.is_number();
    value = elaborator_.ToTensor(frame, init.span, value, number ? std::optional(type.element) : std::nullopt);
    if (value.poison()) return value;
    const ir::Type own = elaborator_.TypeOf(frame, value);
    if (own.element != type.element && ir::IsFloat(own.element) && ir::IsFloat(type.element)) {
      value = elaborator_.Apply(frame, init.span, ir::Op::kCast, {value}, {{K::kElement, type.element}});
    }
    return number && !type.is_scalar()
               ? elaborator_.Apply(frame, init.span, ir::Op::kBroadcast, {value}, {{K::kShape, type.shape}})
               : value;
  }

  // Makes the state an argument and a result of the step, unless `update` never touched it.
  bool Keep(const State& state) {
    const Local& local = frame_.scope.locals.at(state.node->name.text);
    if (local.lazy && !*state.read) return true;
    const Parameter& parameter = state.parameter;
    ir::Value before = AddState(graphs_, parameter, state.initial);
    Value after = local.lazy ? Value::Tensor(before)
                             : Checked(local.value, parameter.type, fmt::format("the state `{}`", parameter.name));
    after = WhenUpdating(after, Value::Tensor(before));
    if (after.poison()) return false;
    graphs_.step.Write(parameter.name, *after.AsTensor());
    return true;
  }

  // The new value in a step that updates, and the old one in others.
  Value WhenUpdating(const Value& after, const Value& before) {
    if (!request_.when.valid()) return after;
    return elaborator_.Apply(frame_, request_.parameter->span, ir::Op::kSelect,
                             {Value::Tensor(request_.when), after, before});
  }

  Value Checked(const Value& value, const ir::Type& type, const std::string& what) {
    Value tensor = elaborator_.ToTensor(frame_, optimizer_.name.span, value, type.element);
    if (tensor.poison() || elaborator_.TypeOf(frame_, tensor) == type) return tensor;
    return elaborator_.Fail(frame_, DiagnosticKind::kReturnMismatch, optimizer_.name.span,
                            fmt::format("{} must stay {}, but `{}` makes it {}", what, ir::ToString(type),
                                        optimizer_.name.text, elaborator_.Describe(frame_, tensor)));
  }

  Elaborator& elaborator_;
  StepGraphs& graphs_;
  const UpdateRequest& request_;
  const ast::Optimizer& optimizer_;
  Frame frame_;
  // What `update` computes in, and its states: the parameter's element type, but f32 for bf16, in which small steps
  // would be lost.
  ir::Element work_;
};

}  // namespace

ir::Value AddState(StepGraphs& graphs, const Parameter& state, ir::Value initial) {
  auto ordinal = static_cast<uint32_t>(graphs.states.size());
  graphs.init.AddResult(state.name, initial);
  graphs.states.push_back(state);
  return graphs.step.Read(ArgumentKind::kState, state.name, state.type, state.span, ordinal);
}

Value UpdateParameter(Elaborator& elaborator, Frame& frame, StepGraphs& graphs, const UpdateRequest& request) {
  return ParameterUpdate(elaborator, frame, graphs, request).Run();
}

}  // namespace nnc
