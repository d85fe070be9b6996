// A symbolic dimension is a map from monomials to coefficients. A monomial is a product of atoms, kept as a sorted list
// with repeats. An atom is a variable, or a quotient or remainder that is no polynomial; it is known by its printed
// text, which is canonical because the polynomials inside it are. So equality of dimensions is equality of maps.
#include "ir/dim.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>
#include <stdexcept>

namespace nnc::ir {

namespace {

struct Atom {
  enum class Kind { kVariable, kFloorDiv, kMod };
  Kind kind = Kind::kVariable;
  std::string text;
  Dim dividend, divisor;  // of a quotient or remainder

  friend bool operator==(const Atom& a, const Atom& b) { return a.text == b.text; }
  friend bool operator<(const Atom& a, const Atom& b) { return a.text < b.text; }
};

using Monomial = std::vector<Atom>;

// Higher degrees first, then by name: the order in which terms print.
struct MonomialOrder {
  bool operator()(const Monomial& a, const Monomial& b) const {
    return a.size() != b.size() ? a.size() > b.size() : a < b;
  }
};

using Terms = std::map<Monomial, int64_t, MonomialOrder>;

int64_t CheckedAdd(int64_t a, int64_t b) {
  int64_t sum;
  if (__builtin_add_overflow(a, b, &sum)) throw DimOverflow();
  return sum;
}

int64_t CheckedMultiply(int64_t a, int64_t b) {
  int64_t product;
  if (__builtin_mul_overflow(a, b, &product)) throw DimOverflow();
  return product;
}

int64_t CheckedFloorDiv(int64_t a, int64_t b) {
  if (b == 0) throw std::logic_error("a dimension divided by zero");
  if (a == INT64_MIN && b == -1) throw DimOverflow();
  return a / b - (a % b != 0 && (a < 0) != (b < 0) ? 1 : 0);
}

}  // namespace

struct Dim::Polynomial {
  Terms terms;  // no zero coefficients, and some monomial that is not empty
};

namespace {

Terms TermsOf(const Dim& dim) {
  if (!dim.is_constant()) return dim.polynomial()->terms;
  return dim.value() == 0 ? Terms{} : Terms{{Monomial{}, dim.value()}};
}

constexpr size_t kMost = 1000;           // terms of a polynomial, and factors of a term
constexpr size_t kLongest = 10 * kMost;  // text of a quotient or remainder

void CheckLength(size_t size, size_t most) {
  if (size > most) throw DimOverflow("has more terms or factors than any program needs");
}

Dim FromTerms(Terms terms) {
  CheckLength(terms.size(), kMost);
  std::erase_if(terms, [](const auto& term) { return term.second == 0; });
  if (terms.empty()) return 0;
  if (terms.size() == 1 && terms.begin()->first.empty()) return terms.begin()->second;
  return Dim(std::make_shared<const Dim::Polynomial>(Dim::Polynomial{std::move(terms)}));
}

Dim FromAtom(Atom atom) {
  CheckLength(atom.text.size(), kLongest);
  return FromTerms({{Monomial{std::move(atom)}, 1}});
}

// The monomial `a / b`, or nullopt where b has an atom that a lacks.
std::optional<Monomial> Quotient(const Monomial& a, const Monomial& b) {
  if (!std::includes(a.begin(), a.end(), b.begin(), b.end())) return std::nullopt;
  Monomial quotient;
  std::set_difference(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(quotient));
  return quotient;
}

// Splits `a` into quotient and rest with a = quotient * b + rest for a single term b: each term of `a` that b divides
// goes to the quotient. Against a constant, the rest's constant term lies in [0, b) (or (b, 0]).
std::pair<Dim, Dim> DivideByTerm(const Dim& a, const Monomial& monomial, int64_t coefficient) {
  Terms quotient, rest;
  for (const auto& [m, c] : TermsOf(a)) {
    auto q = Quotient(m, monomial);
    bool whole = m.empty() && monomial.empty();  // a constant by a constant: the quotient rounds down
    if (q && (whole || c % coefficient == 0)) {
      int64_t times = CheckedFloorDiv(c, coefficient);
      quotient[*q] = times;
      rest[m] = c - times * coefficient;
    } else {
      rest[m] = c;
    }
  }
  return {FromTerms(std::move(quotient)), FromTerms(std::move(rest))};
}

std::pair<Dim, Dim> Divide(const Dim& a, const Dim& b) {
  Terms divisor = TermsOf(b);
  if (divisor.empty()) throw std::logic_error("a dimension divided by zero");
  if (divisor.size() == 1) return DivideByTerm(a, divisor.begin()->first, divisor.begin()->second);
  return a == b ? std::pair<Dim, Dim>{1, 0} : std::pair<Dim, Dim>{0, a};
}

// True where floor(rest / b) is 0 without knowing any variable.
bool IsRemainder(const Dim& rest, const Dim& b) { return rest == Dim(0) || (rest.is_constant() && b.is_constant()); }

Dim SubstituteAtom(const Atom& atom, const std::map<std::string, Dim>& bindings) {
  if (atom.kind == Atom::Kind::kVariable) {
    auto found = bindings.find(atom.text);
    return found == bindings.end() ? Dim::Variable(atom.text) : found->second;
  }
  Dim dividend = atom.dividend.Substitute(bindings), divisor = atom.divisor.Substitute(bindings);
  return atom.kind == Atom::Kind::kFloorDiv ? FloorDiv(dividend, divisor) : Mod(dividend, divisor);
}

void CollectVariables(const Dim& dim, std::set<std::string>& names) {
  if (dim.is_constant()) return;
  for (const auto& [monomial, coefficient] : dim.polynomial()->terms) {
    for (const Atom& atom : monomial) {
      if (atom.kind == Atom::Kind::kVariable) {
        names.insert(atom.text);
      } else {
        CollectVariables(atom.dividend, names);
        CollectVariables(atom.divisor, names);
      }
    }
  }
}

}  // namespace

Dim::Dim(std::shared_ptr<const Polynomial> polynomial) : polynomial_(std::move(polynomial)) {}

Dim Dim::Variable(const std::string& name) { return FromAtom({Atom::Kind::kVariable, name, 0, 0}); }

int64_t Dim::value() const {
  if (!is_constant()) throw std::logic_error("the symbolic dimension " + str() + " has no value");
  return constant_;
}

std::optional<std::string> Dim::variable() const {
  if (is_constant() || polynomial_->terms.size() != 1) return std::nullopt;
  const auto& [monomial, coefficient] = *polynomial_->terms.begin();
  if (coefficient != 1 || monomial.size() != 1 || monomial[0].kind != Atom::Kind::kVariable) return std::nullopt;
  return monomial[0].text;
}

std::vector<std::string> Dim::variables() const {
  std::set<std::string> names;
  CollectVariables(*this, names);
  return {names.begin(), names.end()};
}

Dim Dim::Substitute(const std::map<std::string, Dim>& bindings) const {
  if (is_constant()) return *this;
  Dim sum = 0;
  for (const auto& [monomial, coefficient] : polynomial_->terms) {
    Dim product = coefficient;
    for (const Atom& atom : monomial) product = product * SubstituteAtom(atom, bindings);
    sum = sum + product;
  }
  return sum;
}

Dim operator+(const Dim& a, const Dim& b) {
  if (a.is_constant() && b.is_constant()) return CheckedAdd(a.constant_, b.constant_);
  Terms sum = TermsOf(a);
  for (const auto& [monomial, coefficient] : TermsOf(b)) {
    int64_t& total = sum[monomial];
    total = CheckedAdd(total, coefficient);
  }
  return FromTerms(std::move(sum));
}

Dim operator-(const Dim& a, const Dim& b) {
  int64_t difference;
  if (a.is_constant() && b.is_constant()) {
    if (__builtin_sub_overflow(a.constant_, b.constant_, &difference)) throw DimOverflow();
    return difference;
  }
  return a + b * Dim(-1);
}

Dim operator*(const Dim& a, const Dim& b) {
  if (a.is_constant() && b.is_constant()) return CheckedMultiply(a.constant_, b.constant_);
  Terms product;
  for (const auto& [ma, ca] : TermsOf(a)) {
    for (const auto& [mb, cb] : TermsOf(b)) {
      Monomial merged;
      std::merge(ma.begin(), ma.end(), mb.begin(), mb.end(), std::back_inserter(merged));
      CheckLength(merged.size(), kMost);
      int64_t& total = product[merged];
      total = CheckedAdd(total, CheckedMultiply(ca, cb));
      CheckLength(product.size(), kMost);
    }
  }
  return FromTerms(std::move(product));
}

Dim FloorDiv(const Dim& a, const Dim& b) {
  if (a.is_constant() && b.is_constant()) return CheckedFloorDiv(a.constant_, b.constant_);
  auto [quotient, rest] = Divide(a, b);
  if (IsRemainder(rest, b)) return quotient;
  return quotient + FromAtom({Atom::Kind::kFloorDiv, fmt::format("floordiv({}, {})", rest.str(), b.str()), rest, b});
}

Dim Mod(const Dim& a, const Dim& b) {
  auto [quotient, rest] = Divide(a, b);
  if (IsRemainder(rest, b)) return rest;
  return FromAtom({Atom::Kind::kMod, fmt::format("mod({}, {})", rest.str(), b.str()), rest, b});
}

bool operator==(const Dim& a, const Dim& b) {
  if (a.polynomial_ == b.polynomial_) return a.constant_ == b.constant_;
  return !a.is_constant() && !b.is_constant() && a.polynomial_->terms == b.polynomial_->terms;
}

namespace {

// One term without its sign: "2*N*T", "N", "7".
std::string TermText(const Monomial& monomial, int64_t magnitude) {
  std::string text = magnitude != 1 || monomial.empty() ? std::to_string(magnitude) : "";
  for (const Atom& atom : monomial) text += (text.empty() ? "" : "*") + atom.text;
  return text;
}

}  // namespace

std::string Dim::str() const {
  if (is_constant()) return std::to_string(constant_);
  std::string text;
  for (const auto& [monomial, coefficient] : polynomial_->terms) {
    bool minus = coefficient < 0 && coefficient != INT64_MIN;  // the least integer has no magnitude: it keeps its sign
    if (text.empty()) {
      text = minus ? "-" : "";
    } else {
      text += minus ? " - " : " + ";
    }
    text += TermText(monomial, minus ? -coefficient : coefficient);
  }
  return text;
}

namespace {

constexpr int kDeepest = 256;  // of quotients in quotients, so that hostile text cannot exhaust the stack

// Recursive descent over `sum = ["-"] term {("+"|"-") term}`, `term = factor {"*" factor}`,
// `factor = integer | name | ("floordiv"|"mod") "(" sum "," sum ")"`.
class DimParser {
 public:
  explicit DimParser(std::string_view text) : rest_(text) {}
  std::string_view rest() const { return rest_; }

