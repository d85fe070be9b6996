#include "tests/ir/random_attributes.h"

#include <algorithm>
#include <numeric>

namespace nnc::ir {

namespace {

constexpr int64_t kMostElementsOfArgument = kMostElements / 4;

}  // namespace

RandomTypes::RandomTypes(Random& random) : random_(random) {
  for (int i = 0; i < 3; ++i) sizes_.push_back(random_.Among<int64_t>({1, 2, 3, 7, 8, 9, 17}));
  if (random_.Chance(15)) sizes_.push_back(random_.Among<int64_t>({15, 16, 33}));
  if (random_.Chance(10)) sizes_.push_back(0);
}

Element RandomTypes::AnyElement() {
  return random_.Among<Element>({Element::kF32, Element::kF32, Element::kF32, Element::kF32, Element::kF64,
                                 Element::kF64, Element::kI32, Element::kI64, Element::kBool, Element::kU8,
                                 Element::kBF16});
}

// Axes that would make the tensor too large are short.
Shape RandomTypes::AnyShape() {
  Shape shape(random_.Among<size_t>({0, 0, 1, 1, 1, 2, 2, 2, 2, 3, 3, 4, 5, 6}));
  int64_t elements = 1;
  for (Dim& dim : shape) {
    int64_t size = random_.Among(sizes_);
    if (elements * size > kMostElementsOfArgument) size = random_.Int(1, 2);
    dim = size;
    elements *= std::max<int64_t>(size, 1);
  }
  return shape;
}

Attribute RandomTypes::AnyAttribute(AttributeKey key, const std::vector<Type>& operands) {
  static const Type scalar;
  const Type& x = operands.empty() ? scalar : operands[0];
  switch (key) {
    case AttributeKey::kAxes:
      return AnyAxes(x.rank());
    case AttributeKey::kAxis:
      return random_.Int(0, std::max<int64_t>(x.rank() - 1, 0));
    case AttributeKey::kDim:
      return Dim(random_.Int(0, 9));
    case AttributeKey::kElement:
      return AnyElement();
    case AttributeKey::kHigh:
    case AttributeKey::kLow:
      return Dim(random_.Int(0, 3));
    case AttributeKey::kDescending:
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
    case AttributeKey::kShape:
      return operands.empty() || x.element == Element::kI64 ? AnyShape() : ShapeLike(x.shape);
    case AttributeKey::kValue:
      return random_.Among<double>({0, 1, 1, 2, -1, 0.5, -1.5, 3, 0.1});
    case AttributeKey::kBody:
    case AttributeKey::kCarries:
    case AttributeKey::kCheckpoint:
    case AttributeKey::kIndex:
    case AttributeKey::kReverse:
    case AttributeKey::kScanned:
      break;  // loops are not made at random
  }
  return false;
}

// A permutation, or some axes in order.
std::vector<int64_t> RandomTypes::AnyAxes(int64_t rank) {
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
Shape RandomTypes::ShapeLike(Shape shape) {
  switch (random_.Int(0, 5)) {
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
    case 4:
      for (size_t i = 0; i + 1 < shape.size(); ++i) {
        if (random_.Chance(50)) continue;
        shape[i] = shape[i] * shape[i + 1];
        shape.erase(shape.begin() + static_cast<std::ptrdiff_t>(i) + 1);
      }
      return shape;
    default:
      for (Dim& dim : shape) dim = dim == Dim(1) ? Dim(random_.Among(sizes_)) : dim;
      return shape;
  }
}

}  // namespace nnc::ir
