// Formulas as MathML, put together from parts like expressions: Power(x, Number(2)) + Number(1).
//
// A part knows how tightly its outermost operation binds, so that parentheses stand where they must and nowhere else.
// The markup keeps to MathML Core (W3C), which browsers draw without a script.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace nnc::view {

class Math {
 public:
  // From the loosest to the tightest.
  enum class Binding { kRelation, kSum, kProduct, kPower, kAtom };

  Math(std::string markup, Binding binding) : markup_(std::move(markup)), binding_(binding) {}

  const std::string& markup() const { return markup_; }
  Binding binding() const { return binding_; }
  // The markup, in parentheses where it binds less than `binding`.
  std::string Within(Binding binding) const;

 private:
  std::string markup_;
  Binding binding_;
};

// ---- Atoms ----
Math Variable(std::string_view name);  // one letter slants, a word stands upright
Math Number(double value);
Math Number(int64_t value);
Math Words(std::string_view text);   // upright, as it is
Math Symbol(std::string_view text);  // an operator that stands for itself: ∑

// ---- Operations ----
Math operator+(const Math& a, const Math& b);
Math operator-(const Math& a, const Math& b);
Math operator-(const Math& a);
Math operator*(const Math& a, const Math& b);    // the product of matrices or with a number: side by side
Math Elementwise(const Math& a, const Math& b);  // a ⊙ b
Math Dot(const Math& a, const Math& b);          // a · b
Math Fraction(const Math& above, const Math& below);
Math Power(const Math& base, const Math& exponent);
Math Subscript(const Math& base, const Math& index);
Math Indexed(const Math& base, const Math& index);  // base[index], also of what has a subscript
Math Transposed(const Math& a);
Math Adjoint(const Math& a);  // a bar over it
Math Root(const Math& a);
Math Call(std::string_view function, const std::vector<Math>& arguments);
Math Call(const Math& function, const std::vector<Math>& arguments);
Math Over(std::string_view symbol, const Math& below,
          const Math& operand);  // ∑ with `below` under it, then the operand
Math Between(std::string_view left, const Math& a, std::string_view right);  // ⌊a⌋
Math Related(const Math& a, std::string_view relation, const Math& b);       // a = b, a > b, a ∈ b
Math Listed(const std::vector<Math>& parts);                                 // a, b, c
// 1 where the condition holds and 0 elsewhere (Iverson's bracket).
Math Indicator(const Math& condition);
// { a if condition; b otherwise
Math Choice(const Math& condition, const Math& a, const Math& b);
// `a` with `note` under a brace below it.
Math Noted(const Math& a, const Math& note);

// `a` as a part that scripts find: `attributes` is HTML as it stands.
Math Marked(const Math& a, std::string_view attributes);

// The formula as an element; `display`: larger, with limits above and below.
std::string MathElement(const Math& a, bool display = false);

}  // namespace nnc::view
