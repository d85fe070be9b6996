#include "codegen/operand_view.h"

#include <algorithm>
#include <cstdlib>
#include <optional>

#include "codegen/index_map.h"

namespace nnc::codegen {
namespace {

using ir::AttributeKey;
using ir::Op;
using ir::Value;

// The places of an operand's elements in the memory of what its movements start from, while they are followed
// backwards. Each axis of the operand is an index in digits, which reshapes split further.
class PlaceFinder {
 public:
  PlaceFinder(const ir::Function& function, Value operand) : function_(function), value_(operand) {
    for (int64_t extent : ShapeOf(function, operand)) {
      axes_.push_back({});
      map_.push_back(extent == 1 ? AxisIndex{} : CounterOf(static_cast<int>(extents_.size())));
      if (extent == 1) continue;
      axes_.back().push_back(static_cast<int>(extents_.size()));
      extents_.push_back(extent);
    }
  }

  Value value() const { return value_; }

  // Moves on to the operand of the current value, if that value only moves elements and the places stay affine.
  bool Follow() {
    const ir::Node& n = function_.node(value_);
    if (n.op == Op::kReshape) {
      std::optional<IndexMap> map;
      do {
        split_ = false;
        map = ThroughReshape(ShapeOf(function_, n.operands[0]), ShapeOf(function_, value_));
      } while (!map && split_);
      if (!map) return false;
      map_ = *std::move(map);
    } else if (Moves(n)) {
      map_ = OperandMap(function_, n, 0, map_);
    } else {
      return false;
    }
    value_ = n.operands[0];
    return true;
  }

  // The axes from `first` to before `last` as one index into the current value.
  Digits DigitsOf(size_t first, size_t last) const {
    Digits digits;
    for (size_t axis = first; axis < last; ++axis) {
      for (int counter : axes_[axis]) digits.push_back({extents_[static_cast<size_t>(counter)], StrideOf(counter)});
    }
    return Merged(digits);
  }
  int64_t Offset() const {
    return Sum([](const AxisIndex& index) { return index.offset; });
  }

 private:
  bool Moves(const ir::Node& n) const {
    static constexpr Op kMovements[] = {Op::kTranspose, Op::kSlice,     Op::kReverse,
                                        Op::kShear,     Op::kBroadcast, Op::kStopGradient};
    const bool trivial = IsTrivialReduce(function_, n) && n.op != Op::kArgMax;  // which is 0, not the element
    return std::ranges::find(kMovements, n.op) != std::end(kMovements) || trivial;
  }

  template <class Part>
  int64_t Sum(const Part& part) const {
    const std::vector<int64_t> shape = ShapeOf(function_, value_);
    int64_t sum = 0, stride = 1;
    for (size_t axis = shape.size(); axis-- > 0; stride *= shape[axis]) sum += part(map_[axis]) * stride;
    return sum;
  }
  int64_t StrideOf(int counter) const {
    return Sum([&](const AxisIndex& index) {
      const auto term = std::ranges::find(index.terms, counter, &AxisIndex::Term::axis);
      return term == index.terms.end() ? 0 : term->scale;
    });
  }

  // Runs of axes of `from` and of `to` with equal products are one index; that of a run of several axes of `from` is
  // cut into digits.
  std::optional<IndexMap> ThroughReshape(const std::vector<int64_t>& from, const std::vector<int64_t>& to) {
    IndexMap result;
    for (size_t i = 0, j = 0; i < from.size() || j < to.size();) {
      const size_t first = i;
      int64_t left = i < from.size() ? from[i++] : 1, right = 1;
      AxisIndex flat;
      while (left != right || (i == from.size() && j < to.size())) {
        if (left < right) {
          left *= from[i++];
        } else {
          right *= to[j];
          flat = flat * to[j] + map_[j];
          ++j;
        }
      }
      const std::vector<int64_t> extents(from.begin() + static_cast<int64_t>(first),
                                         from.begin() + static_cast<int64_t>(i));
      std::optional<IndexMap> digits = Cut(flat, extents);
      if (!digits) return {};
      result.insert(result.end(), digits->begin(), digits->end());
    }
    return result;
  }

  // The digits of an index below the product of `extents`, in that mixed radix; none where a sum of counters may carry
  // from one digit into the next, or where a counter that runs through several digits was split just now.
  std::optional<IndexMap> Cut(AxisIndex index, const std::vector<int64_t>& extents) {
    IndexMap digits(extents.size());
    const auto slowest = std::ranges::find_if(extents, [](int64_t extent) { return extent != 1; });
    for (size_t d = extents.size(); d-- > 0;) {
      if (extents[d] == 1) continue;
      if (slowest == extents.begin() + static_cast<int64_t>(d)) {
        digits[d] = std::move(index);
        break;
      }
      std::optional<AxisIndex> digit = FastestDigit(index, extents[d]);
      if (!digit) return {};
      index = DivideExactly(index + *digit * -1, extents[d]);
      digits[d] = *std::move(digit);
    }
    return digits;
  }

