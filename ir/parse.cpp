// The parser of IR text: functions, their nodes and results. Its parts are read by TextReader.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <unordered_map>

#include "ir/text.h"
#include "ir/text_reader.h"
#include "ir/type_rules.h"

namespace nnc::ir {

namespace {

class FunctionParser {
 public:
  // `depth` counts the bodies that the function is in.
  FunctionParser(TextReader& reader, Diagnostics& diagnostics, int depth = 0)
      : reader_(reader), diagnostics_(diagnostics), depth_(depth) {}

  // Reads what follows the word `func`, up to the closing brace. nullopt where anything was wrong with it.
  std::optional<Function> Run() {
    int errors_before = diagnostics_.error_count();
    if (!Header()) {
      SkipFunction();
      return std::nullopt;
    }
    Lines();
    ResolveOrigins();
    if (diagnostics_.error_count() > errors_before) return std::nullopt;
    for (Node& node : nodes_) function_.Append(std::move(node));
    return std::move(function_);
  }

 private:
  // A name in use. Its value is invalid where the line that defines it could not be read.
  struct Known {
    Value value;
    Span span;
  };
  struct PendingOrigin {
    Value node;
    std::string forward;
    size_t begin, end;
  };

  TextCursor& cursor() { return reader_.cursor(); }

  // @name(%x: type loc, ...) -> (type, ...) loc {
  bool Header() {
    size_t begin = cursor().Next();
    std::optional<std::string> name = reader_.ReadName("@", "the name of a function");
    if (!name) return false;
    function_.set_name(*name);
    name_begin_ = begin;
    name_end_ = cursor().position();
    if (!reader_.Expect("(", "after the name of a function")) return false;
    if (!cursor().Accept(")")) {
      do {
        if (!Argument()) return false;
      } while (cursor().Accept(","));
      if (!reader_.Expect(")", "after the arguments")) return false;
    }
    if (!reader_.Expect("->", "and the types of the results") || !reader_.Expect("(", "before them")) return false;
    if (!cursor().Accept(")")) {
      do {
        std::optional<Type> type = reader_.ReadType();
        if (!type) return false;
        result_types_.push_back(*type);
      } while (cursor().Accept(","));
      if (!reader_.Expect(")", "after the types of the results")) return false;
    }
    std::optional<Span> span = reader_.ReadLocation();
    function_.span = span.value_or(Span{});
    return span && reader_.Expect("{", "before the function's body");
  }

  bool Argument() {
    size_t begin = cursor().Next();
    std::optional<std::string> name = reader_.ReadName("%", "an argument");
    if (!name) return false;
    Node node;
    node.op = Op::kArgument;
    size_t end = cursor().position();
    if (!reader_.Expect(":", "and the argument's type")) return false;
    std::optional<Type> type = reader_.ReadType();
    if (!type) return false;
    std::optional<Span> span = reader_.ReadLocation();
    if (!span) return false;
    node.type = *type;
    node.span = *span;
    Define(*name, begin, end, std::move(node));
    return true;
  }

  // Goes past the brace that ends a function whose header could not be read: the next one at the beginning of a line.
  void SkipFunction() {
    do {
      cursor().SkipLine(cursor().Next());
    } while (!cursor().AtEnd() && !cursor().NextIs("}") && !cursor().NextIs("func "));
    cursor().Accept("}");
  }

  void Lines() {
    bool returned = false;
    while (!cursor().Accept("}")) {
      if (cursor().AtEnd() || cursor().NextIs("func ")) return reader_.ReportMissing("`}` at the end of the function");
      size_t begin = cursor().Next();
      bool understood = false;
      if (returned) {
        reader_.ReportMissingLine("`}` after `return`");
      } else if (cursor().NextIs("%")) {
        understood = NodeLine();
      } else if (cursor().AcceptWord("return")) {
        returned = true;
        understood = Return();
      } else {
        reader_.ReportMissingLine("a line `%name = op ...`, `return ...` or `}`");
      }
      if (!understood) cursor().SkipLine(std::max(begin, cursor().position()));
    }
    if (!returned) reader_.Report(name_begin_, name_end_, fmt::format("@{} has no `return`", function_.name()));
  }

  // %name = op %a, %b {key = value} : type from(%h, vjp op) loc("file":line:column)
  bool NodeLine() {
    size_t begin = cursor().Next();
    std::optional<std::string> name = reader_.ReadName("%", "a value");
    if (!name) return false;
    size_t end = cursor().position();
    std::optional<Node> node = NodeAfterName(*name);
    if (node) {
      Define(*name, begin, end, *std::move(node));
      return true;
    }
    known_.try_emplace(*name, Known{Value{}, reader_.SpanOf(begin, end)});
    std::erase_if(origins_, [&](const PendingOrigin& o) { return o.node.index == nodes_.size(); });
    return false;
  }