  std::optional<Dim> Sum() {
    if (++depth_ > kDeepest) return std::nullopt;
    bool minus = rest_.size() > 1 && rest_[0] == '-' && !IsDigit(rest_[1]) && Accept("-");
    std::optional<Dim> sum = Term();
    if (sum && minus) sum = -*sum;
    while (sum && (NextIs('+') || NextIs('-'))) {
      bool subtract = NextIs('-');
      Accept(subtract ? "-" : "+");
      SkipSpaces();
      std::optional<Dim> term = Term();
      if (!term) return std::nullopt;
      sum = subtract ? *sum - *term : *sum + *term;
    }
    --depth_;
    return sum;
  }

 private:
  static bool IsDigit(char c) { return c >= '0' && c <= '9'; }
  static bool IsNameStart(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_'; }
  static bool IsNamePart(char c) { return IsNameStart(c) || IsDigit(c) || c == '.' || c == '$'; }

  void SkipSpaces() { rest_.remove_prefix(std::min(rest_.find_first_not_of(' '), rest_.size())); }

  // Looks past spaces without taking them: they belong to whoever reads on after the dimension.
  bool NextIs(char c) const {
    size_t at = rest_.find_first_not_of(' ');
    return at != std::string_view::npos && rest_[at] == c;
  }

  bool Accept(std::string_view token) {
    std::string_view trimmed = rest_.substr(std::min(rest_.find_first_not_of(' '), rest_.size()));
    if (!trimmed.starts_with(token)) return false;
    rest_ = trimmed.substr(token.size());
    return true;
  }

  std::optional<Dim> Term() {
    std::optional<Dim> product = Factor();
    while (product && NextIs('*')) {
      Accept("*");
      SkipSpaces();
      std::optional<Dim> factor = Factor();
      if (!factor) return std::nullopt;
      product = *product * *factor;
    }
    return product;
  }

  std::optional<Dim> Factor() {
    int64_t number = 0;
    auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), number);
    if (error == std::errc()) {
      rest_.remove_prefix(end - rest_.data());
      return Dim(number);
    }
    if (rest_.empty() || !IsNameStart(rest_[0])) return std::nullopt;
    size_t length = std::find_if_not(rest_.begin(), rest_.end(), IsNamePart) - rest_.begin();
    std::string name(rest_.substr(0, length));
    rest_.remove_prefix(length);
    bool is_function = (name == "floordiv" || name == "mod") && Accept("(");
    return is_function ? Division(name) : Dim::Variable(name);
  }

