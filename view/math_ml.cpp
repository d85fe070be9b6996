#include "view/math_ml.h"

#include <fmt/format.h>

#include <cmath>

#include "view/html.h"

namespace nnc::view {
namespace {

using enum Math::Binding;

std::string Row(const std::string& markup) { return "<mrow>" + markup + "</mrow>"; }

std::string Operator(std::string_view symbol) { return fmt::format("<mo>{}</mo>", Escaped(symbol)); }

// An operator without space around it, where the dictionary of MathML would put some.
std::string Tight(std::string_view symbol) {
  return fmt::format("<mo lspace=\"0\" rspace=\"0\">{}</mo>", Escaped(symbol));
}

// Brackets around tall content alone grow with it.
std::string Bracketed(std::string_view left, const std::string& markup, std::string_view right) {
  bool tall = markup.find("<mfrac>") != std::string::npos || markup.find("<mtable>") != std::string::npos ||
              markup.find("<munder>") != std::string::npos;
  auto bracket = [&](std::string_view symbol) {
    return fmt::format("<mo lspace=\"0\" rspace=\"0\" stretchy=\"{}\">{}</mo>", tall, Escaped(symbol));
  };
  return Row(bracket(left) + markup + bracket(right));
}

std::string Parenthesized(const std::string& markup) { return Bracketed("(", markup, ")"); }

std::string Commas(const std::vector<Math>& parts) {
  std::string markup;
  for (const Math& part : parts) markup += (markup.empty() ? "" : Operator(",")) + part.Within(kRelation);
  return markup;
}

Math Binary(const Math& a, std::string_view symbol, const Math& b, Math::Binding binding, Math::Binding right) {
  return {a.Within(binding) + Operator(symbol) + b.Within(right), binding};
}

}  // namespace

std::string Math::Within(Binding binding) const { return binding_ < binding ? Parenthesized(markup_) : markup_; }

Math Variable(std::string_view name) { return {fmt::format("<mi>{}</mi>", Escaped(name)), kAtom}; }

Math Number(double value) {
  if (std::isinf(value)) return value < 0 ? -Variable("∞") : Variable("∞");
  if (value < 0) return -Number(-value);
  std::string text = fmt::format("{:.6g}", value);
  size_t exponent = text.find('e');
  if (exponent == std::string::npos) return {fmt::format("<mn>{}</mn>", text), kAtom};
  Math power = Power(Number(int64_t{10}), Number(static_cast<int64_t>(std::stoi(text.substr(exponent + 1)))));
  if (text.substr(0, exponent) == "1") return power;
  return Dot({fmt::format("<mn>{}</mn>", text.substr(0, exponent)), kAtom}, power);
}

Math Number(int64_t value) {
  if (value < 0) return {Tight("−") + fmt::format("<mn>{}</mn>", -value), kSum};
  return {fmt::format("<mn>{}</mn>", value), kAtom};
}

Math Words(std::string_view text) { return {fmt::format("<mtext>{}</mtext>", Escaped(text)), kAtom}; }
Math Symbol(std::string_view text) { return {Tight(text), kAtom}; }

Math operator+(const Math& a, const Math& b) { return Binary(a, "+", b, kSum, kSum); }
Math operator-(const Math& a, const Math& b) { return Binary(a, "−", b, kSum, kProduct); }
Math operator-(const Math& a) { return {Tight("−") + a.Within(kProduct), kSum}; }
Math operator*(const Math& a, const Math& b) {
  return {a.Within(kProduct) + "<mspace width=\"0.17em\"/>" + b.Within(kProduct), kProduct};
}
Math Elementwise(const Math& a, const Math& b) { return Binary(a, "⊙", b, kProduct, kProduct); }
Math Dot(const Math& a, const Math& b) { return Binary(a, "·", b, kProduct, kProduct); }

Math Fraction(const Math& above, const Math& below) {
  return {"<mfrac>" + Row(above.markup()) + Row(below.markup()) + "</mfrac>", kProduct};
}
Math Power(const Math& base, const Math& exponent) {
  return {"<msup>" + Row(base.Within(kAtom)) + Row(exponent.markup()) + "</msup>", kPower};
}
Math Subscript(const Math& base, const Math& index) {
  return {"<msub>" + Row(base.Within(kAtom)) + Row(index.markup()) + "</msub>", kAtom};
}
Math Indexed(const Math& base, const Math& index) {
  return {base.Within(kAtom) + Bracketed("[", index.markup(), "]"), kAtom};
}
Math Transposed(const Math& a) {
  return {"<msup>" + Row(a.Within(kAtom)) + "<mi mathvariant=\"normal\">T</mi></msup>", kPower};
}
Math Adjoint(const Math& a) {
  return {"<mover accent=\"true\">" + Row(a.Within(kAtom)) + "<mo stretchy=\"true\">¯</mo></mover>", kAtom};
}
Math Root(const Math& a) { return {"<msqrt>" + a.markup() + "</msqrt>", kAtom}; }

Math Call(const Math& function, const std::vector<Math>& arguments) {
  return {function.Within(kAtom) + Parenthesized(Commas(arguments)), kAtom};
}
Math Call(std::string_view function, const std::vector<Math>& arguments) { return Call(Variable(function), arguments); }

Math Over(std::string_view symbol, const Math& below, const Math& operand) {
  return {"<munder>" + Operator(symbol) + Row(below.markup()) + "</munder>" + operand.Within(kProduct), kProduct};
}
Math Between(std::string_view left, const Math& a, std::string_view right) {
  return {Bracketed(left, a.markup(), right), kAtom};
}
Math Related(const Math& a, std::string_view relation, const Math& b) {
  return {a.Within(kSum) + Operator(relation) + b.Within(kSum), kRelation};
}
Math Listed(const std::vector<Math>& parts) { return {Commas(parts), kRelation}; }
Math Indicator(const Math& condition) { return Between("[", condition, "]"); }

Math Choice(const Math& condition, const Math& a, const Math& b) {
  auto line = [](const Math& value, const std::string& when) {
    return "<mtr><mtd>" + Row(value.markup()) + "</mtd><mtd>" + when + "</mtd></mtr>";
  };
  return {Row("<mo stretchy=\"true\">{</mo><mtable>" + line(a, Words("if ").markup() + condition.Within(kRelation)) +
              line(b, Words("else").markup()) + "</mtable>"),
          kAtom};
}

Math Noted(const Math& a, const Math& note) {
  return {
      "<munder><munder>" + Row(a.markup()) + "<mo stretchy=\"true\">⏟</mo></munder>" + Row(note.markup()) + "</munder>",
      kAtom};
}

Math Marked(const Math& a, std::string_view attributes) {
  return {fmt::format("<mrow {}>{}</mrow>", attributes, a.markup()), a.binding()};
}

std::string MathElement(const Math& a, bool display) {
  return fmt::format("<math{}>{}</math>", display ? " display=\"block\"" : "", Row(a.markup()));
}

}  // namespace nnc::view
