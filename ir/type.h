// Types of IR values: an element type and a shape.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ir/dim.h"

namespace nnc::ir {

enum class Element : uint8_t { kF32, kF64, kBF16, kI32, kI64, kU8, kBool };

std::string_view Name(Element element);  // "f32"
std::optional<Element> ElementNamed(std::string_view name);
int64_t ByteSize(Element element);  // bytes in memory; a bool takes one byte, 0 or 1
inline bool IsFloat(Element e) { return e == Element::kF32 || e == Element::kF64 || e == Element::kBF16; }
inline bool IsInteger(Element e) { return e == Element::kI32 || e == Element::kI64 || e == Element::kU8; }
inline bool IsNumber(Element e) { return e != Element::kBool; }

struct Type {
  Element element = Element::kF32;
  Shape shape;
  std::vector<Type> parts;  // of a tuple, which is no tensor: the type of a loop, whose parts other nodes take out

  Type() = default;
  Type(Element e, Shape s = {}) : element(e), shape(std::move(s)) {}  // NOLINT: an element alone is a scalar type

  static Type Tuple(std::vector<Type> parts) {
    Type type;
    type.parts = std::move(parts);
    return type;
  }

  bool is_tuple() const { return !parts.empty(); }
  int64_t rank() const { return static_cast<int64_t>(shape.size()); }
  bool is_scalar() const { return shape.empty(); }
  bool is_constant() const { return IsConstant(shape); }  // no dimension variables
  int64_t elements() const { return Product(shape).value(); }
  int64_t bytes() const { return elements() * ByteSize(element); }
  bool operator==(const Type&) const = default;
};

// Throws DimOverflow where a tensor of this type has more bytes than 63 bits can say, however small its variables are.
void CheckSize(const Type& type);

// "f32[32, 3]", "f32" for a scalar, "(f32[3], f32[T, 3])" for a tuple.
std::string ToString(const Type& type);

}  // namespace nnc::ir
