// nnc diff: what a pass, or a person, changed between two versions of a graph.

#include <fmt/format.h>

#include <algorithm>

#include "driver/commands.h"
#include "driver/compile.h"
#include "ir/match.h"
#include "ir/text.h"

namespace nnc::driver {
namespace {

struct DiffArguments {
  std::string older, newer, function;
  std::vector<std::string> settings;
};

// `text` with each line behind a mark: '-' is gone, '+' is new, ' ' is said of both.
std::string Marked(char mark, int indent, const std::string& text) {
  std::string marked;
  for (size_t begin = 0; begin < text.size();) {
    size_t end = std::min(text.find('\n', begin), text.size());
    marked += fmt::format("{} {:{}}{}\n", mark, "", indent, text.substr(begin, end - begin));
    begin = end + 1;
  }
  return marked;
}

const ir::Function* BodyOf(const ir::Function& function, ir::Value value) {
  const ir::Attribute* body = function.node(value).attributes.Find(ir::AttributeKey::kBody);
  return body == nullptr ? nullptr : std::get<ir::Body>(*body).function.get();
}

// The lines that differ between two versions of a function, in the order of the newer one; what is gone stands before
// what came after it.
class Comparison {
 public:
  Comparison(const ir::Function& older, const ir::Function& newer, const SourceManager& sources, int indent)
      : older_(older),
        newer_(newer),
        sources_(sources),
        indent_(indent),
        matching_(ir::Match(older, newer)),
        duplicates_(ir::Duplicates(older, newer, matching_)),
        kept_(older.size()) {
    for (ir::Value counterpart : matching_.older) {
      if (counterpart.valid()) kept_[counterpart.index] = true;
    }
  }

  // Empty where nothing differs.
  std::string Lines() {
    std::string text = Arguments();
    uint32_t next = older_.argument_count();
    for (uint32_t v = newer_.argument_count(); v < newer_.size(); ++v) {
      if (matching_.older[v].valid()) text += GoneBefore(next, matching_.older[v].index);
      text += Change(ir::Value{v});
    }
    return text + GoneBefore(next, older_.size()) + Results();
  }

  std::string Summary() const {
    auto gone = std::count(kept_.begin(), kept_.end(), false);
    int64_t fresh = 0, changed = 0;
    for (uint32_t v = 0; v < newer_.size(); ++v) {
      fresh += matching_.older[v].valid() ? 0 : 1;
      changed += matching_.older[v].valid() && !matching_.same[v] ? 1 : 0;
    }
    return fmt::format("{} values, then {}: {} gone, {} new, {} changed", older_.size(), newer_.size(), gone, fresh,
                       changed);
  }

 private:
  std::string Line(const ir::Function& function, ir::Value value) const {
    return ir::Print(function, value, sources_, {.locations = false});
  }

  std::string ArgumentLine(const ir::Function& function, uint32_t index) const {
    const ir::Node& argument = function.nodes()[index];
    return fmt::format("argument %{}: {}", argument.name, ir::ToString(argument.type));
  }

  std::string Arguments() const {
    std::string text;
    for (uint32_t v = 0; v < older_.argument_count(); ++v) {
      if (!kept_[v]) text += Marked('-', indent_, ArgumentLine(older_, v));
    }
    for (uint32_t v = 0; v < newer_.argument_count(); ++v) {
      if (matching_.same[v]) continue;
      if (matching_.older[v].valid()) text += Marked('-', indent_, ArgumentLine(older_, matching_.older[v].index));
      text += Marked('+', indent_, ArgumentLine(newer_, v));
    }
    return text;
  }

  // Values of the older version from `next` up to `end` that are gone; moves `next` there.
  std::string GoneBefore(uint32_t& next, uint32_t end) const {
    std::string text;
    for (; next < end; ++next) {
      if (kept_[next]) continue;
      std::string line = Line(older_, ir::Value{next});
      if (duplicates_[next].valid()) line += fmt::format("  # same as %{}", newer_.node(duplicates_[next]).name);
      text += Marked('-', indent_, line);
    }
    return text;
  }

