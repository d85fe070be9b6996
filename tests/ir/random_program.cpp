#include "tests/ir/random_program.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "ir/builder.h"
#include "ir/graph_view.h"
#include "tests/ir/random.h"

namespace nnc::ir {

namespace {

constexpr int64_t kMostElements = 4096;
constexpr int kMostNodes = 40;
constexpr double kLargest = 1e4;

// ---- Conditioning ----

constexpr double kPerturbation = 1e-5;
constexpr double kIllConditioned = 1e-2;

// Generated code may take a number below the smallest normal f32 for 0, and so a step function's value for another.
Tensor Perturbed(Tensor tensor, Random& random) {
  if (!IsFloat(tensor.element)) return tensor;
  for (double& value : tensor.floats()) {
    value *= 1 + kPerturbation * (random.Chance(50) ? 1 : -1);
    if (std::abs(value) < std::numeric_limits<float>::min()) value = 0;
  }
  return tensor;
}

// The largest distance between elements of two tensors; nullopt where `tensor` is ill-conditioned.
std::optional<double> Distance(const Tensor& tensor, const Tensor& perturbed) {
  if (!IsFloat(tensor.element)) return tensor.ints() == perturbed.ints() ? std::optional(0.0) : std::nullopt;
  double largest = 0;
  for (int64_t i = 0; i < tensor.elements(); ++i) {
    double value = tensor.number(i), distance = std::abs(value - perturbed.number(i));
    bool tame = std::isfinite(value) && distance <= kIllConditioned * std::max(1.0, std::abs(value));
    if (!tame) return std::nullopt;
    largest = std::max(largest, distance);
  }
  return largest;
}

// ---- Making a program ----

class Maker {
 public:
  Maker(uint64_t seed, ProgramValues kind)
      : kind_(kind), random_(seed), noise_(seed + 1), function_("random"), builder_(function_) {
    for (int i = 0; i < 3; ++i) sizes_.push_back(random_.Among<int64_t>({1, 2, 3, 7, 8, 9, 17}));
    if (random_.Chance(10)) sizes_.push_back(0);
  }

  RandomProgram Make() {
    int64_t arguments = random_.Int(1, 4), nodes = random_.Int(1, kMostNodes);
    for (int64_t i = 0; i < arguments; ++i) AddArgument("x" + std::to_string(i), ArgumentType());
    AddArgument("key", Element::kI64);
    for (int64_t i = 0; i < nodes; ++i) AddNode();
    AddResults();
    return {std::move(function_), std::move(arguments_)};
  }

 private:
  Type ArgumentType() {
    Element element = random_.Chance(70) ? Element::kF32 : AnyElement();
    return Type(element, AnyShape());
  }

  Element AnyElement() {
    return random_.Among<Element>({Element::kF32, Element::kF32, Element::kF32, Element::kI32, Element::kI64,
                                   Element::kBool, Element::kU8, Element::kF64});
  }

  Shape AnyShape() {
    Shape shape(random_.Among<size_t>({0, 1, 1, 2, 2, 2, 3, 4}));
    for (Dim& dim : shape) dim = random_.Among(sizes_);
    while (Product(shape).value() > kMostElements / 4) shape.pop_back();
    return shape;
  }

  double AnyFloat() {
    static const std::vector<double> kSpecial = {std::numeric_limits<double>::quiet_NaN(),
                                                 std::numeric_limits<double>::infinity(),
                                                 -std::numeric_limits<double>::infinity(),
                                                 0.0,
                                                 -0.0,
                                                 1e30};
    if (kind_ == ProgramValues::kWild && random_.Chance(20)) return random_.Among(kSpecial);
    if (random_.Chance(10)) return static_cast<double>(random_.Int(-2, 2));
    return static_cast<float>(random_.Unit() * 4 - 2);
  }

  void AddArgument(const std::string& name, const Type& type) {
    builder_.Argument(name, type);
    int64_t count = type.elements();
    if (IsFloat(type.element)) {
      std::vector<double> values(count);
      for (double& value : values) value = AnyFloat();
      arguments_.push_back(Tensor::Floats(Values(type.shape), values, type.element));
    } else {
      std::vector<int64_t> values(count);
      int64_t last = type.element == Element::kBool ? 1 : 5, first = type.element == Element::kI32 ? -3 : 0;
      for (int64_t& value : values) value = random_.Int(first, last);
      arguments_.push_back(Tensor::Ints(Values(type.shape), values, type.element));
    }
    values_.push_back(arguments_.back());
    perturbed_.push_back(Perturbed(arguments_.back(), noise_));
  }

