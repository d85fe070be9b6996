#include "runtime/checkpoint.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>

#include "ir/text.h"
#include "runtime/byte_source.h"
#include "runtime/checked_file.h"
#include "runtime/fail.h"
#include "runtime/files.h"
#include "runtime/safetensors.h"

namespace nnc::runtime {
namespace {

constexpr std::string_view kFormat = "nnc checkpoint 1";
// Slashes keep these names apart from those of parameters.
constexpr std::string_view kKept = "kept/";
constexpr const char* kSums = "pass/sums";
constexpr const char* kKeptLoss = "kept/loss";
constexpr const char* kTrain = "last/train";
constexpr const char* kValidate = "last/validate";

[[noreturn]] void FailDamaged(const std::string& path, const std::string& message) {
  Fail(DiagnosticKind::kBadCheckpoint, path, message,
       "train without --resume to begin anew; the checkpoint is then replaced");
}

void CheckChecksum(std::string_view bytes, const std::string& path) {
  const CheckResult result = VerifyChecksum(bytes);
  if (result == CheckResult::kNoChecksum) FailDamaged(path, "this is not a checkpoint, or its beginning is damaged");
  if (result == CheckResult::kWrong) FailDamaged(path, "the checkpoint is damaged: its checksum is wrong");
}

// ---- Numbers as tensors ----

Tensor Doubles(const std::vector<double>& numbers) {
  Tensor tensor(ir::Element::kF64, {static_cast<int64_t>(numbers.size())});
  std::ranges::copy(numbers, tensor.as<double>().begin());
  return tensor;
}

std::vector<double> NumbersOf(const Tensor& tensor) {
  std::vector<double> numbers;
  for (int64_t i = 0; i < tensor.elements(); ++i) numbers.push_back(tensor.number(i));
  return numbers;
}

Tensor FiguresTensor(const Figures& figures) {
  std::vector<double> numbers = {static_cast<double>(figures.samples), figures.loss};
  for (const auto& [name, value] : figures.metrics) numbers.push_back(value);
  return Doubles(numbers);
}

// ---- Reading ----

class Reader {
 public:
  Reader(Safetensors file, const std::vector<std::string>& metrics, const std::string& path)
      : file_(std::move(file)), metrics_(metrics), path_(path) {}

  Checkpoint Read() {
    if (Text("format") != kFormat) FailDamaged(path_, fmt::format("the format is `{}`", Text("format")));
    Checkpoint checkpoint;
    checkpoint.program = Number<uint64_t>("program", 16);
    checkpoint.seed = Number<int64_t>("seed");
    checkpoint.step = Number<int64_t>("step");
    checkpoint.kept_epoch = Number<int64_t>("kept_epoch");
    checkpoint.pass = {Number<int64_t>("batches"), Number<int64_t>("samples"), NumbersOf(Take(kSums))};
    if (Has(kKeptLoss)) checkpoint.kept_loss = Take(kKeptLoss).number(0);
    checkpoint.train = TakeFigures(kTrain);
    checkpoint.validate = TakeFigures(kValidate);
    for (auto& [name, tensor] : file_.tensors) {
      const bool kept = name.starts_with(kKept);
      (kept ? checkpoint.kept : checkpoint.values).emplace(kept ? name.substr(kKept.size()) : name, std::move(tensor));
    }
    return checkpoint;
  }

 private:
  bool Has(const std::string& name) const { return file_.tensors.contains(name); }

  const std::string& Text(const std::string& key) const {
    const auto found = file_.metadata.find(key);
    if (found == file_.metadata.end()) FailDamaged(path_, fmt::format("the checkpoint lacks `{}`", key));
    return found->second;
  }

  template <class T>
  T Number(const std::string& key, int base = 10) const {
    const std::string& text = Text(key);
    T number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
    if (error != std::errc() || end != text.data() + text.size()) {
      FailDamaged(path_, fmt::format("`{}` of the checkpoint is `{}`", key, text));
    }
    return number;
  }

  Tensor Take(const std::string& name) {
    if (!Has(name)) FailDamaged(path_, fmt::format("the checkpoint lacks `{}`", name));
    return std::move(file_.tensors.extract(name).mapped());
  }

