// einsum("bhqd,bhkd->bhqk", q, k): sums of products named by letters, made of transposes, reshapes and matrix products.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "frontend/elaborate/builtins.h"

namespace nnc {
namespace {

using ir::Dim;
using ir::Op;
using ir::Shape;
using K = ir::AttributeKey;

// A tensor whose axes have letters.
struct Lettered {
  ir::Value value;
  std::string axes;
};

bool Has(const std::string& letters, char letter) { return letters.find(letter) != std::string::npos; }

class Einsum {
 public:
  explicit Einsum(BuiltinCall& call) : call_(call) {}

  Value Run() {
    auto spec = call_.elaborator.WantString(call_.frame, call_.at(0), call_.value(0), "the pattern");
    if (!spec || !Read(*spec)) return {};
    std::vector<Lettered> operands;
    for (size_t i = 0; i < inputs_.size(); ++i) {
      if (!AddOperand(call_.extra[i], inputs_[i], operands)) return {};
    }
    for (char letter : output_) {
      if (!sizes_.contains(letter))
        return Fail(call_.at(0), fmt::format("no operand has the axis `{}` of the result", letter));
    }
    // Left to right, two at a time; an axis goes as soon as nothing later needs it.
    Lettered result = operands[0];
    for (size_t i = 1; i < operands.size(); ++i) {
      std::string needed = output_;
      for (size_t j = i + 1; j < operands.size(); ++j) needed += operands[j].axes;
      result = Multiply(Reduce(result, needed + operands[i].axes), Reduce(operands[i], needed + result.axes), needed);
    }
    return Value::Tensor(Order(Reduce(result, output_), output_).value);
  }

 private:
  Value Fail(Span span, std::string message) {
    return call_.elaborator.Fail(call_.frame, DiagnosticKind::kBadPattern, span, std::move(message),
                                 "write it as in einsum(\"ij,jk->ik\", a, b)");
  }

  // "ij,jk->ik" into letters of the operands and of the result. Spaces are passed over.
  bool Read(std::string spec) {
    std::erase(spec, ' ');
    size_t arrow = spec.find("->");
    if (arrow == std::string::npos) {
      Fail(call_.at(0), "the pattern has no `->`");
      return false;
    }
    output_ = spec.substr(arrow + 2);
    std::string left = spec.substr(0, arrow) + ",";
    for (size_t start = 0; start < left.size(); start = left.find(',', start) + 1)
      inputs_.push_back(left.substr(start, left.find(',', start) - start));
    for (const std::string& letters : inputs_) {
      if (!CheckLetters(letters)) return false;
    }
    if (!CheckLetters(output_)) return false;
    if (inputs_.size() == call_.extra.size()) return true;
    Fail(call_.span,
         fmt::format("the pattern is for {} operands, but {} are given", inputs_.size(), call_.extra.size()));
    return false;
  }

  bool CheckLetters(const std::string& letters) {
    for (size_t i = 0; i < letters.size(); ++i) {
      bool letter = std::isalpha(static_cast<unsigned char>(letters[i])) != 0;
      if (letter && letters.find(letters[i], i + 1) == std::string::npos) continue;
      Fail(call_.at(0), letter ? fmt::format("`{}` stands twice in `{}`", letters[i], letters)
                               : fmt::format("`{}` is not a letter", letters[i]));
      return false;
    }
    return true;
  }