  std::optional<Node> NodeAfterName(const std::string& name) {
    Node node;
    if (!reader_.Expect("=", "after the name of a value")) return std::nullopt;
    size_t begin = cursor().Next();
    std::optional<Op> op = reader_.ReadOp();
    if (!op || !ReadOperands(node)) return std::nullopt;
    std::optional<Attributes> attributes = reader_.ReadAttributes();
    if (!attributes) return std::nullopt;
    node.op = *op;
    node.attributes = *std::move(attributes);
    if (!ReadBody(node)) return std::nullopt;
    if (!InferNodeType(node, begin, cursor().position())) return std::nullopt;
    if (!reader_.Expect(":", "and the value's type") || !CheckWrittenType(name, node)) return std::nullopt;
    if (!ReadOrigin(node)) return std::nullopt;
    std::optional<Span> span = reader_.ReadLocation();
    node.span = span.value_or(Span{});
    return span ? std::optional(std::move(node)) : std::nullopt;
  }

  bool ReadOperands(Node& node) {
    if (!cursor().NextIs("%")) return true;
    do {
      std::optional<Value> operand = ReadValue();
      if (!operand) return false;
      node.operands.push_back(*operand);
    } while (cursor().Accept(","));
    return true;
  }

  // func @body(...) -> (...) { ... }, or nothing
  bool ReadBody(Node& node) {
    constexpr int kMostNested = 64;
    size_t begin = cursor().Next();
    if (!cursor().AcceptWord("func")) return true;
    if (depth_ == kMostNested) {
      reader_.Report(begin, cursor().position(), fmt::format("bodies nest deeper than {}", kMostNested));
      return false;
    }
    std::optional<Function> body = FunctionParser(reader_, diagnostics_, depth_ + 1).Run();
    if (!body) return false;
    node.attributes.Set(AttributeKey::kBody, Body{std::make_shared<const Function>(*std::move(body))});
    return true;
  }

  // A value that is defined above. One whose own line had an error fails in silence.
  std::optional<Value> ReadValue() {
    size_t begin = cursor().Next();
    std::optional<std::string> name = reader_.ReadName("%", "a value");
    if (!name) return std::nullopt;
    auto found = known_.find(*name);
    if (found == known_.end()) {
      reader_.Report(begin, cursor().position(), fmt::format("no value %{} is defined above", *name))
          .Help(DidYouMean(*name, KnownNames(), "%"));
      return std::nullopt;
    }
    return found->second.value.valid() ? std::optional(found->second.value) : std::nullopt;
  }

  std::vector<std::string> KnownNames() const {
    std::vector<std::string> names;
    for (const auto& [name, known] : known_) names.push_back(name);
    return names;
  }

  bool InferNodeType(Node& node, size_t begin, size_t end) {
    std::vector<Type> operands;
    for (Value operand : node.operands) operands.push_back(nodes_[operand.index].type);
    if (node.op == Op::kArgument) {
      reader_.Report(begin, end, "an argument is written in the function's header, not in its body");
      return false;
    }
    std::string form = FormError(node.op, node.operands.size(), node.attributes);
    if (!form.empty()) {
      reader_.Report(begin, end, form);
      return false;
    }
    auto inferred = InferType(node.op, operands, node.attributes);
    if (auto* error = std::get_if<TypeError>(&inferred)) {
      reader_.Report(begin, end, error->message).Help(error->help);
      return false;
    }
    node.type = std::get<Type>(inferred);
    return true;
  }

  // A wrong type is reported, and reading goes on with the inferred one.
  bool CheckWrittenType(const std::string& name, const Node& node) {
    size_t begin = cursor().Next();
    std::optional<Type> written = reader_.ReadType();
    if (written && *written != node.type) {
      std::string inferred = ToString(node.type);
      reader_
          .Report(begin, cursor().position(),
                  fmt::format("%{} is written as {}, but this `{}` gives {}", name, ToString(*written),
                              InfoOf(node.op).mnemonic, inferred))
          .Help(fmt::format("write `: {}`, or change the operands", inferred));
    }
    return written.has_value();
  }

