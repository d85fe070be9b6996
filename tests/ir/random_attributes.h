// Random types and attributes of nodes.
#pragma once

#include "ir/function.h"
#include "tests/ir/random.h"

namespace nnc::ir {

inline constexpr int64_t kMostElements = 4096;  // of a tensor in a random program

class RandomTypes {
 public:
  explicit RandomTypes(Random& random);

  Element AnyElement();
  Shape AnyShape();
  // A value of this key that is likely to fit operands of these types.
  Attribute AnyAttribute(AttributeKey key, const std::vector<Type>& operands);

 private:
  std::vector<int64_t> AnyAxes(int64_t rank);
  Shape ShapeLike(Shape shape);

  Random& random_;
  std::vector<int64_t> sizes_;  // few, so that shapes often fit
};

}  // namespace nnc::ir
