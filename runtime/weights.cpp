#include "runtime/weights.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "runtime/fail.h"
#include "runtime/safetensors.h"

namespace nnc::runtime {
namespace {

// A tensor that a program takes from a weights file.
struct Wanted {
  std::string name;
  ir::Type type;
  bool required;
};

std::vector<Wanted> WantedBy(const Program& program) {
  std::vector<Wanted> wanted;
  for (const Parameter& parameter : program.parameters) wanted.push_back({parameter.name, parameter.type, true});
  for (const DataConstant& constant : program.constants) wanted.push_back({constant.name, constant.type, false});
  return wanted;
}

// "fc1.weight" to "net.fc1.weight", where `net` is the only model and no name of the file begins with it.
TensorMap WithInstanceName(TensorMap file, const Program& program) {
  if (program.models.size() != 1) return file;
  const std::string prefix = program.models.front().name + ".";
  const bool given =
      std::any_of(file.begin(), file.end(), [&](const auto& entry) { return entry.first.starts_with(prefix); });
  if (given) return file;
  const auto is_constant = [&](const std::string& name) {
    return std::any_of(program.constants.begin(), program.constants.end(),
                       [&](const auto& c) { return c.name == name; });
  };
  TensorMap renamed;
  for (auto& [name, tensor] : file) renamed.emplace(is_constant(name) ? name : prefix + name, std::move(tensor));
  return renamed;
}

// The tensor as `wanted` has it; nullopt (and a line in `faults`) where it does not fit.
std::optional<Tensor> Fitted(const Wanted& wanted, const Tensor& tensor, std::vector<std::string>& faults) {
  const ir::Type type = tensor.type();
  const bool converts = ir::IsFloat(type.element) && ir::IsFloat(wanted.type.element);
  if (type.shape != wanted.type.shape || (type.element != wanted.type.element && !converts)) {
    faults.push_back(fmt::format("`{}` is {} in the file, but {} in the program", wanted.name, ToString(type),
                                 ToString(wanted.type)));
    return std::nullopt;
  }
  return tensor.Converted(wanted.type.element);
}

void AddUnexpected(const TensorMap& file, const std::vector<Wanted>& wanted, std::vector<std::string>& faults) {
  std::vector<std::string> names;
  for (const Wanted& each : wanted) names.push_back(each.name);
  for (const auto& [name, tensor] : file) {
    const bool counter = name.ends_with(".num_batches_tracked");  // PyTorch's batch norms count their batches
    if (counter || std::find(names.begin(), names.end(), name) != names.end()) continue;
    faults.push_back(fmt::format("`{}` is in the file, but not in the program.{}", name, DidYouMean(name, names)));
  }
}

}  // namespace

void SaveWeights(const std::string& path, const TensorMap& values,
                 const std::map<std::string, std::vector<std::string>>& class_names) {
  Safetensors file{values, {{"format", "pt"}}};  // "pt" is what PyTorch's libraries look for
  for (const auto& [field, names] : class_names) {
    file.metadata["classes." + field] =
        nlohmann::json(names).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  }
  WriteSafetensors(path, file);
}

TensorMap LoadWeights(const std::string& path, const Program& program) {
  return FitWeights(ReadSafetensors(path).tensors, program, path);
}

TensorMap FitWeights(TensorMap file, const Program& program, const std::string& path) {
  file = WithInstanceName(std::move(file), program);
  const std::vector<Wanted> wanted = WantedBy(program);
  std::vector<std::string> faults;
  TensorMap weights;
  for (const Wanted& each : wanted) {
    const auto found = file.find(each.name);
    if (found != file.end()) {
      std::optional<Tensor> tensor = Fitted(each, found->second, faults);
      if (tensor) weights.emplace(each.name, std::move(*tensor));
    } else if (each.required) {
      faults.push_back(fmt::format("`{}` ({}) is missing in the file", each.name, ToString(each.type)));
    }
  }
  AddUnexpected(file, wanted, faults);
  if (faults.empty()) return weights;
  constexpr size_t kShown = 10;
  const size_t more = faults.size() > kShown ? faults.size() - kShown : 0;
  faults.resize(faults.size() - more);
  Fail(DiagnosticKind::kWeightsMismatch, path,
       fmt::format("these weights are not this program's: {}{}", fmt::join(faults, "; "),
                   more > 0 ? fmt::format("; and {} more", more) : ""));
}

}  // namespace nnc::runtime