  // What of `index` counts below `extent`, the rest being multiples of it.
  std::optional<AxisIndex> FastestDigit(const AxisIndex& index, int64_t extent) {
    AxisIndex digit;
    digit.offset = index.offset % extent;
    int64_t greatest = digit.offset;
    for (const AxisIndex::Term& term : index.terms) {
      if (term.scale % extent == 0) continue;
      const int64_t steps = extents_[static_cast<size_t>(term.axis)];
      if (term.scale > 0 && term.scale * steps > extent && extent % term.scale == 0) {
        const int64_t below = extent / term.scale;
        if (steps % below == 0) Split(term.axis, below);
        return {};
      }
      if (term.scale < 0) return {};
      greatest += term.scale * (steps - 1);
      digit.terms.push_back(term);
    }
    if (index.offset < 0 || greatest >= extent) return {};
    return digit;
  }

  // Makes two counters of one, a slow one and a new one that counts below `fast`.
  void Split(int counter, int64_t fast) {
    const int added = static_cast<int>(extents_.size());
    extents_[static_cast<size_t>(counter)] /= fast;
    extents_.push_back(fast);
    for (std::vector<int>& axis : axes_) {
      const auto found = std::ranges::find(axis, counter);
      if (found != axis.end()) axis.insert(found + 1, added);
    }
    for (AxisIndex& index : map_) {
      const auto term = std::ranges::find(index.terms, counter, &AxisIndex::Term::axis);
      if (term == index.terms.end()) continue;
      const int64_t scale = term->scale;
      term->scale *= fast;
      index.terms.push_back({added, scale});
    }
    split_ = true;
  }

  const ir::Function& function_;
  Value value_;
  IndexMap map_;                        // of the current value, in counters
  std::vector<int64_t> extents_;        // of the counters
  std::vector<std::vector<int>> axes_;  // of the operand: their counters, the slowest first
  bool split_ = false;                  // a counter was split since this was last asked
};

// Vectors of whatever length divide a run of this many elements.
constexpr int64_t kRun = 16;
// A tile of fewer rows reads too much for what it computes; one of more has no registers.
constexpr int64_t kFewestRows = 6, kMostRows = 16;

// Whether columns come in vectors: runs of them lie side by side, or terms do and the operand is packed. Of few columns
// every one may lie anywhere where rows of A lie side by side: then those come in vectors.
bool HasColumns(const OperandLayout& a, const OperandLayout& b) {
  constexpr int64_t kFewColumns = 12;
  const Digit& columns = b.lines.back();
  const int64_t count = ExtentOf(b.lines);
  const bool by_rows = a.lines.size() == 1 && a.lines.back().stride == 1 && count < a.lines.back().extent;
  if (by_rows && count <= kFewColumns) return true;
  if (b.lines.size() == 1) return columns.stride == 1 || (b.terms.size() == 1 && b.terms.back().stride == 1);
  return columns.stride == 1 && columns.extent % kRun == 0;
}

// Whether tiles of enough rows have their rows at fixed distances, and what they read next lies near.
bool HasTiles(const OperandLayout& a) {
  if (std::abs(a.lines.back().stride) > 1 && std::abs(a.terms.back().stride) > 1) return false;
  if (a.lines.size() == 1) return true;
  const int64_t rows = ExtentOf(a.lines);
  for (int64_t height = kMostRows; height >= kFewestRows; --height) {
    if (rows % height == 0 && OffsetsFromMultiples(a.lines, height)) return true;
  }
  return false;
}

bool IsTransposed(const ir::Node& product, size_t operand) {
  return product.attribute<bool>(operand == 0 ? AttributeKey::kTransposeA : AttributeKey::kTransposeB);
}

OperandLayout LayoutOf(const PlaceFinder& places, size_t rank, bool terms_first) {
  OperandLayout layout;
  layout.offset = places.Offset();
  layout.batch = places.DigitsOf(0, rank - 2);
  layout.lines = places.DigitsOf(terms_first ? rank - 1 : rank - 2, terms_first ? rank : rank - 1);
  layout.terms = places.DigitsOf(terms_first ? rank - 2 : rank - 1, terms_first ? rank - 1 : rank);
  return layout;
}

// The deepest view of the operand that `suits` its side of the product.
OperandView ViewOf(const ir::Function& function, const ir::Node& product, size_t operand,
                   const std::function<bool(Value)>& stored, const std::function<bool(const OperandLayout&)>& suits) {
  PlaceFinder places(function, product.operands[operand]);
  const auto rank = static_cast<size_t>(product.type.rank());
  // A is [lines, terms] and B [terms, lines] where they are not transposed.
  const bool terms_first = (operand == 1) != IsTransposed(product, operand);
  const auto view = [&] { return OperandView{places.value(), LayoutOf(places, rank, terms_first)}; };
  const OperandView own = view();
  if (function.type(own.source).elements() == 0) return own;
  while (!stored(places.value()) && places.Follow()) {
  }
  OperandView found = view();
  return suits(found.layout) ? found : own;
}

}  // namespace

std::vector<OperandView> ViewOperands(const ir::Function& function, Value product,
                                      const std::function<bool(Value)>& stored) {
  const ir::Node& node = function.node(product);
  const OperandView a = ViewOf(function, node, 0, stored, HasTiles);
  const OperandView b = ViewOf(function, node, 1, stored, [&](const OperandLayout& layout) {
    return HasColumns(a.layout, layout) && LoopsOverTerms(a.layout.terms, layout.terms);
  });
  return {a, b};
}

}  // namespace nnc::codegen