  std::optional<Figures> TakeFigures(const std::string& name) {
    if (!Has(name)) return std::nullopt;
    const std::vector<double> numbers = NumbersOf(Take(name));
    if (numbers.size() != metrics_.size() + 2) FailDamaged(path_, "the checkpoint has other metrics");
    const bool counts = numbers[0] >= 0 && numbers[0] < 0x1p63;
    if (!counts) FailDamaged(path_, fmt::format("`{}` of the checkpoint is damaged", name));
    Figures figures;
    figures.samples = static_cast<int64_t>(numbers[0]);
    figures.loss = numbers[1];
    for (size_t i = 0; i < metrics_.size(); ++i) figures.metrics.emplace_back(metrics_[i], numbers[i + 2]);
    return figures;
  }

  Safetensors file_;
  const std::vector<std::string>& metrics_;
  const std::string& path_;
};

// ---- The hash ----

std::string DataText(const DataPlan& data) {
  std::string text = fmt::format("data {} {} {} {} {}\n", data.name, data.seed, data.shuffle, data.first, data.last);
  for (const DataField& field : data.fields) {
    text += fmt::format("{} {} {} ", field.name, ToString(field.type), field.classes);
    if (field.source) text += field.source->path + " " + field.source->key;
  }
  for (const SplitPart& part : data.split) text += fmt::format("{} {} {} ", part.name, part.size, part.fraction);
  for (const NormalizeStep& step : data.normalize) {
    text += fmt::format("{} {} {} ", fmt::join(step.fields, ","), fmt::join(step.over, ","), step.like);
  }
  return text;
}

uint64_t Fnv1a(std::string_view text) {
  uint64_t hash = 0xCBF29CE484222325u;  // 64 bits: offset basis and prime
  for (const unsigned char c : text) hash = (hash ^ c) * 0x100000001B3u;
  return hash;
}

}  // namespace

uint64_t RunHash(const Program& program, const TrainPlan& plan, const LoopRequest& train) {
  const Batches& b = train.batches;
  std::string text = fmt::format("{} {} {} {} {}\n", plan.name, plan.seed, plan.shuffle, b.batch, plan.patience);
  if (!plan.data.empty()) text += fmt::format("{} {} {}\n", b.rows, b.tail, b.count);
  for (const std::vector<DataPart>& parts : {plan.data, plan.validate}) {
    for (const DataPart& part : parts) text += fmt::format("{}.{} ", part.data, part.split);
  }
  std::vector<std::string> functions = {plan.init_function, plan.step_function, plan.eval_function};
  for (const DataPlan& data : program.data) {
    text += DataText(data);
    functions.push_back(data.generate);
  }
  for (const std::string& name : functions) {
    const ir::Function* function = program.module.Find(name);
    if (function != nullptr) text += ir::Print(*function, SourceManager(), {.locations = false});
  }
  return Fnv1a(text);
}

void WriteCheckpoint(const std::string& path, const Checkpoint& checkpoint) {
  Safetensors file{checkpoint.values,
                   {{"format", std::string(kFormat)},
                    {"program", fmt::format("{:x}", checkpoint.program)},
                    {"seed", std::to_string(checkpoint.seed)},
                    {"step", std::to_string(checkpoint.step)},
                    {"batches", std::to_string(checkpoint.pass.batches)},
                    {"samples", std::to_string(checkpoint.pass.samples)},
                    {"kept_epoch", std::to_string(checkpoint.kept_epoch)}}};
  file.tensors.emplace(kSums, Doubles(checkpoint.pass.sums));
  for (const auto& [name, tensor] : checkpoint.kept) file.tensors.emplace(std::string(kKept) + name, tensor);
  if (checkpoint.kept_loss) file.tensors.emplace(kKeptLoss, Doubles({*checkpoint.kept_loss}));
  if (checkpoint.train) file.tensors.emplace(kTrain, FiguresTensor(*checkpoint.train));
  if (checkpoint.validate) file.tensors.emplace(kValidate, FiguresTensor(*checkpoint.validate));
  WriteAtomically(path, FormatChecked(file).pieces());
}

std::optional<Checkpoint> ReadCheckpoint(const std::string& path, const std::vector<std::string>& metrics) {
  std::error_code error;
  if (!std::filesystem::exists(path, error) && !error) return std::nullopt;
  std::string bytes = ReadFile(path);
  CheckChecksum(bytes, path);
  return Reader(ParseSafetensors(ShareText(std::move(bytes)), path), metrics, path).Read();
}

bool IsCheckpoint(const std::map<std::string, std::string>& metadata) {
  const auto format = metadata.find("format");
  return format != metadata.end() && format->second == kFormat;
}

void VerifyCheckpoint(const std::string& path) { CheckChecksum(ReadFile(path), path); }

}  // namespace nnc::runtime
