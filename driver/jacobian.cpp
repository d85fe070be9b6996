// nnc jacobian: every derivative of a function's results by its arguments, at given inputs.

#include <fmt/format.h>

#include <algorithm>

#include "driver/call.h"
#include "driver/commands.h"
#include "ir/builder.h"
#include "passes/pipeline.h"

namespace nnc::driver {
namespace {

struct JacobianArguments {
  CallArguments call;
  std::vector<std::string> wrt;
  std::string output;
  bool hessian = false;
};

[[noreturn]] void Refuse(const ir::Function& function, Span span, std::string message, std::string help) {
  Diagnostic refused;
  refused.kind = DiagnosticKind::kBadInput;
  refused.span = span.known() ? span : function.span;
  refused.message = std::move(message);
  refused.help = std::move(help);
  throw Failure(std::move(refused));
}

// Builds the function whose results are the derivatives, and says what becomes of the axis of a single sample: an input
// that is given without its leading axis N has it with size 1, and so have the derivatives, twice.
class Derivatives {
 public:
  Derivatives(const ir::Function& function, const runtime::TensorMap& inputs) : function_(function), inputs_(inputs) {}

  // Every float result by each of `wrt`.
  ir::Function Jacobians(const std::vector<ir::Value>& wrt) {
    ir::Function derivatives = Copy();
    ir::Builder build(derivatives);
    for (const ir::Result& y : FloatResults()) {
      for (ir::Value x : wrt) {
        derivatives.AddResult(fmt::format("{}_by_{}", y.name, Name(x)), build.Jacobian(y.value, x));
        dropped_.push_back(DroppedAxis(y.value, x));
      }
    }
    return derivatives;
  }

  // The second derivatives of every float result of one element, by each pair of `wrt`.
  ir::Function Hessians(const std::vector<ir::Value>& wrt) {
    ir::Function derivatives = Copy();
    ir::Builder build(derivatives);
    for (const ir::Result& y : FloatResults()) {
      ir::Value scalar = Scalar(build, y);
      for (ir::Value x : wrt) {
        ir::Value gradient = build.Grad(scalar, x);
        for (ir::Value by : wrt) {
          derivatives.AddResult(fmt::format("{}_by_{}_by_{}", y.name, Name(x), Name(by)), build.Jacobian(gradient, by));
          dropped_.push_back(DroppedAxis(x, by));
        }
      }
    }
    return derivatives;
  }

  // A result without the second axis of a single sample. RunFunction drops a leading one itself.
  runtime::Tensor Tidy(size_t result, const runtime::Tensor& tensor) const {
    if (!dropped_[result]) return tensor;
    std::vector<int64_t> shape = tensor.shape();
    shape.erase(shape.begin() + *dropped_[result]);
    return tensor.Reshaped(std::move(shape));
  }

 private:
  // Without results.
  ir::Function Copy() const {
    ir::Function copy(function_.name());
    copy.span = function_.span;
    for (const ir::Node& node : function_.nodes()) copy.Append(node);
    return copy;
  }

  std::vector<ir::Result> FloatResults() const {
    std::vector<ir::Result> results;
    for (const ir::Result& result : function_.results()) {
      if (ir::IsFloat(function_.type(result.value).element)) results.push_back(result);
    }
    if (!results.empty()) return results;
    Refuse(function_, function_.span, fmt::format("no result of `{}` has a derivative", function_.name()),
           "derivatives are of floats");
  }

  const std::string& Name(ir::Value value) const { return function_.node(value).name; }

  // Whether the leading axis is the one that an input was given without.
  bool IsSample(ir::Value value) const {
    const ir::Type& type = function_.type(value);
    auto variable = type.shape.empty() ? std::nullopt : type.shape[0].variable();
    if (!variable) return false;
    for (const auto& [name, input] : inputs_) {
      auto argument = function_.FindArgument(name);
      if (!argument || function_.type(*argument).rank() != input.rank() + 1) continue;
      if (function_.type(*argument).shape[0].variable() == variable) return true;
    }
    return false;
  }

