#include "view/explain_terms.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <map>

#include "ir/text.h"
#include "view/html.h"

namespace nnc::view {
namespace {

bool IsNumber(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](unsigned char c) { return std::isdigit(c) != 0; });
}

// Of a name that IR text does not quote.
bool IsInName(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.'; }

// "net.fc1.weight": the letter for what it is, below it the layer; the instance's name says nothing within its model.
Math ParameterName(std::string_view name) {
  size_t last = name.rfind('.'), first = name.find('.');
  std::string_view what = name.substr(last + 1);
  Math letter = Variable(what == "weight" ? "W" : what == "bias" ? "b" : what);
  return first == last ? letter : Subscript(letter, Words(name.substr(first + 1, last - first - 1)));
}

}  // namespace

Math NameOf(const ir::Function& function, ir::Value value) {
  std::string_view name = function.node(value).name;
  if (IsNumber(name)) return Subscript(Variable("h"), Words(name));
  size_t dot = name.rfind('.');
  if (dot == std::string_view::npos) return Variable(name);
  if (value.index < function.argument_count()) return ParameterName(name);
  std::string_view stem = name.substr(0, dot), suffix = name.substr(dot + 1);
  return IsNumber(suffix) ? Subscript(Variable(stem), Words(suffix)) : Variable(name);
}

Terms Terms::OfBody(const Terms& around, ir::Value loop) {
  const ir::Node& node = around.function().node(loop);
  return {around.lesson(), *node.attribute<ir::Body>(ir::AttributeKey::kBody).function,
          fmt::format("{}{}.", around.prefix_, loop.index)};
}

std::string Terms::Attribute(ir::Value value) const { return fmt::format("data-value=\"{}{}\"", prefix_, value.index); }

Math Terms::Name(ir::Value value) const {
  const ir::Node& node = function_.node(value);
  bool number = node.op == ir::Op::kConstant && node.type.is_scalar();
  Math name = number ? Number(node.attribute<double>(ir::AttributeKey::kValue)) : NameOf(function_, value);
  return Marked(name, Attribute(value));
}

Math Terms::AdjointName(ir::Value value) const {
  Math name = Adjoint(NameOf(function_, value));
  auto adjoint = prefix_.empty() ? lesson_.adjoint[value.index] : std::nullopt;
  return adjoint ? Marked(name, Attribute(*adjoint)) : name;
}

Naming Terms::Names() const {
  return {[this](ir::Value v) { return Name(v); }, [this](ir::Value v) { return AdjointName(v); }};
}

namespace {

// The lines of a loop's body, each marked with the body's value that it shows. Names in the bodies of loops within it
// are others.
std::string BodyLines(const Terms& around, ir::Value loop, const std::string& text) {
  if (text.empty()) return "";
  Terms body = Terms::OfBody(around, loop);
  std::map<std::string, ir::Value> values;  // by how their lines begin
  for (uint32_t v = body.function().argument_count(); v < body.function().size(); ++v) {
    values[fmt::format("\n    %{} = ", body.function().nodes()[v].name)] = ir::Value{v};
  }
  std::string html;
  for (size_t at = 0; at < text.size();) {
    size_t end = std::min(text.find('\n', at + 1), text.size());
    std::string line = text.substr(at, end - at);
    auto value = values.find(line.substr(0, line.find("= ") + 2));
    html += value == values.end() ? Escaped(line)
                                  : fmt::format("\n<span class=\"line\" {}>{}</span>", body.Attribute(value->second),
                                                Escaped(line.substr(1)));
    at = end;
  }
  return html;
}

}  // namespace

std::string IrLine(const Terms& terms, ir::Value value) {
  const ir::Function& function = terms.function();
  const ir::Node& node = function.node(value);
  std::vector<ir::Value> mentioned = node.operands;
  if (node.origin) mentioned.push_back(node.origin->forward);
  std::string text = ir::Print(function, value, *terms.lesson().sources, {.locations = false}), html;
  size_t head = std::min(text.find('\n'), text.size()), at = 0;  // behind it is a loop's body, where names are others
  for (size_t sign = text.find('%', 1); sign < head; sign = text.find('%', sign + 1)) {
    auto begin = text.begin() + static_cast<std::ptrdiff_t>(sign);
    std::string name(begin + 1, std::find_if_not(begin + 1, text.end(), IsInName));
    auto named = std::ranges::find_if(mentioned, [&](ir::Value v) { return function.node(v).name == name; });
    if (named == mentioned.end()) continue;
    html += Escaped(text.substr(at, sign - at)) + fmt::format("<span {}>%{}</span>", terms.Attribute(*named), name);
    at = sign + 1 + name.size();
  }
  return fmt::format("<span class=\"line\" {}>{}</span>\n", terms.Attribute(value),
                     html + Escaped(text.substr(at, head - at)) + BodyLines(terms, value, text.substr(head)));
}

}  // namespace nnc::view