  std::string Change(ir::Value value) const {
    ir::Value counterpart = matching_.older[value.index];
    if (matching_.same[value.index]) return "";
    if (!counterpart.valid()) return Marked('+', indent_, Line(newer_, value));
    const ir::Function *older_body = BodyOf(older_, counterpart), *newer_body = BodyOf(newer_, value);
    if (newer_body != nullptr && older_.node(counterpart).operands.size() == newer_.node(value).operands.size()) {
      std::string inside = Comparison(*older_body, *newer_body, sources_, indent_ + 2).Lines();
      if (!inside.empty()) return Marked(' ', indent_, "in the body of %" + newer_.node(value).name) + inside;
    }
    return Marked('-', indent_, Line(older_, counterpart)) + Marked('+', indent_, Line(newer_, value));
  }

  static std::string ResultLine(const ir::Function& function, const ir::Result& result) {
    return fmt::format("result {} = %{}", result.name, function.node(result.value).name);
  }

  std::string Results() const {
    std::string text;
    for (const ir::Result& result : older_.results()) {
      auto stays = [&](const ir::Result& other) {
        return other.name == result.name && matching_.older[other.value.index] == result.value;
      };
      bool same = std::any_of(newer_.results().begin(), newer_.results().end(), stays);
      if (!same) text += Marked('-', indent_, ResultLine(older_, result));
    }
    for (const ir::Result& result : newer_.results()) {
      auto was = [&](const ir::Result& other) {
        return other.name == result.name && matching_.older[result.value.index] == other.value;
      };
      bool same = std::any_of(older_.results().begin(), older_.results().end(), was);
      if (!same) text += Marked('+', indent_, ResultLine(newer_, result));
    }
    return text;
  }

  const ir::Function& older_;
  const ir::Function& newer_;
  const SourceManager& sources_;
  int indent_;
  ir::Matching matching_;
  std::vector<ir::Value> duplicates_;  // by value of the older version
  std::vector<bool> kept_;             // by value of the older version: it has a counterpart
};

std::string FunctionText(const ir::Function* older, const ir::Function* newer, const SourceManager& sources) {
  if (newer == nullptr) return fmt::format("- func @{}: {} values\n", older->name(), older->size());
  if (older == nullptr) return fmt::format("+ func @{}: {} values\n", newer->name(), newer->size());
  Comparison comparison(*older, *newer, sources, 0);
  std::string lines = comparison.Lines();
  return lines.empty() ? "" : fmt::format("func @{}: {}\n{}", newer->name(), comparison.Summary(), lines);
}

std::string DiffText(const ir::Module& older, const ir::Module& newer, const std::string& only,
                     const SourceManager& sources) {
  std::string text;
  auto wanted = [&](const ir::Function& function) { return only.empty() || function.name() == only; };
  for (const ir::Function& function : older.functions) {
    if (wanted(function)) text += FunctionText(&function, newer.Find(function.name()), sources);
  }
  for (const ir::Function& function : newer.functions) {
    bool fresh = older.Find(function.name()) == nullptr;
    if (fresh && wanted(function)) text += FunctionText(nullptr, &function, sources);
  }
  return text;
}

int Diff(const DiffArguments& arguments, Session& session) {
  std::vector<Override> overrides = ParseOverrides(arguments.settings);
  auto older = CompileAny(arguments.older, overrides, session);
  auto newer = CompileAny(arguments.newer, overrides, session);
  int code = ShowDiagnostics(session);
  if (!older || !newer) return code;
  if (!arguments.function.empty() && older->module.Find(arguments.function) == nullptr) {
    FindFunction(newer->module, arguments.function);  // refuses a name that neither has
  }
  Print(DiffText(AtBatchSize(*older), AtBatchSize(*newer), arguments.function, session.sources));
  return kExitOk;
}

}  // namespace

void AddDiff(CLI::App& app, Command& chosen) {
  auto arguments = std::make_shared<DiffArguments>();
  CLI::App* command = app.add_subcommand("diff", "what differs between two graphs");
  command->add_option("older", arguments->older, "a .nnir or .nn file")->required();
  command->add_option("newer", arguments->newer, "a .nnir or .nn file")->required();
  command->add_option("--fn", arguments->function, "one function alone");
  command->add_option("--set", arguments->settings, "NAME=VALUE: another value of a static let")->take_all();
  command->callback(
      [arguments, &chosen] { chosen = [arguments](Session& session) { return Diff(*arguments, session); }; });
}

}  // namespace nnc::driver