  ir::Value Scalar(ir::Builder& build, const ir::Result& y) const {
    const ir::Type& type = function_.type(y.value);
    auto begin = type.shape.begin() + (IsSample(y.value) ? 1 : 0);
    bool one = std::all_of(begin, type.shape.end(), [](const ir::Dim& dim) { return dim == ir::Dim(1); });
    if (!one) {
      Refuse(function_, function_.node(y.value).span,
             fmt::format("a Hessian is that of a scalar, and `{}` gives {}", function_.name(), ir::ToString(type)),
             "name a fn that reduces it: sum(y), or a loss");
    }
    return type.shape.empty() ? y.value : build.ReduceAll(ir::Op::kReduceSum, y.value);
  }

  // Where the derivative of `first` by `second` has the axis of the single sample that `second` is. Its shape is that
  // of the first, then that of the second.
  std::optional<int64_t> DroppedAxis(ir::Value first, ir::Value second) const {
    if (!IsSample(second)) return std::nullopt;
    return function_.type(first).rank() - (IsSample(first) ? 1 : 0);
  }

  const ir::Function& function_;
  const runtime::TensorMap& inputs_;
  std::vector<std::optional<int64_t>> dropped_;  // by result
};

// The arguments that derivatives are taken by: those named, else every float that the command line gives a value.
std::vector<ir::Value> Targets(const ir::Function& function, const JacobianArguments& arguments,
                               const runtime::TensorMap& inputs) {
  std::vector<std::string> names = arguments.wrt, known;
  for (uint32_t i = 0; i < function.argument_count(); ++i) {
    const ir::Node& argument = function.nodes()[i];
    known.push_back(argument.name);
    bool given = inputs.contains(argument.name) && ir::IsFloat(argument.type.element);
    if (arguments.wrt.empty() && given) names.push_back(argument.name);
  }
  std::vector<ir::Value> targets;
  for (const std::string& name : names) {
    auto argument = function.FindArgument(name);
    if (!argument) {
      std::string closest = Closest(name, known);
      Refuse(function, function.span, fmt::format("`{}` has no input `{}`", function.name(), name),
             closest.empty() ? fmt::format("it takes: {}", fmt::join(known, ", "))
                             : fmt::format("did you mean `{}`?", closest));
    }
    if (!ir::IsFloat(function.type(*argument).element)) {
      Refuse(function, function.node(*argument).span,
             fmt::format("`{}` is {}, by which nothing has a derivative", name, ir::ToString(function.type(*argument))),
             "derivatives are by floats");
    }
    targets.push_back(*argument);
  }
  if (!targets.empty()) return targets;
  Refuse(function, function.span, fmt::format("there is nothing to derive `{}` by", function.name()),
         fmt::format("give --input for a float, or --wrt for one of: {}", fmt::join(known, ", ")));
}

int Jacobian(const JacobianArguments& arguments, Session& session) {
  auto program = CompileCalled(arguments.call, session);
  int code = ShowDiagnostics(session);
  if (!program) return code;
  const ir::Function& function = FindFunction(program->module, arguments.call.function);
  runtime::TensorMap inputs = ReadInputs(arguments.call.inputs);
  std::vector<ir::Value> targets = Targets(function, arguments, inputs);
  Derivatives derivatives(function, inputs);
  ir::Function derived = arguments.hessian ? derivatives.Hessians(targets) : derivatives.Jacobians(targets);
  runtime::RunOptions options{
      .backend = runtime::Backend::kJit, .codegen = OptionsOf(arguments.call.code), .seed = arguments.call.seed};
  runtime::TensorMap weights = WeightsFor(derived, *program, arguments.call, options, session);
  Results results = runtime::RunFunction(derived, inputs, weights, options);
  for (size_t i = 0; i < results.size(); ++i) results[i].second = derivatives.Tidy(i, results[i].second);
  ShowResults(results, arguments.output);
  return kExitOk;
}

}  // namespace

void AddJacobian(CLI::App& app, Command& chosen) {
  auto arguments = std::make_shared<JacobianArguments>();
  CLI::App* command = app.add_subcommand("jacobian", "derivatives of a function's results by its inputs");
  AddCallOptions(*command, arguments->call);
  command->add_option("--wrt", arguments->wrt, "an input or a parameter to derive by; default: every float of --input")
      ->take_all();
  command->add_flag("--hessian", arguments->hessian, "second derivatives, of a result of one element");
  command->add_option("--output", arguments->output,
                      "write the matrix to this .npy file; several go to FILE.NAME.npy each");
  command->callback(
      [arguments, &chosen] { chosen = [arguments](Session& session) { return Jacobian(*arguments, session); }; });
}

}  // namespace nnc::driver
