// Symbolic dimensions: polynomials with integer coefficients over dimension variables.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nnc::ir {

// The size of one axis, or a static int: a constant, or a polynomial such as `2*N*T + 1`. A variable is a name; the
// quotient and remainder of a division that is not exact are atoms, written `floordiv(N + 1, 2)` and `mod(N, 2)`, both
// rounding down. Equality is equality of polynomials. All arithmetic is overflow-checked and throws DimOverflow, also
// where a polynomial becomes larger than any program's: a few lines can double it again and again.
class Dim {
 public:
  Dim(int64_t value = 0) : constant_(value) {}  // NOLINT: a literal is a Dim
  static Dim Variable(const std::string& name);

  bool is_constant() const { return polynomial_ == nullptr; }
  // The value of a constant; throws std::logic_error on a symbolic one.
  int64_t value() const;
  // The name if this is a variable alone, else nullopt.
  std::optional<std::string> variable() const;
  // Names of all variables in it, also those inside atoms, sorted.
  std::vector<std::string> variables() const;

  // Replaces variables by dimensions; a name that `bindings` lacks stays.
  Dim Substitute(const std::map<std::string, Dim>& bindings) const;

  friend Dim operator+(const Dim& a, const Dim& b);
  friend Dim operator-(const Dim& a, const Dim& b);
  friend Dim operator*(const Dim& a, const Dim& b);
  // Rounds down; exact polynomial division by a constant or a single monomial gives a polynomial, anything else an
  // atom. The divisor must not be the constant 0.
  friend Dim FloorDiv(const Dim& a, const Dim& b);
  friend Dim Mod(const Dim& a, const Dim& b);
  Dim operator-() const { return Dim(0) - *this; }

  friend bool operator==(const Dim& a, const Dim& b);

  // "32", "N", "2*N*T + 1". ParseDim reads every printed form back.
  std::string str() const;

  // Implementation: a sum of monomials; see dim.cpp.
  struct Polynomial;
  explicit Dim(std::shared_ptr<const Polynomial> polynomial);
  const Polynomial* polynomial() const { return polynomial_.get(); }

 private:
  int64_t constant_ = 0;
  std::shared_ptr<const Polynomial> polynomial_;  // null for a constant
};

// The friends of Dim, findable for plain integers too.
Dim FloorDiv(const Dim& a, const Dim& b);
Dim Mod(const Dim& a, const Dim& b);

class DimOverflow : public std::exception {
 public:
  explicit DimOverflow(const std::string& reason = "does not fit in 63 bits") : message_("a dimension " + reason) {}
  const char* what() const noexcept override { return message_.c_str(); }
  // What the dimension does not do, without its subject.
  std::string_view reason() const { return std::string_view(message_).substr(std::string_view("a dimension ").size()); }

 private:
  std::string message_;
};

using Shape = std::vector<Dim>;

// Reads one dimension from the front of `text` and removes it; nullopt (and `text` untouched) where none is there.
std::optional<Dim> ParseDim(std::string_view& text);

// The number of elements: the product of the dimensions, 1 for a scalar.
Dim Product(const Shape& shape);
// "[32, 3]"; "[]" for a scalar.
std::string ToString(const Shape& shape);
bool IsConstant(const Shape& shape);
// The values of a constant shape.
std::vector<int64_t> Values(const Shape& shape);

}  // namespace nnc::ir