  // Tries random calls until one is well-typed and its value is wanted. Some programs end up shorter.
  void AddNode() {
    constexpr int kTries = 500;
    for (int i = 0; i < kTries; ++i) {
      Node node;
      node.op = random_.Among(AllOps());
      OpClass op_class = InfoOf(node.op).op_class;
      if (node.op == Op::kArgument || op_class == OpClass::kRequest || op_class == OpClass::kLoop) continue;
      std::vector<Type> types;
      int count = InfoOf(node.op).operands < 0 ? static_cast<int>(random_.Int(1, 3)) : InfoOf(node.op).operands;
      for (int operand = 0; operand < count; ++operand) {
        node.operands.push_back(AnyValue());
        types.push_back(function_.type(node.operands.back()));
      }
      for (AttributeKey key : InfoOf(node.op).attributes) node.attributes.Set(key, AnyAttribute(key, types));
      auto inferred = InferType(node.op, types, node.attributes);
      if (!std::holds_alternative<Type>(inferred)) continue;
      node.type = std::get<Type>(inferred);
      if (node.type.elements() <= kMostElements && Append(node)) return;
    }
  }

  // Newer values more often, so that programs are deep.
  Value AnyValue() {
    auto last = static_cast<int64_t>(function_.size()) - 1;
    int64_t first = random_.Chance(50) ? std::max<int64_t>(0, last - 4) : 0;
    return Value{static_cast<uint32_t>(random_.Int(first, last))};
  }

  // Appends `node` unless its value is not wanted in a tame program.
  bool Append(const Node& node) {
    std::vector<const Tensor*> operands, perturbed_operands;
    for (Value operand : node.operands) {
      operands.push_back(&values_[operand.index]);
      perturbed_operands.push_back(&perturbed_[operand.index]);
    }
    Tensor value = EvaluateNode(node, operands);
    Tensor perturbed = Perturbed(EvaluateNode(node, perturbed_operands), noise_);
    if (kind_ == ProgramValues::kTame) {
      if (!Distance(value, perturbed)) return false;
      for (int64_t i = 0; i < value.elements(); ++i) {
        if (IsFloat(value.element) && std::abs(value.number(i)) > kLargest) return false;
      }
    }
    builder_.Apply(node.op, node.operands, node.attributes);
    values_.push_back(std::move(value));
    perturbed_.push_back(std::move(perturbed));
    return true;
  }

  // ---- Attributes: by key, likely to fit the first operand ----

  Attribute AnyAttribute(AttributeKey key, const std::vector<Type>& operands) {
    static const Type kScalar;
    const Type& x = operands.empty() ? kScalar : operands[0];
    switch (key) {
      case AttributeKey::kAxes:
        return AnyAxes(x.rank());
      case AttributeKey::kAxis:
        return random_.Int(0, std::max<int64_t>(x.rank() - 1, 0));
      case AttributeKey::kDescending:
        return random_.Chance(50);
      case AttributeKey::kDim:
        return Dim(random_.Int(0, 9));
      case AttributeKey::kElement:
        return AnyElement();
      case AttributeKey::kHigh:
      case AttributeKey::kLow:
        return Dim(random_.Int(0, 3));
      case AttributeKey::kKeepdims:
      case AttributeKey::kTransposeA:
      case AttributeKey::kTransposeB:
        return random_.Chance(50);
      case AttributeKey::kDilation:
      case AttributeKey::kStride:
        return random_.Int(1, 3);
      case AttributeKey::kLength:
      case AttributeKey::kLimit:
      case AttributeKey::kStart:
        return Dim(random_.Int(0, 9));
      case AttributeKey::kBody:
      case AttributeKey::kCarries:
      case AttributeKey::kCheckpoint:
      case AttributeKey::kIndex:
      case AttributeKey::kReverse:
      case AttributeKey::kScanned:
        break;  // loops are not made
      case AttributeKey::kShape:
        return operands.empty() || operands[0].element == Element::kI64 ? AnyShape() : ShapeLike(x.shape);
      case AttributeKey::kValue:
        return random_.Among<double>({0, 1, 1, 2, -1, 0.5, -1.5, 3});
    }
    return false;
  }

