#include <fmt/format.h>
#include <fmt/ranges.h>

#include <charconv>
#include <cmath>

#include "ir/text.h"
#include "ir/text_cursor.h"

namespace nnc::ir {

std::string QuotedText(std::string_view text) {
  std::string quoted = "\"";
  for (char c : text) {
    auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      quoted += {'\\', c};
    } else if (c == '\n' || c == '\t') {
      quoted += c == '\n' ? "\\n" : "\\t";
    } else if (byte < 0x20 || byte == 0x7F) {
      quoted += fmt::format("\\x{:02X}", byte);
    } else {
      quoted += c;
    }
  }
  return quoted + '"';
}

std::string FloatText(double value) {
  if (std::isnan(value)) return "nan";
  char buffer[32];
  std::string text(buffer, std::to_chars(buffer, buffer + sizeof buffer, value).ptr);
  return text.find_first_not_of("-0123456789") == std::string::npos ? text + ".0" : text;
}

namespace {

constexpr size_t kWidth = 120;  // a longer list of arguments or results is written one a line

std::string Text(bool value) { return value ? "true" : "false"; }
std::string Text(int64_t value) { return std::to_string(value); }
std::string Text(double value) { return FloatText(value); }
std::string Text(Element value) { return std::string(Name(value)); }
std::string Text(const std::vector<int64_t>& value) { return fmt::format("[{}]", fmt::join(value, ", ")); }
std::string Text(const Dim& value) { return value.str(); }
std::string Text(const Shape& value) { return ToString(value); }
std::string Text(const Body& value) { return "@" + value.function->name(); }

std::string NameText(std::string_view name) { return IsPlainName(name) ? std::string(name) : QuotedText(name); }

// `open`, the items and `close` on one line, or each item on a line of its own where that would be too long.
std::string List(std::string_view open, const std::vector<std::string>& items, std::string_view close,
                 std::string_view indent) {
  std::string line = fmt::format("{}{}{}", open, fmt::join(items, ", "), close);
  if (line.size() <= kWidth) return line;
  std::string text(open.substr(0, open.find_last_not_of(' ') + 1));
  for (size_t i = 0; i < items.size(); ++i) text += fmt::format("{}\n{}    {}", i == 0 ? "" : ",", indent, items[i]);
  return close.empty() ? text : fmt::format("{}\n{}{}", text, indent, close);
}

class Printer {
 public:
  Printer(const Function& function, const SourceManager& sources, PrintOptions options)
      : function_(function), sources_(sources), options_(options) {}

  std::string Run() const {
    std::string text = Header();
    for (uint32_t v = function_.argument_count(); v < function_.size(); ++v) {
      text += fmt::format("  {}\n", NodeLine(function_.node(Value{v})));
    }
    std::vector<std::string> results;
    for (const Result& result : function_.results()) {
      results.push_back(fmt::format("{} = {}", NameText(result.name), ValueText(result.value)));
    }
    return text + List(results.empty() ? "  return" : "  return ", results, "", "  ") + "\n}\n";
  }

  std::string NodeLine(Value value) const { return NodeLine(function_.node(value)); }

 private:
  std::string Header() const {
    std::vector<std::string> arguments, results;
    for (uint32_t v = 0; v < function_.argument_count(); ++v) {
      const Node& argument = function_.node(Value{v});
      arguments.push_back(ValueText(Value{v}) + ": " + ToString(argument.type) + Location(argument.span));
    }
    for (const Result& result : function_.results()) results.push_back(ToString(function_.type(result.value)));
    std::string close = fmt::format(") -> ({}){} {{", fmt::join(results, ", "), Location(function_.span));
    return List(fmt::format("func @{}(", NameText(function_.name())), arguments, close, "") + "\n";
  }

  std::string NodeLine(const Node& node) const {
    std::string line = fmt::format("%{} = {}", NameText(node.name), InfoOf(node.op).mnemonic);
    for (size_t i = 0; i < node.operands.size(); ++i) line += (i == 0 ? " " : ", ") + ValueText(node.operands[i]);
    std::string attributes = ToString(node.attributes);
    if (!attributes.empty()) line += " " + attributes;
    if (node.attributes.Find(AttributeKey::kBody) != nullptr) line += " " + BodyText(node);
    line += " : " + ToString(node.type);
    if (node.origin) {
      line += fmt::format(" from({}, vjp {})", ValueText(node.origin->forward), InfoOf(node.origin->rule).mnemonic);
    }
    return line + Location(node.span);
  }

  // The body as it would stand alone, moved in.
  std::string BodyText(const Node& node) const {
    std::string text = Printer(*node.attribute<Body>(AttributeKey::kBody).function, sources_, options_).Run();
    text.pop_back();  // the last newline
    for (size_t at = 0; (at = text.find('\n', at)) != std::string::npos; at += 3) text.insert(at + 1, "  ");
    return text;
  }

  std::string ValueText(Value value) const { return "%" + NameText(function_.node(value).name); }

  std::string Location(const Span& span) const {
    if (!options_.locations || !span.known()) return "";
    const std::string length = options_.lengths ? fmt::format("+{}", span.length) : "";
    return fmt::format(" loc({}:{}:{}{})", QuotedText(sources_.file(span.file).path), span.line, span.column, length);
  }

  const Function& function_;
  const SourceManager& sources_;
  PrintOptions options_;
};

}  // namespace

std::string ToString(const Attributes& attributes) {
  if (attributes.entries().empty()) return "";
  std::vector<std::string> items;
  for (const auto& [key, attribute] : attributes.entries()) {
    if (key == AttributeKey::kBody) continue;  // it has a form of its own
    std::string value = std::visit([](const auto& v) { return Text(v); }, attribute);
    items.push_back(fmt::format("{} = {}", Name(key), value));
  }
  return items.empty() ? "" : fmt::format("{{{}}}", fmt::join(items, ", "));
}

std::string Print(const Function& function, const SourceManager& sources, PrintOptions options) {
  return Printer(function, sources, options).Run();
}

std::string Print(const Function& function, Value value, const SourceManager& sources, PrintOptions options) {
  return Printer(function, sources, options).NodeLine(value);
}

std::string Print(const Module& module, const SourceManager& sources, PrintOptions options) {
  std::string text;
  for (const Function& function : module.functions) {
    text += (text.empty() ? "" : "\n") + Print(function, sources, options);
  }
  return text;
}

}  // namespace nnc::ir
