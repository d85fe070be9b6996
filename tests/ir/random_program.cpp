#include "tests/ir/random_program.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <memory>

#include "ir/builder.h"
#include "ir/scan.h"
#include "tests/ir/error_bounds.h"
#include "tests/ir/random_attributes.h"
#include "tests/ir/unroll.h"

namespace nnc::ir {

namespace {

constexpr int kMostNodes = 60, kMostNodesOfBody = 8, kMostDepth = 2;
constexpr double kLargest = 1e4, kSure = 1e-2;

// Whether generated code is sure of every element, and there is no large one.
bool IsTame(const Bounded& bounded) {
  for (size_t i = 0; i < bounded.error.size(); ++i) {
    double value = std::abs(bounded.value.number(static_cast<int64_t>(i)));
    if (!IsFloat(bounded.value.element)) value = 0;
    if (!(value <= kLargest) || !(bounded.error[i] <= kSure * std::max(1.0, value))) return false;
  }
  return true;
}

// Makes a function and evaluates it as it grows.
class Maker {
 public:
  Maker(std::string name, Random& random, RandomTypes& types, ProgramValues kind, int depth)
      : random_(random), types_(types), kind_(kind), depth_(depth), function_(std::move(name)), builder_(function_) {}

  Value AddArgument(const std::string& name, const Bounded& value) {
    const Tensor& tensor = value.value;
    Type type(tensor.element, Shape(tensor.shape.begin(), tensor.shape.end()));
    return Keep(builder_.Argument(name, type), value);
  }

  // As many as can be found.
  void AddNodes(int64_t count) {
    while (static_cast<int64_t>(function_.size()) < count + function_.argument_count()) {
      bool added = random_.Chance(4) && depth_ < kMostDepth ? AddLoop()
                   : random_.Chance(3)                      ? AddCustomDerivative()
                                                            : AddNode();
      if (!added && ++failures_ > kMostNodes) return;
    }
  }

  // Every value without users is a result but for some, and some others are.
  void AddResults() {
    std::vector<uint32_t> uses = UseCounts(function_);
    for (Value v : values_) {
      if (v.index < function_.argument_count()) continue;
      bool last = v == values_.back();
      if (last || (uses[v.index] == 0 && random_.Chance(80)) || random_.Chance(5)) {
        function_.AddResult("r" + std::to_string(v.index), v);
      }
    }
    if (function_.results().empty()) function_.AddResult("r", values_.front());
  }

  Function& function() { return function_; }

 private:
  const Type& type(Value v) const { return function_.type(v); }

  Value Keep(Value v, Bounded bounded) {
    bounded_[v] = std::move(bounded);
    values_.push_back(v);
    return v;
  }

  // Newer values more often, so that programs are deep.
  Value AnyValue() {
    auto last = static_cast<int64_t>(values_.size()) - 1;
    int64_t first = random_.Chance(50) ? std::max<int64_t>(0, last - 4) : 0;
    return values_[random_.Int(first, last)];
  }

  // Whether `bounded` may be a value of the program.
  bool IsWanted(const Bounded& bounded) const {
    return bounded.value.elements() <= kMostElements && (kind_ == ProgramValues::kWild || IsTame(bounded));
  }

  // ---- An op of the table ----

  // Tries random operands until they are well-typed and the value is wanted.
  bool AddNode() {
    constexpr int kTries = 60;
    Op op = random_.Among(AllOps());
    OpClass op_class = InfoOf(op).op_class;
    if (op == Op::kArgument || op_class == OpClass::kRequest || op_class == OpClass::kLoop) return false;
    for (int i = 0; i < kTries; ++i) {
      Node node;
      node.op = op;
      std::vector<Type> operands;
      int count = InfoOf(op).operands < 0 ? static_cast<int>(random_.Int(1, 3)) : InfoOf(op).operands;
      for (int operand = 0; operand < count; ++operand) {
        node.operands.push_back(AnyValue());
        operands.push_back(type(node.operands.back()));
      }
      for (AttributeKey key : InfoOf(op).attributes) node.attributes.Set(key, types_.AnyAttribute(key, operands));
      auto inferred = InferType(op, operands, node.attributes);
      if (!std::holds_alternative<Type>(inferred)) continue;
      node.type = std::get<Type>(inferred);
      if (node.type.elements() <= kMostElements && Append(node)) return true;
    }
    return false;
  }

