#include "runtime/weights.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "runtime/fail.h"
#include "runtime/safetensors.h"

namespace nnc::runtime {
namespace {

const std::string kClasses = "classes.";  // what keys of a file's metadata begin with

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

// The tensors that fit, and what does not.
StartWeights Fit(TensorMap file, const Program& program) {
  file = WithInstanceName(std::move(file), program);
  const std::vector<Wanted> wanted = WantedBy(program);
  StartWeights fitted;
  for (const Wanted& each : wanted) {
    const auto found = file.find(each.name);
    if (found != file.end()) {
      std::optional<Tensor> tensor = Fitted(each, found->second, fitted.faults);
      if (tensor) fitted.weights.emplace(each.name, std::move(*tensor));
    } else if (each.required) {
      fitted.faults.push_back(fmt::format("`{}` ({}) is missing in the file", each.name, ToString(each.type)));
    }
  }
  AddUnexpected(file, wanted, fitted.faults);
  return fitted;
}

}  // namespace

void SaveWeights(const std::string& path, const TensorMap& values, const ClassMap& classes) {
  Safetensors file{values, {{"format", "pt"}}};  // "pt" is what PyTorch's libraries look for
  for (const auto& [field, each] : classes) {
    const nlohmann::json text = each.names.empty() ? nlohmann::json(each.count) : nlohmann::json(each.names);
    file.metadata[kClasses + field] = text.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  }
  WriteSafetensors(path, file);
}

ClassMap LoadClasses(const std::string& path) {
  ClassMap classes;
  for (const auto& [key, text] : ReadSafetensors(path).metadata) {
    if (!key.starts_with(kClasses)) continue;
    const nlohmann::json json = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
    Classes& each = classes[key.substr(kClasses.size())];
    try {
      if (json.is_array()) each.names = json.get<std::vector<std::string>>();
      each.count = json.is_array() ? static_cast<int64_t>(each.names.size()) : json.get<int64_t>();
    } catch (const nlohmann::json::exception&) {
      Fail(DiagnosticKind::kBadWeights, path, fmt::format("`{}` is neither a list of names nor a number", key));
    }
    if (each.count < 1) Fail(DiagnosticKind::kBadWeights, path, fmt::format("`{}` has no classes", key));
  }
  return classes;
}

TensorMap LoadWeights(const std::string& path, const Program& program) {
  return FitWeights(ReadSafetensors(path).tensors, program, path);
}

TensorMap FitWeights(TensorMap file, const Program& program, const std::string& path) {
  StartWeights fitted = Fit(std::move(file), program);
  if (fitted.faults.empty()) return std::move(fitted.weights);
  Fail(DiagnosticKind::kWeightsMismatch, path,
       "these weights are not this program's: " + FaultsText(std::move(fitted.faults)));
}

StartWeights LoadStartWeights(const std::string& path, const Program& program) {
  StartWeights fitted = Fit(ReadSafetensors(path).tensors, program);
  const bool any =
      std::ranges::any_of(program.parameters, [&](const Parameter& p) { return fitted.weights.contains(p.name); });
  if (any || program.parameters.empty()) return fitted;
  Fail(DiagnosticKind::kWeightsMismatch, path,
       "nothing in this file fits the program: " + FaultsText(std::move(fitted.faults)));
}

std::string FaultsText(std::vector<std::string> faults) {
  constexpr size_t kShown = 10;
  const size_t more = faults.size() > kShown ? faults.size() - kShown : 0;
  faults.resize(faults.size() - more);
  return fmt::format("{}{}", fmt::join(faults, "; "), more > 0 ? fmt::format("; and {} more", more) : "");
}

}  // namespace nnc::runtime