  bool AddOperand(const CallArgument& argument, const std::string& letters, std::vector<Lettered>& operands) {
    Value tensor = call_.elaborator.ToTensor(call_.frame, argument.span, argument.value);
    if (tensor.poison()) return false;
    const ir::Type& type = TypeAt(call_, *tensor.AsTensor());
    if (type.rank() != static_cast<int64_t>(letters.size())) {
      call_.elaborator.Report(call_.frame, DiagnosticKind::kRankMismatch, argument.span,
                              fmt::format("`{}` is for another rank than that of {}", letters, ir::ToString(type)));
      return false;
    }
    ir::Element wanted = operands.empty() ? type.element : TypeAt(call_, operands[0].value).element;
    if (type.element != wanted || !ir::IsFloat(wanted)) {
      call_.elaborator.Report(
          call_.frame, DiagnosticKind::kElementMismatch, argument.span,
          fmt::format("`einsum` multiplies floats of one type, but this is {}", ir::ToString(type)));
      return false;
    }
    for (size_t i = 0; i < letters.size(); ++i) {
      auto [size, fresh] = sizes_.try_emplace(letters[i], type.shape[i]);
      if (fresh || size->second == type.shape[i]) continue;
      call_.elaborator.Report(
          call_.frame, DiagnosticKind::kShapeMismatch, argument.span,
          fmt::format("the axis `{}` is {} here and {} before", letters[i], type.shape[i].str(), size->second.str()));
      return false;
    }
    operands.push_back({*tensor.AsTensor(), letters});
    return true;
  }

  // Sums over the axes that are not in `kept`.
  Lettered Reduce(const Lettered& x, const std::string& kept) {
    std::vector<int64_t> axes;
    std::string left;
    for (size_t i = 0; i < x.axes.size(); ++i) {
      if (Has(kept, x.axes[i])) {
        left += x.axes[i];
      } else {
        axes.push_back(static_cast<int64_t>(i));
      }
    }
    if (axes.empty()) return x;
    return {Apply(Op::kReduceSum, {x.value}, {{K::kAxes, axes}, {K::kKeepdims, false}}), left};
  }

  Lettered Order(const Lettered& x, const std::string& letters) {
    if (x.axes == letters) return x;
    std::vector<int64_t> axes;
    for (char letter : letters) axes.push_back(static_cast<int64_t>(x.axes.find(letter)));
    return {Apply(Op::kTranspose, {x.value}, {{K::kAxes, axes}}), letters};
  }

  // Both operands as batches of matrices: [shared..., own, summed] x [shared..., summed, own].
  Lettered Multiply(const Lettered& a, const Lettered& b, const std::string& needed) {
    std::string shared, summed, left, right;
    for (char letter : a.axes) (!Has(b.axes, letter) ? left : Has(needed, letter) ? shared : summed) += letter;
    for (char letter : b.axes) {
      if (!Has(a.axes, letter)) right += letter;
    }
    Lettered x = Matrices(a, shared, left, summed), y = Matrices(b, shared, summed, right);
    ir::Value product = Apply(Op::kMatMul, {x.value, y.value}, {{K::kTransposeA, false}, {K::kTransposeB, false}});
    std::string axes = shared + left + right;
    return {*Reshape(call_, product, ShapeOf(axes)).AsTensor(), axes};
  }

  Lettered Matrices(const Lettered& x, const std::string& shared, const std::string& rows, const std::string& columns) {
    Shape shape = ShapeOf(shared);
    shape.push_back(ir::Product(ShapeOf(rows)));
    shape.push_back(ir::Product(ShapeOf(columns)));
    return {*Reshape(call_, Order(x, shared + rows + columns).value, shape).AsTensor(), ""};
  }

  Shape ShapeOf(const std::string& letters) const {
    Shape shape;
    for (char letter : letters) shape.push_back(sizes_.at(letter));
    return shape;
  }

  // Shapes were checked before, and only element types can still be wrong.
  ir::Value Apply(Op op, std::vector<ir::Value> operands, ir::Attributes attributes) {
    std::vector<Value> values;
    for (ir::Value operand : operands) values.push_back(Value::Tensor(operand));
    return *ApplyAt(call_, op, std::move(values), std::move(attributes)).AsTensor();
  }

  BuiltinCall& call_;
  std::vector<std::string> inputs_;
  std::string output_;
  std::map<char, Dim> sizes_;
};

}  // namespace

Value CallEinsum(BuiltinCall& call) { return Einsum(call).Run(); }

}  // namespace nnc