  // Appends `node` if its value is wanted.
  bool Append(const Node& node) {
    std::vector<const Bounded*> operands;
    for (Value operand : node.operands) operands.push_back(&bounded_.at(operand));
    Bounded bounded = BoundNode(node, operands, Precision::kElement);
    if (!IsWanted(bounded)) return false;
    Keep(builder_.Apply(node.op, node.operands, node.attributes), std::move(bounded));
    return true;
  }

  // ---- A sine with a derivative of its own: that which it would have anyway, so that it can be judged ----

  bool AddCustomDerivative() {
    Node sine;
    sine.op = Op::kSin;
    sine.operands = {AnyValue()};
    sine.type = type(sine.operands[0]);
    if (!IsFloat(sine.type.element) || !Append(sine)) return false;
    Value x = sine.operands[0], y = values_.back();
    Value adjoint = builder_.ConstantLike(0, y);
    Value derivative = builder_.Mul(adjoint, builder_.Cos(x));
    Bounded bounded = bounded_.at(y);
    Keep(builder_.Apply(Op::kCustomVjp, {y, adjoint, x, derivative}), std::move(bounded));
    return true;
  }

  // ---- A loop ----

  struct Loop {
    ScanParts parts;
    std::vector<Value> operands;
  };

  bool AddLoop() {
    Loop loop = AnyLoop();
    if (loop.operands.empty()) return false;
    for (int tries = 0; tries < 4; ++tries) {
      loop.parts.body = AnyBody(loop);
      if (AppendLoop(loop)) return true;
    }
    return false;
  }

  Loop AnyLoop() {
    Loop loop;
    loop.parts.carries = random_.Int(0, 2);
    for (size_t i = 0; i < loop.parts.carries; ++i) loop.operands.push_back(AnyValue());
    Value stack = AnyValue();
    loop.parts.length = type(stack).rank() > 0 ? type(stack).shape[0] : Dim(random_.Int(0, 4));
    if (loop.parts.length.value() > 9) loop.parts.length = random_.Int(1, 4);
    for (int i = 0; i < 6; ++i) {
      Value v = i == 0 ? stack : AnyValue();
      if (loop.parts.scanned == 2 || type(v).rank() == 0 || type(v).shape[0] != loop.parts.length) continue;
      loop.operands.push_back(v);
      ++loop.parts.scanned;
    }
    for (int64_t captures = random_.Int(0, 2); captures > 0; --captures) loop.operands.push_back(AnyValue());
    loop.parts.reverse = random_.Chance(50);
    loop.parts.checkpoint = random_.Chance(30);
    return loop;
  }

  // A body whose values are tame in the first iteration at least.
  std::shared_ptr<const Function> AnyBody(const Loop& loop) {
    Maker body("body", random_, types_, kind_, depth_ + 1);
    for (size_t i = 0; i < loop.operands.size(); ++i) {
      bool is_slice = i >= loop.parts.carries && i < loop.parts.inputs();
      const Bounded& operand = bounded_.at(loop.operands[i]);
      body.AddArgument("a" + std::to_string(i), is_slice ? FirstSlice(operand) : operand);
    }
    body.AddNodes(random_.Int(1, kMostNodesOfBody));
    for (size_t i = 0; i < loop.parts.carries; ++i) {
      Value carry{static_cast<uint32_t>(i)};
      body.function().AddResult(body.function().node(carry).name, body.NextOf(carry));
    }
    for (int64_t i = loop.parts.carries == 0 ? 0 : random_.Int(0, 1); i < 2; ++i) {
      body.function().AddResult("y" + std::to_string(i), body.AnyValue());
    }
    return std::make_shared<Function>(std::move(body.function()));
  }

  // The newest value of the carry's type.
  Value NextOf(Value carry) {
    for (size_t i = values_.size(); i-- > 0;) {
      if (type(values_[i]) == type(carry)) return values_[i];
    }
    return carry;
  }