  // from(%forward, vjp op), or nothing
  bool ReadOrigin(Node& node) {
    if (!cursor().AcceptWord("from")) return true;
    if (!reader_.Expect("(", "after `from`")) return false;
    size_t begin = cursor().Next();
    std::optional<std::string> forward = reader_.ReadName("%", "the forward value");
    if (!forward) return false;
    size_t end = cursor().position();
    if (!reader_.Expect(",", "and the rule")) return false;
    if (!cursor().AcceptWord("vjp")) {
      reader_.ReportMissing("`vjp` and the op whose rule made this value");
      return false;
    }
    std::optional<Op> rule = reader_.ReadOp();
    if (!rule || !reader_.Expect(")", "after the rule")) return false;
    node.origin = Origin{Value{}, *rule};
    origins_.push_back({Value{static_cast<uint32_t>(nodes_.size())}, *forward, begin, end});
    return true;
  }

  // An origin may be any value of the function, so they are looked up at the end.
  void ResolveOrigins() {
    for (const PendingOrigin& pending : origins_) {
      auto found = known_.find(pending.forward);
      if (found == known_.end()) {
        reader_.Report(pending.begin, pending.end, fmt::format("the function has no value %{}", pending.forward))
            .Help(DidYouMean(pending.forward, KnownNames(), "%"));
      } else {
        nodes_[pending.node.index].origin->forward = found->second.value;
      }
    }
  }

  void Define(const std::string& name, size_t begin, size_t end, Node node) {
    Span span = reader_.SpanOf(begin, end);
    Value value{static_cast<uint32_t>(nodes_.size())};
    auto [known, added] = known_.try_emplace(name, Known{value, span});
    if (!added) {
      reader_.Report(begin, end, fmt::format("%{} is defined twice", name)).AddNote(known->second.span, "first here");
    }
    node.name = name;
    nodes_.push_back(std::move(node));
  }

  // name = %value, ...
  bool Return() {
    size_t begin = cursor().position();
    if (cursor().NextIs("}") || cursor().AtEnd()) return CheckResultTypes(begin);
    do {
      size_t name_begin = cursor().Next();
      std::optional<std::string> name = cursor().Name();
      if (!name) {
        reader_.ReportMissing("the name of a result, as in `return loss = %x`");
        return false;
      }
      size_t name_end = cursor().position();
      if (!reader_.Expect("=", "after the name of a result")) return false;
      std::optional<Value> value = ReadValue();
      if (!value) return false;
      if (std::ranges::any_of(function_.results(), [&](const Result& r) { return r.name == *name; })) {
        reader_.Report(name_begin, name_end, fmt::format("the result `{}` is given twice", *name));
        return false;
      }
      function_.AddResult(*name, *value);
    } while (cursor().Accept(","));
    return CheckResultTypes(begin);
  }

  bool CheckResultTypes(size_t begin) {
    std::vector<std::string> written, returned;
    for (const Type& type : result_types_) written.push_back(ToString(type));
    for (const Result& result : function_.results()) returned.push_back(ToString(nodes_[result.value.index].type));
    if (written != returned) {
      reader_.Report(begin, cursor().position(),
                     fmt::format("@{} is written to return ({}), but this returns ({})", function_.name(),
                                 fmt::join(written, ", "), fmt::join(returned, ", ")));
    }
    return true;
  }

  TextReader& reader_;
  Diagnostics& diagnostics_;
  Function function_;
  std::vector<Node> nodes_;
  std::unordered_map<std::string, Known> known_;
  std::vector<PendingOrigin> origins_;
  std::vector<Type> result_types_;
  size_t name_begin_ = 0, name_end_ = 0;
  int depth_;
};

}  // namespace

Module Parse(uint32_t file, SourceManager& sources, Diagnostics& diagnostics) {
  TextReader reader(file, sources, diagnostics);
  TextCursor& cursor = reader.cursor();
  Module module;
  std::map<std::string, Span> names;
  while (!cursor.AtEnd()) {
    if (!cursor.AcceptWord("func")) {
      reader.ReportMissingLine("`func @name(...)`");
      while (!cursor.AtEnd() && !cursor.NextIs("func ")) cursor.SkipLine(cursor.Next());
      continue;
    }
    size_t begin = cursor.Next();
    std::optional<Function> function = FunctionParser(reader, diagnostics).Run();
    if (!function) continue;
    Span span = reader.SpanOf(begin, begin + function->name().size() + 1);
    auto [known, added] = names.try_emplace(function->name(), span);
    if (!added) {
      diagnostics.Report(DiagnosticKind::kBadIrText, span, fmt::format("@{} is defined twice", function->name()))
          .AddNote(known->second, "first here");
      continue;
    }
    module.functions.push_back(*std::move(function));
  }
  return module;
}

}  // namespace nnc::ir
