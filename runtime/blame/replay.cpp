#include "runtime/blame/replay.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <set>

#include "ir/specialize.h"
#include "ir/text.h"
#include "ir/verify.h"
#include "runtime/byte_source.h"
#include "runtime/checked_file.h"
#include "runtime/fail.h"
#include "runtime/files.h"

namespace nnc::runtime {
namespace {

using Json = nlohmann::json;

constexpr const char* kFormat = "nnc replay 1";
// A slash keeps these names apart from those of arguments.
constexpr std::string_view kRows = "rows/";

// ---- Writing ----

void AddFiles(const ir::Function& function, std::set<uint32_t>& files) {
  for (const ir::Node& node : function.nodes()) {
    if (node.span.known()) files.insert(node.span.file);
    if (node.op == ir::Op::kScan) AddFiles(*node.attribute<ir::Body>(ir::AttributeKey::kBody).function, files);
  }
}

// The texts of the files that the function has places in, by path.
std::string SourceTexts(const ir::Function& function, const SourceManager& sources) {
  std::set<uint32_t> files;
  AddFiles(function, files);
  Json texts = Json::object();
  for (const uint32_t file : files) {
    const SourceManager::File& source = sources.file(file);
    if (!source.library) texts[source.path] = source.text;
  }
  return texts.dump();
}

Tensor Integers(const std::vector<int64_t>& numbers) {
  Tensor tensor(ir::Element::kI64, {static_cast<int64_t>(numbers.size())});
  std::ranges::copy(numbers, tensor.as<int64_t>().begin());
  return tensor;
}

// ---- Reading ----

class Reader {
 public:
  Reader(Safetensors file, const std::string& path, SourceManager& sources)
      : file_(std::move(file)), path_(path), sources_(sources) {}

  StepCase Read() {
    if (Text("format") != kFormat) Refuse(fmt::format("the format is `{}`", Text("format")));
    StepCase step;
    step.run = Text("run");
    step.validation = Number("validation") != 0;
    step.step = Number("step");
    step.epoch = Number("epoch");
    step.batch = Number("batch");
    AddSources();
    step.function = ReadFunction();
    TakeRows(step);
    step.arguments = std::move(file_.tensors);
    CheckArguments(step);
    return step;
  }

 private:
  [[noreturn]] void Refuse(const std::string& message) const { Fail(DiagnosticKind::kBadReplay, path_, message); }

  const std::string& Text(const std::string& key) const {
    const auto found = file_.metadata.find(key);
    if (found == file_.metadata.end()) Refuse(fmt::format("the replay file lacks `{}`", key));
    return found->second;
  }

  int64_t Number(const std::string& key) const {
    const std::string& text = Text(key);
    int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) Refuse(fmt::format("`{}` is `{}`", key, text));
    return number;
  }

  void AddSources() {
    const Json texts = Json::parse(Text("sources"), nullptr, /*allow_exceptions=*/false);
    if (!texts.is_object()) Refuse("the sources cannot be read");
    for (const auto& [path, text] : texts.items()) {
      if (!text.is_string()) Refuse("the sources cannot be read");
      sources_.Add(path, text.get<std::string>());
    }
  }

  ir::Function ReadFunction() {
    Diagnostics diagnostics;
    const ir::Module module = ir::Parse(sources_.Add(path_, Text("function")), sources_, diagnostics);
    if (module.functions.size() != 1 || diagnostics.has_errors() || !ir::Verify(module, diagnostics)) {
      Refuse("the function of the step cannot be read");
    }
    return module.functions.front();
  }

  // Each part's rows, under "rows/NUMBER/DATA".
  void TakeRows(StepCase& step) {
    while (true) {
      const std::string prefix = fmt::format("{}{}/", kRows, step.rows.size());
      const auto found = file_.tensors.lower_bound(prefix);
      if (found == file_.tensors.end() || !found->first.starts_with(prefix)) return;
      const Tensor& rows = found->second;
      if (rows.type() != ir::Type(ir::Element::kI64, {step.batch})) Refuse("the rows of the batch cannot be read");
      const auto numbers = rows.as<int64_t>();
      step.rows.push_back({found->first.substr(prefix.size()), {numbers.begin(), numbers.end()}});
      file_.tensors.erase(found);
    }
  }

  void CheckArguments(const StepCase& step) const {
    if (step.batch < 1) Refuse(fmt::format("the batch has {} rows", step.batch));
    const ir::Function function = ir::Specialize(step.function, {{"B", step.batch}});
    for (uint32_t i = 0; i < function.argument_count(); ++i) {
      const ir::Node& argument = function.nodes()[i];
      const auto value = step.arguments.find(argument.name);
      const bool fits = value != step.arguments.end() && value->second.type() == argument.type;
      if (!fits) Refuse(fmt::format("`{}` is missing, or of another shape", argument.name));
    }
  }

  Safetensors file_;
  const std::string& path_;
  SourceManager& sources_;
};

}  // namespace

void WriteReplay(const std::string& path, const StepCase& step, const SourceManager& sources) {
  Safetensors file{step.arguments,
                   {{"format", kFormat},
                    {"run", step.run},
                    {"validation", step.validation ? "1" : "0"},
                    {"step", std::to_string(step.step)},
                    {"epoch", std::to_string(step.epoch)},
                    {"batch", std::to_string(step.batch)},
                    {"sources", SourceTexts(step.function, sources)},
                    {"function", ir::Print(step.function, sources, {.lengths = true})}}};
  for (size_t part = 0; part < step.rows.size(); ++part) {
    file.tensors.emplace(fmt::format("{}{}/{}", kRows, part, step.rows[part].data), Integers(step.rows[part].rows));
  }
  WriteAtomically(path, FormatChecked(file).pieces());
}

StepCase ReadReplay(const std::string& path, SourceManager& sources) {
  std::string bytes = ReadFile(path);
  switch (VerifyChecksum(bytes)) {
    case CheckResult::kNoChecksum:
      Fail(DiagnosticKind::kBadReplay, path, "this is not a replay file, or its beginning is damaged");
    case CheckResult::kWrong:
      Fail(DiagnosticKind::kBadReplay, path, "the replay file is damaged: its checksum is wrong");
    case CheckResult::kGood:
      break;
  }
  return Reader(ParseSafetensors(ShareText(std::move(bytes)), path), path, sources).Read();
}

}  // namespace nnc::runtime
