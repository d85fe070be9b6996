// The operator `@`: operands are brought to equal leading axes, which is what the op itself takes.
#include <fmt/format.h>

#include "frontend/elaborate/operators.h"

namespace nnc {

namespace {

using ir::Dim;
using ir::Shape;

class Product {
 public:
  Product(Elaborator& elaborator, Frame& frame, Span span) : elaborator_(elaborator), frame_(frame), span_(span) {}

  Value Multiply(Value a, Value b) {
    for (const Value& operand : {a, b}) {
      if (!operand.AsTensor() || shape(operand).empty()) return NotMatrices(a, b);
    }
    bool row = shape(a).size() == 1, column = shape(b).size() == 1;
    if (row) a = Reshape(a, {1, shape(a)[0]});
    if (column) b = Reshape(b, {shape(b)[0], 1});
    Value product = Matrices(a, b);
    if (product.poison() || (!row && !column)) return product;
    Shape result = shape(product);
    if (column) result.pop_back();
    if (row) result.erase(result.end() - (column ? 1 : 2));
    return Reshape(product, result);
  }

 private:
  const Shape& shape(const Value& v) const { return elaborator_.TypeOf(frame_, v).shape; }

  Value NotMatrices(const Value& a, const Value& b) {
    return elaborator_.Fail(frame_, DiagnosticKind::kRankMismatch, span_,
                            fmt::format("`@` needs matrices or vectors, not {} and {}", elaborator_.Describe(frame_, a),
                                        elaborator_.Describe(frame_, b)),
                            "the product with a scalar is `*`");
  }

  Value Reshape(const Value& x, Shape to) {
    return elaborator_.Apply(frame_, span_, ir::Op::kReshape, {x}, {{ir::AttributeKey::kShape, std::move(to)}});
  }

  Value MatMul(const Value& a, const Value& b) {
    return elaborator_.Apply(frame_, span_, ir::Op::kMatMul, {a, b},
                             {{ir::AttributeKey::kTransposeA, false}, {ir::AttributeKey::kTransposeB, false}});
  }

  Value Matrices(const Value& a, const Value& b) {
    Shape sa = shape(a), sb = shape(b);
    bool fits = sa.back() == sb[sb.size() - 2];  // else the op itself reports it, with the shapes as they were written
    if (fits && sb.size() == 2 && sa.size() > 2) return Flattened(a, sa, b, sb);
    if (fits && sa.size() == 2 && sb.size() > 2) {
      Shape wide(sb.begin(), sb.end() - 2);
      wide.insert(wide.end(), sa.begin(), sa.end());
      return MatMul(elaborator_.Apply(frame_, span_, ir::Op::kBroadcast, {a}, {{ir::AttributeKey::kShape, wide}}), b);
    }
    return MatMul(a, b);
  }

  // One product of all rows of `a` with the matrix `b`.
  Value Flattened(const Value& a, const Shape& sa, const Value& b, const Shape& sb) {
    Dim rows = ir::Product(Shape(sa.begin(), sa.end() - 1));
    Value product = MatMul(Reshape(a, {rows, sa.back()}), b);
    if (product.poison()) return product;
    Shape result(sa.begin(), sa.end() - 1);
    result.push_back(sb.back());
    return Reshape(product, result);
  }

  Elaborator& elaborator_;
  Frame& frame_;
  Span span_;
};

}  // namespace

Value MatrixProduct(Elaborator& elaborator, Frame& frame, Span span, const Value& a, const Value& b) {
  return Product(elaborator, frame, span).Multiply(a, b);
}

}  // namespace nnc