  static Bounded FirstSlice(const Bounded& stack) {
    Bounded slice = stack;
    slice.value.shape.erase(slice.value.shape.begin());
    Type type(stack.value.element, Shape(slice.value.shape.begin(), slice.value.shape.end()));
    size_t elements = type.elements();
    std::visit([&](auto& values) { values.resize(elements); }, slice.value.data);
    slice.error.resize(elements);
    return slice;
  }

  // Appends the loop and its parts if these are wanted.
  bool AppendLoop(Loop& loop) {
    Function alone("alone");
    Builder build(alone);
    std::vector<Value> arguments;
    std::vector<const Bounded*> operands;
    for (Value operand : loop.operands) {
      arguments.push_back(build.Argument("a" + std::to_string(arguments.size()), type(operand)));
      operands.push_back(&bounded_.at(operand));
    }
    Value scan = AppendScan(build, loop.parts, arguments);
    size_t parts = build.type(scan).parts.size();
    for (size_t i = 0; i < parts; ++i) {
      if (build.type(scan).parts[i].elements() > kMostElements) return false;
      alone.AddResult("p" + std::to_string(i), build.Part(scan, i));
    }
    std::vector<Bounded> bounded = Bound(Unroll(alone), operands, Precision::kElement);
    if (!std::ranges::all_of(bounded, [&](const Bounded& part) { return IsWanted(part); })) return false;
    Value here = AppendScan(builder_, loop.parts, loop.operands);
    for (size_t i = 0; i < parts; ++i) {
      if (i > 0 && random_.Chance(20)) continue;  // a part that nobody takes
      Keep(builder_.Part(here, i), std::move(bounded[i]));
    }
    return true;
  }

  Random& random_;
  RandomTypes& types_;
  ProgramValues kind_;
  int depth_;  // loops around this function
  int failures_ = 0;
  Function function_;
  Builder builder_;
  std::vector<Value> values_;         // what may be an operand
  std::map<Value, Bounded> bounded_;  // of those
};

// ---- Arguments ----

double AnyFloat(Random& random, Element element, ProgramValues kind) {
  static const std::vector<double> special = {std::numeric_limits<double>::quiet_NaN(),
                                              std::numeric_limits<double>::infinity(),
                                              -std::numeric_limits<double>::infinity(),
                                              0.0,
                                              -0.0,
                                              1e30};
  double value = random.Unit() * 4 - 2;
  if (random.Chance(10)) value = static_cast<double>(random.Int(-2, 2));
  if (kind == ProgramValues::kWild && random.Chance(20)) value = random.Among(special);
  if (element == Element::kF32) return static_cast<float>(value);
  return element == Element::kBF16 ? RoundToBF16(value) : value;
}

Tensor AnyTensor(Random& random, const Type& type, ProgramValues kind) {
  int64_t count = type.elements();
  if (IsFloat(type.element)) {
    std::vector<double> values(count);
    for (double& value : values) value = AnyFloat(random, type.element, kind);
    return Tensor::Floats(Values(type.shape), values, type.element);
  }
  std::vector<int64_t> values(count);
  bool is_signed = type.element == Element::kI32 || type.element == Element::kI64;
  for (int64_t& value : values) value = random.Int(is_signed ? -3 : 0, type.element == Element::kBool ? 1 : 5);
  return Tensor::Ints(Values(type.shape), values, type.element);
}

}  // namespace

RandomProgram MakeRandomProgram(uint64_t seed, ProgramValues kind) {
  Random random(seed);
  RandomTypes types(random);
  Maker maker("random", random, types, kind, 0);
  RandomProgram program;
  auto add = [&](const std::string& name, const Type& type) {
    program.arguments.push_back(AnyTensor(random, type, kind));
    maker.AddArgument(name, Exact(program.arguments.back()));
  };
  int64_t arguments = random.Int(1, 4), nodes = random.Int(1, random.Int(1, kMostNodes));
  for (int64_t i = 0; i < arguments; ++i) {
    Element element = i == 0 || random.Chance(60) ? random.Among<Element>({Element::kF32, Element::kF32, Element::kF64})
                                                  : types.AnyElement();
    add("x" + std::to_string(i), Type(element, types.AnyShape()));
  }
  add("key", Element::kI64);
  maker.AddNodes(nodes);
  maker.AddResults();
  program.function = std::move(maker.function());
  return program;
}

}  // namespace nnc::ir
