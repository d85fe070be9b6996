#include "runtime/run_function.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>

#include "ir/specialize.h"
#include "runtime/executable.h"
#include "runtime/fail.h"

namespace nnc::runtime {
namespace {

using Bindings = std::map<std::string, ir::Dim>;

// Finds the arguments' values, and from their shapes the dimension variables'.
class Binder {
 public:
  Binder(const ir::Function& function, const TensorMap& inputs, const TensorMap& weights, int64_t seed)
      : function_(function), inputs_(inputs), weights_(weights), seed_(seed) {}

  std::vector<Tensor> Bind() {
    CheckInputNames();
    std::vector<Tensor> values;
    for (uint32_t i = 0; i < function_.argument_count(); ++i) {
      const ir::Node& argument = function_.nodes()[i];
      values.push_back(AtRank(argument, ValueOf(argument)));
      BindVariables(argument.type, values.back());
    }
    CheckAllBound();
    for (uint32_t i = 0; i < function_.argument_count(); ++i) {
      const ir::Node& argument = function_.nodes()[i];
      CheckShape(argument, values[i]);
      values[i] = WithElement(argument, std::move(values[i]));
    }
    return values;
  }
  const Bindings& bindings() const { return bindings_; }
  // Whether a result of this symbolic type has the leading dimension that an input was given without.
  bool IsSample(const ir::Type& type) const {
    const std::optional<std::string> name = type.shape.empty() ? std::nullopt : type.shape[0].variable();
    return name && sample_dimensions_.contains(*name);
  }

 private:
  std::vector<std::string> ArgumentNames() const {
    std::vector<std::string> names;
    for (uint32_t i = 0; i < function_.argument_count(); ++i) names.push_back(function_.nodes()[i].name);
    return names;
  }

  void CheckInputNames() const {
    const std::vector<std::string> names = ArgumentNames();
    for (const auto& [name, tensor] : inputs_) {
      if (std::find(names.begin(), names.end(), name) != names.end()) continue;
      Fail(DiagnosticKind::kBadInput, function_.span, fmt::format("`{}` has no input `{}`", function_.name(), name),
           fmt::format("It takes: {}.{}", fmt::join(names, ", "), DidYouMean(name, names)));
    }
  }

  Tensor ValueOf(const ir::Node& argument) const {
    for (const TensorMap* source : {&inputs_, &weights_}) {
      const auto found = source->find(argument.name);
      if (found != source->end()) return found->second;
    }
    if (argument.type == ir::Type(ir::Element::kI64) && (argument.name == "seed" || argument.name == "step")) {
      Tensor scalar(ir::Element::kI64, {});
      scalar.as<int64_t>()[0] = argument.name == "seed" ? seed_ : 0;
      return scalar;
    }
    const bool weight = argument.name.find('.') != std::string::npos;  // a path of the program
    Fail(DiagnosticKind::kBadInput, argument.span,
         fmt::format("`{}` needs a value for `{}: {}`", function_.name(), argument.name, ToString(argument.type)),
         weight ? "Give --weights FILE." : fmt::format("Give --input {}=FILE.npy.", argument.name));
  }

  // A missing leading dimension is one sample.
  Tensor AtRank(const ir::Node& argument, Tensor value) {
    if (value.rank() + 1 != argument.type.rank()) return value;
    const std::optional<std::string> name = argument.type.shape[0].variable();
    if (name) sample_dimensions_.insert(*name);
    std::vector<int64_t> shape = value.shape();
    shape.insert(shape.begin(), 1);
    return value.Reshaped(std::move(shape));
  }

  void BindVariables(const ir::Type& type, const Tensor& value) {
    if (value.rank() != type.rank()) return;  // CheckShape says so
    for (size_t axis = 0; axis < type.shape.size(); ++axis) {
      const std::optional<std::string> name = type.shape[axis].variable();
      if (name) bindings_.emplace(*name, value.shape()[axis]);
    }
  }

  void CheckAllBound() const {
    for (const std::string& name : ir::DimensionVariables(function_)) {
      if (bindings_.contains(name)) continue;
      Fail(DiagnosticKind::kBadInput, function_.span,
           fmt::format("no input of `{}` determines its dimension {}", function_.name(), name));
    }
  }

  void CheckShape(const ir::Node& argument, const Tensor& value) const {
    ir::Shape wanted;
    for (const ir::Dim& dim : argument.type.shape) wanted.push_back(dim.Substitute(bindings_));
    if (wanted == value.type().shape) return;
    std::vector<std::string> sizes;
    for (const auto& [name, size] : bindings_) sizes.push_back(fmt::format("{} = {}", name, size.str()));
    Fail(DiagnosticKind::kBadInput, argument.span,
         fmt::format("`{}` is {}, but a tensor of shape {} is given{}", argument.name, ToString(argument.type),
                     ShapeText(value.shape()), sizes.empty() ? "" : fmt::format(" (with {})", fmt::join(sizes, ", "))));
  }

  static Tensor WithElement(const ir::Node& argument, Tensor value) {
    const ir::Element element = argument.type.element;
    if (value.element() == element) return value;
    for (int64_t i = 0; i < value.elements(); ++i) {
      if (Represents(element, value.number(i))) continue;
      Fail(DiagnosticKind::kBadInput, argument.span,
           fmt::format("`{}` is {}, but element {} of the input is {}", argument.name, ToString(argument.type), i,
                       value.number(i)));
    }
    return value.Converted(element);
  }

  const ir::Function& function_;
  const TensorMap& inputs_;
  const TensorMap& weights_;
  int64_t seed_;
  Bindings bindings_;
  std::set<std::string> sample_dimensions_;  // that AtRank added, of size 1
};

Tensor WithoutLeading(const Tensor& tensor) {
  return tensor.Reshaped(std::vector<int64_t>(tensor.shape().begin() + 1, tensor.shape().end()));
}

}  // namespace

std::vector<std::pair<std::string, Tensor>> RunFunction(const ir::Function& function, const TensorMap& inputs,
                                                        const TensorMap& weights, const RunOptions& options) {
  Binder binder(function, inputs, weights, options.seed);
  const std::vector<Tensor> values = binder.Bind();
  const auto code = MakeExecutable(ir::Specialize(function, binder.bindings()), options.backend, options.codegen);
  for (size_t i = 0; i < values.size(); ++i) code->Set(i, values[i]);
  code->Run();
  std::vector<std::pair<std::string, Tensor>> results;
  for (size_t i = 0; i < function.results().size(); ++i) {
    const auto& [name, value] = function.results()[i];
    const bool sample = binder.IsSample(function.type(value));
    results.emplace_back(name, sample ? WithoutLeading(code->Result(i)) : code->Result(i));
  }
  return results;
}

}  // namespace nnc::runtime
