// einsum("bhqd,bhkd->bhqk", q, k): sums of products named by letters, made of transposes, reshapes and matrix products.
// `...` stands for the axes that have no letter, the same ones counted from the last; a letter that stands twice in an
// operand means its diagonal; without `->` the result has `...` and the letters that stand once, in alphabetical order.
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

// What stands for the axes of `...` among letters: as many digits as there are axes, '0' for the last of them.
std::string Digits(size_t axes) {
  std::string digits;
  while (axes > 0) digits += static_cast<char>('0' + --axes);
  return digits;
}

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
    output_ = explicit_ ? Expanded(output_, Digits(dots_)) : ImplicitOutput();
    for (char letter : output_) {
      if (!sizes_.contains(letter))
        return Fail(call_.at(0), fmt::format("no operand has the axis `{}` of the result", letter));
    }
    for (Lettered& operand : operands) operand = Diagonal(std::move(operand));
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
    explicit_ = arrow != std::string::npos;
    if (explicit_) output_ = spec.substr(arrow + 2);
    std::string left = spec.substr(0, arrow) + ",";
    for (size_t start = 0; start < left.size(); start = left.find(',', start) + 1)
      inputs_.push_back(left.substr(start, left.find(',', start) - start));
    for (const std::string& letters : inputs_) {
      if (!CheckLetters(letters)) return false;
    }
    if (!CheckLetters(output_) || !CheckOnce(output_)) return false;
    if (inputs_.size() == call_.extra.size()) return true;
    Fail(call_.span,
         fmt::format("the pattern is for {} operands, but {} are given", inputs_.size(), call_.extra.size()));
    return false;
  }

  // Letters, and `...` at most once.
  bool CheckLetters(const std::string& text) {
    std::string letters = Expanded(text, "");
    for (char letter : letters) {
      if (std::isalpha(static_cast<unsigned char>(letter)) != 0) continue;
      Fail(call_.at(0), letter == '.' ? fmt::format("`...` stands at most once, and whole, in `{}`", text)
                                      : fmt::format("`{}` is not a letter", letter));
      return false;
    }
    return true;
  }

  bool CheckOnce(const std::string& letters) {
    for (size_t i = 0; i < letters.size(); ++i) {
      if (letters[i] == '.' || letters.find(letters[i], i + 1) == std::string::npos) continue;
      Fail(call_.at(0), fmt::format("`{}` stands twice in `{}`", letters[i], letters));
      return false;
    }
    return true;
  }

  // `text` with `digits` in place of the first `...`.
  static std::string Expanded(std::string text, const std::string& digits) {
    size_t at = text.find("...");
    return at == std::string::npos ? text : text.replace(at, 3, digits);
  }

  std::string ImplicitOutput() const {
    std::string all, once;
    for (const std::string& letters : inputs_) all += Expanded(letters, "");
    std::sort(all.begin(), all.end());
    for (char letter : all) {
      if (std::count(all.begin(), all.end(), letter) == 1) once += letter;
    }
    return Digits(dots_) + once;
  }

  bool AddOperand(const CallArgument& argument, const std::string& pattern, std::vector<Lettered>& operands) {
    Value tensor = call_.elaborator.ToTensor(call_.frame, argument.span, argument.value);
    if (tensor.poison()) return false;
    const ir::Type& type = TypeAt(call_, *tensor.AsTensor());
    size_t named = Expanded(pattern, "").size();
    bool dots = pattern.find("...") != std::string::npos;
    if (dots ? type.shape.size() < named : type.shape.size() != named) {
      call_.elaborator.Report(call_.frame, DiagnosticKind::kRankMismatch, argument.span,
                              fmt::format("`{}` is for another rank than that of {}", pattern, ir::ToString(type)));
      return false;
    }
    dots_ = std::max(dots_, type.shape.size() - named);
    std::string letters = Expanded(pattern, Digits(type.shape.size() - named));
    ir::Element wanted = operands.empty() ? type.element : TypeAt(call_, operands[0].value).element;
    if (type.element != wanted || !ir::IsNumber(wanted)) {
      call_.elaborator.Report(
          call_.frame, DiagnosticKind::kElementMismatch, argument.span,
          fmt::format("`einsum` multiplies numbers of one type, but this is {}", ir::ToString(type)));
      return false;
    }
    for (size_t i = 0; i < letters.size(); ++i) {
      auto [size, fresh] = sizes_.try_emplace(letters[i], type.shape[i]);
      if (fresh || size->second == type.shape[i]) continue;
      call_.elaborator.Report(call_.frame, DiagnosticKind::kShapeMismatch, argument.span,
                              fmt::format("the axis `{}` is {} here and {} before", NameOf(letters[i]),
                                          type.shape[i].str(), size->second.str()));
      return false;
    }
    operands.push_back({*tensor.AsTensor(), letters});
    return true;
  }

  static std::string NameOf(char letter) {
    return std::isdigit(static_cast<unsigned char>(letter)) ? "..." : std::string(1, letter);
  }

  // Takes the diagonal where a letter stands twice, by a sum over the later axis of what lies on it.
  Lettered Diagonal(Lettered x) {
    for (size_t i = 0; i < x.axes.size();) {
      size_t twin = x.axes.find(x.axes[i], i + 1);
      if (twin == std::string::npos) {
        ++i;
        continue;
      }
      const ir::Type type = TypeAt(call_, x.value);
      auto counter = [&](size_t axis) {
        return ApplyAt(call_, Op::kIota, {}, {{K::kShape, type.shape}, {K::kAxis, static_cast<int64_t>(axis)}});
      };
      Value same = ApplyAt(call_, Op::kEq, {counter(i), counter(twin)});
      Value zero =
          ApplyAt(call_, Op::kConstant, {}, {{K::kValue, 0.0}, {K::kElement, type.element}, {K::kShape, Shape{}}});
      Value on = ApplyAt(call_, Op::kSelect, {same, Value::Tensor(x.value), zero});
      std::vector<int64_t> axes{static_cast<int64_t>(twin)};
      x.value = Apply(Op::kReduceSum, {*on.AsTensor()}, {{K::kAxes, axes}, {K::kKeepdims, false}});
      x.axes.erase(twin, 1);
    }
    return x;
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

  // Both operands as batches of matrices: [shared..., own, summed] x [shared..., summed, own]. Where nothing is summed,
  // or neither has axes of its own, a product by elements is simpler and fuses with what is around it.
  Lettered Multiply(const Lettered& a, const Lettered& b, const std::string& needed) {
    std::string shared, summed, left, right;
    for (char letter : a.axes) (!Has(b.axes, letter) ? left : Has(needed, letter) ? shared : summed) += letter;
    for (char letter : b.axes) {
      if (!Has(a.axes, letter)) right += letter;
    }
    if (summed.empty() || (left.empty() && right.empty())) {
      std::string all = shared + left + right + summed;
      ir::Value product = Apply(Op::kMul, {Spread(a, all), Spread(b, all)}, {});
      return Reduce({product, all}, needed);
    }
    Lettered x = Matrices(a, shared, left, summed), y = Matrices(b, shared, summed, right);
    ir::Value product = Apply(Op::kMatMul, {x.value, y.value}, {{K::kTransposeA, false}, {K::kTransposeB, false}});
    std::string axes = shared + left + right;
    return {*Reshape(call_, product, ShapeOf(axes)).AsTensor(), axes};
  }

  // `x` with its axes in the order of `letters` and 1 for those that it lacks.
  ir::Value Spread(const Lettered& x, const std::string& letters) {
    std::string own;
    Shape shape;
    for (char letter : letters) {
      if (Has(x.axes, letter)) own += letter;
      shape.push_back(Has(x.axes, letter) ? sizes_.at(letter) : Dim(1));
    }
    return *Reshape(call_, Order(x, own).value, shape).AsTensor();
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
  bool explicit_ = false;  // `->` is written
  size_t dots_ = 0;        // the most axes that a `...` stands for
  std::map<char, Dim> sizes_;
};

}  // namespace

Value CallEinsum(BuiltinCall& call) { return Einsum(call).Run(); }

}  // namespace nnc