  std::optional<Dim> Division(std::string_view function) {
    std::optional<Dim> a = Sum();
    if (!a || !Accept(",")) return std::nullopt;
    SkipSpaces();
    std::optional<Dim> b = Sum();
    if (!b || !Accept(")") || *b == Dim(0)) return std::nullopt;
    return function == "mod" ? Mod(*a, *b) : FloorDiv(*a, *b);
  }

  std::string_view rest_;
  int depth_ = 0;
};

}  // namespace

std::optional<Dim> ParseDim(std::string_view& text) {
  try {
    DimParser parser(text);
    std::optional<Dim> dim = parser.Sum();
    if (dim) text = parser.rest();
    return dim;
  } catch (const DimOverflow&) {
    return std::nullopt;
  }
}

Dim Product(const Shape& shape) {
  Dim product = 1;
  for (const Dim& dim : shape) product = product * dim;
  return product;
}

std::string ToString(const Shape& shape) {
  std::string text;
  for (const Dim& dim : shape) text += (text.empty() ? "" : ", ") + dim.str();
  return "[" + text + "]";
}

bool IsConstant(const Shape& shape) {
  return std::all_of(shape.begin(), shape.end(), [](const Dim& dim) { return dim.is_constant(); });
}

std::vector<int64_t> Values(const Shape& shape) {
  std::vector<int64_t> values;
  for (const Dim& dim : shape) values.push_back(dim.value());
  return values;
}

}  // namespace nnc::ir
