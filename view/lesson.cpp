#include "view/lesson.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <tuple>

#include "ir/graph_view.h"
#include "runtime/tensor.h"

namespace nnc::view {
namespace {

constexpr int kBins = 24;
constexpr int64_t kFirst = 6;
constexpr size_t kLongest = 28;

// "gpt.blocks.2" of "gpt.blocks.2.norm1.weight": up to the first number; empty without one.
std::string BlockOf(const std::string& parameter) {
  for (size_t begin = 0; begin < parameter.size();) {
    size_t end = std::min(parameter.find('.', begin), parameter.size());
    bool number = end > begin && std::all_of(parameter.begin() + static_cast<std::ptrdiff_t>(begin),
                                             parameter.begin() + static_cast<std::ptrdiff_t>(end),
                                             [](unsigned char c) { return std::isdigit(c) != 0; });
    if (number && begin > 0) return parameter.substr(0, end);
    begin = end + 1;
  }
  return "";
}

// The callee of a call at a place of the source, or the expression there, cut at a length that a block can show.
std::string NameAt(const SourceManager& sources, const Span& span) {
  std::string_view line = sources.Line(span);
  if (span.column == 0 || span.column > line.size()) return "";
  std::string_view rest = line.substr(span.column - 1, std::max<size_t>(span.length, 1));
  auto in_name = [](unsigned char c) { return std::isalnum(c) != 0 || c == '_' || c == '.'; };
  auto end = std::find_if_not(rest.begin(), rest.end(), in_name);
  bool named =
      end != rest.begin() && end != rest.end() && *end == '(' && std::isdigit(static_cast<unsigned char>(rest[0])) == 0;
  if (named) return std::string(rest.begin(), end);
  return rest.size() <= kLongest ? std::string(rest) : std::string(rest.substr(0, kLongest - 3)) + "...";
}

class Cutter {
 public:
  explicit Cutter(LessonInput input) : lesson_{std::move(input), {}, {}, {}, {}, {}, {}} {
    const size_t size = function().size();
    lesson_.module_of.assign(size, -1);
    lesson_.rule_of.assign(size, -1);
    lesson_.adjoint.resize(size);
    lesson_.users.resize(size);
    lesson_.forward = ir::Reaching(function(), {lesson_.loss});
    for (auto [value, adjoint] : lesson_.adjoints) lesson_.adjoint[value.index] = adjoint;
  }

  Lesson Cut() {
    for (ir::Value v{0}; v.index < function().size(); ++v.index) {
      if (lesson_.is_forward(v)) {
        PutForward(v);
      } else {
        PutBackward(v);
      }
    }
    for (size_t m = 0; m < lesson_.modules.size(); ++m) Border(m);
    return std::move(lesson_);
  }

 private:
  const ir::Function& function() const { return lesson_.function; }

  void PutForward(ir::Value v) {
    const ir::Node& node = function().node(v);
    for (ir::Value operand : node.operands) lesson_.users[operand.index].push_back(v);
    if (node.op == ir::Op::kArgument) return;
    lesson_.module_of[v.index] = ModuleAt(node);
    lesson_.modules[static_cast<size_t>(lesson_.module_of[v.index])].values.push_back(v);
  }

  // The module at the node's place; a new one where there is none, or where the node begins another block of it.
  int ModuleAt(const ir::Node& node) {
    const Span& span = node.span;
    if (!span.known() && !lesson_.modules.empty()) return static_cast<int>(lesson_.modules.size()) - 1;
    std::string block;
    for (ir::Value operand : node.operands) {
      if (operand.index < function().argument_count()) block = BlockOf(function().node(operand).name);
    }
    auto& latest = latest_[{span.file, span.line, span.column, span.length}];
    if (latest) {
      LessonModule& module = lesson_.modules[static_cast<size_t>(*latest)];
      if (module.block.empty()) module.block = block;
      if (block.empty() || block == module.block) return *latest;
    }
    latest = static_cast<int>(lesson_.modules.size());
    lesson_.modules.push_back({NameAt(*lesson_.sources, span), block, span, {}, {}, {}, {}});
    return *latest;
  }

  // The origin of a derivative's derivative is a derivative: it belongs where the first of the chain does.
  void PutBackward(ir::Value v) {
    std::optional<ir::Origin> origin = function().node(v).origin;
    while (origin && !lesson_.is_forward(origin->forward)) origin = function().node(origin->forward).origin;
    if (!origin) return;
    int module = lesson_.module_of[origin->forward.index];
    lesson_.rule_of[v.index] = module;
    if (module >= 0) lesson_.modules[static_cast<size_t>(module)].backward.push_back(v);
  }

  void Border(size_t m) {
    LessonModule& module = lesson_.modules[m];
    auto inside = [&](ir::Value v) { return lesson_.module_of[v.index] == static_cast<int>(m); };
    for (ir::Value v : module.values) {
      for (ir::Value operand : function().node(v).operands) {
        bool known = std::ranges::find(module.inputs, operand) != module.inputs.end();
        if (!inside(operand) && !known) module.inputs.push_back(operand);
      }
      const std::vector<ir::Value>& users = lesson_.users[v.index];
      if (v == lesson_.loss || !std::ranges::all_of(users, inside)) module.outputs.push_back(v);
    }
  }

  Lesson lesson_;
  std::map<std::tuple<uint32_t, uint32_t, uint32_t, uint32_t>, std::optional<int>> latest_;  // by place
};

}  // namespace

Numbers NumbersOf(const ir::Tensor& tensor) {
  if (!tensor.parts.empty()) return {};
  runtime::Tensor numbers = runtime::FromIr(tensor);
  Numbers kept{.shape = tensor.shape, .statistics = StatisticsOf(numbers)};
  for (int64_t i = 0; i < std::min(kFirst, tensor.elements()); ++i) kept.first.push_back(tensor.number(i));
  kept.counts = CountsOf(numbers, kept.statistics, kBins);
  return kept;
}

Lesson LessonOf(LessonInput input) { return Cutter(std::move(input)).Cut(); }

}  // namespace nnc::view