  // A permutation, or some axes in order.
  std::vector<int64_t> AnyAxes(int64_t rank) {
    std::vector<int64_t> axes(rank);
    std::iota(axes.begin(), axes.end(), 0);
    if (random_.Chance(50)) {
      for (int64_t i = rank - 1; i > 0; --i) std::swap(axes[i], axes[random_.Int(0, i)]);
    } else {
      std::erase_if(axes, [&](int64_t) { return random_.Chance(50); });
    }
    return axes;
  }

  // A shape of as many elements, or one to broadcast to.
  Shape ShapeLike(Shape shape) {
    switch (random_.Int(0, 4)) {
      case 0:
        return {Product(shape)};
      case 1:
        shape.insert(shape.begin() + random_.Int(0, static_cast<int64_t>(shape.size())), 1);
        return shape;
      case 2:
        std::rotate(shape.begin(), shape.begin() + (shape.size() > 1 ? 1 : 0), shape.end());
        return shape;
      case 3:
        shape.insert(shape.begin(), random_.Among(sizes_));
        return shape;
      default:
        for (Dim& dim : shape) dim = dim == Dim(1) ? Dim(random_.Among(sizes_)) : dim;
        return shape;
    }
  }

  void AddResults() {
    std::vector<uint32_t> uses = UseCounts(function_);
    for (uint32_t v = function_.argument_count(); v < function_.size(); ++v) {
      bool last = v + 1 == function_.size();
      if (last || (uses[v] == 0 && random_.Chance(80)) || random_.Chance(5)) {
        function_.AddResult("r" + std::to_string(v), Value{v});
      }
    }
  }

  ProgramValues kind_;
  Random random_, noise_;
  Function function_;
  Builder builder_;
  std::vector<int64_t> sizes_;  // few, so that shapes often fit
  std::vector<Tensor> arguments_, values_, perturbed_;
};

}  // namespace

RandomProgram MakeRandomProgram(uint64_t seed, ProgramValues values) { return Maker(seed, values).Make(); }

std::optional<RandomProgram> MakeRandomGradient(uint64_t seed) {
  RandomProgram program = MakeRandomProgram(seed);
  Function& f = program.function;
  std::vector<Result> results = f.results();
  for (const Result& result : results) {
    if (!IsFloat(f.type(result.value).element)) continue;
    std::vector<bool> needed = Reaching(f, {result.value});
    for (uint32_t x = 0; x < f.argument_count(); ++x) {
      if (!needed[x] || !IsFloat(f.type(Value{x}).element)) continue;
      Builder builder(f);
      f.AddResult("gradient", builder.Grad(builder.ReduceAll(Op::kReduceSum, result.value), Value{x}));
      return program;
    }
  }
  return std::nullopt;
}

std::optional<std::vector<double>> ResultTolerances(const Function& function, const std::vector<Tensor>& arguments) {
  Random noise(1);
  std::vector<Tensor> perturbed(function.size());
  std::vector<double> distances(function.size());
  std::vector<bool> tame(function.size());
  Evaluate(function, arguments, [&](Value v, const Tensor& value) {
    const Node& node = function.node(v);
    std::vector<const Tensor*> operands;
    for (Value operand : node.operands) operands.push_back(&perturbed[operand.index]);
    perturbed[v.index] = Perturbed(node.op == Op::kArgument ? value : EvaluateNode(node, operands), noise);
    std::optional<double> distance = Distance(value, perturbed[v.index]);
    tame[v.index] = distance.has_value();
    distances[v.index] = distance.value_or(0);
  });
  std::vector<double> tolerances;
  for (const Result& result : function.results()) {
    std::vector<bool> reaching = Reaching(function, {result.value});
    for (uint32_t v = 0; v < function.size(); ++v) {
      if (reaching[v] && !tame[v]) return std::nullopt;
    }
    tolerances.push_back(distances[result.value.index]);
  }
  return tolerances;
}

}  // namespace nnc::ir
