// Contractions.
#include "ir/evaluate/rules.h"

namespace nnc::ir {

namespace {

// The last two axes of an operand, read as rows and columns.
struct Matrix {
  int64_t rows, columns, row_stride, column_stride;

  Matrix(const Tensor& tensor, bool transposed) {
    rows = tensor.shape[tensor.shape.size() - 2];
    columns = tensor.shape.back();
    row_stride = columns;
    column_stride = 1;
    if (transposed) {
      std::swap(rows, columns);
      std::swap(row_stride, column_stride);
    }
  }
  int64_t At(int64_t row, int64_t column) const { return row * row_stride + column * column_stride; }
};

// c[i, j] = sum over k of a[i, k] * b[k, j], the sum in order of k. Sum is double, or uint64_t for integers modulo
// 2^64.
template <class Sum, class T>
void Multiply(const T* a, const Matrix& at_a, const T* b, const Matrix& at_b, T* c) {
  for (int64_t i = 0; i < at_a.rows; ++i) {
    for (int64_t j = 0; j < at_b.columns; ++j) {
      Sum sum = 0;
      for (int64_t k = 0; k < at_a.columns; ++k) {
        sum += static_cast<Sum>(a[at_a.At(i, k)]) * static_cast<Sum>(b[at_b.At(k, j)]);
      }
      *c++ = static_cast<T>(sum);
    }
  }
}

}  // namespace

Tensor EvalMatMul(const Node& node, const Operands& operands) {
  Tensor result = ResultOf(node);
  if (result.elements() == 0) return result;
  Matrix at_a(*operands[0], node.attribute<bool>(AttributeKey::kTransposeA));
  Matrix at_b(*operands[1], node.attribute<bool>(AttributeKey::kTransposeB));
  int64_t batches = result.elements() / (at_a.rows * at_b.columns);
  std::visit(
      [&]<class T>(std::vector<T>& c) {
        using Sum = std::conditional_t<std::is_same_v<T, double>, double, uint64_t>;
        const T* a = std::get<std::vector<T>>(operands[0]->data).data();
        const T* b = std::get<std::vector<T>>(operands[1]->data).data();
        for (int64_t batch = 0; batch < batches; ++batch) {
          Multiply<Sum>(a + batch * at_a.rows * at_a.columns, at_a, b + batch * at_b.rows * at_b.columns, at_b,
                        c.data() + batch * at_a.rows * at_b.columns);
        }
        if constexpr (std::is_same_v<T, int64_t>) {
          for (int64_t& value : c) value = Wrap(result.element, value);
        }
      },
      result.data);
  return result;
}

}  // namespace nnc::ir
