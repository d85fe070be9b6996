#include "codegen/nest_plan.h"

#include <algorithm>

#include "codegen/elements.h"

namespace nnc::codegen {
namespace {

using ir::AttributeKey;
using ir::Op;
using ir::Value;

// Cost of a vector whose elements are gathered, in units of one load; a scatter costs twice that.
constexpr int64_t kGatherCost = 20;
// Cost of folding the lanes of one vector, in halves of a load.
constexpr int64_t kFoldCost = 16;

// Stands for the stride along an axis of whose counter a part is divided.
constexpr int64_t kUneven = int64_t{1} << 40;

// What an element's place, or value, depends on: strides along the kernel's axes.
struct Access {
  std::vector<int64_t> strides;
  bool store = false;
};

struct Accesses {
  std::vector<Access> all;
  uint64_t pinned = 0;  // axes whose counter itself matters: iota, the bounds of a pad
};

Accesses AccessesOf(const Schedule& schedule, const Kernel& kernel) {
  const ir::Function& function = *schedule.function;
  Accesses accesses;
  const auto add = [&](const std::vector<int64_t>& shape, const IndexMap& map, bool store) {
    Linear linear = LinearOf(shape, map, kernel.axes.size());
    for (const Linear::Quotient& part : linear.quotients) {
      accesses.pinned |= AxesIn(part.index);
      for (const AxisIndex::Term& term : part.index.terms) {
        linear.coefficients[static_cast<size_t>(term.axis)] = kUneven;
      }
    }
    accesses.all.push_back({std::move(linear.coefficients), store});
  };
  for (const Store& store : kernel.stores) add(ShapeOf(function, store.value), store.map, true);
  for (const Use& use : kernel.uses) {
    const ir::Node& n = function.node(use.value);
    if (!kernel.Contains(use.value) || n.op == Op::kUniform) {
      add(ShapeOf(function, use.value), use.map, false);
    } else if (n.op == Op::kTake) {
      IndexMap row = use.map;
      row.erase(row.begin(), row.begin() + function.type(n.operands[1]).rank());
      row.insert(row.begin(), AxisIndex{});
      add(ShapeOf(function, n.operands[0]), row, false);
    } else if (n.op == Op::kIota) {
      accesses.pinned |= AxesIn(use.map[static_cast<size_t>(n.attribute<int64_t>(AttributeKey::kAxis))]);
    } else if (HasSegments(n)) {
      accesses.pinned |= AxesIn(SegmentOf(function, n, 0, use.map).index);
    } else if (n.op == Op::kArgMax) {
      for (int axis : kernel.folded) accesses.pinned |= uint64_t{1} << axis;
    }
  }
  return accesses;
}

// Runs axis `a` as part of axis `b`, next inside it, where every access steps evenly through both.
bool TryMerge(const Kernel& kernel, const Accesses& accesses, NestPlan& plan, int a, int b) {
  const auto i = static_cast<size_t>(a);
  const auto j = static_cast<size_t>(b);
  const uint64_t both = uint64_t{1} << a | uint64_t{1} << b;
  if (kernel.axes[i].reduced != kernel.axes[j].reduced || (accesses.pinned & both) != 0) return false;
  const bool even = std::ranges::all_of(
      accesses.all, [&](const Access& access) { return access.strides[i] == access.strides[j] * plan.extents[j]; });
  if (!even) return false;
  plan.extents[j] *= plan.extents[i];
  plan.extents[i] = 1;
  return true;
}

void MergeAxes(const Kernel& kernel, const Accesses& accesses, NestPlan& plan) {
  for (int inner = static_cast<int>(kernel.axes.size()) - 1; inner > 0; --inner) {
    int outer = inner - 1;
    while (outer >= 0 && TryMerge(kernel, accesses, plan, outer, inner)) --outer;
    inner = outer + 1;
  }
}

// How often something that depends on the axes `set` is done, were the lanes along `lanes_axis`. What depends on a
// reduced axis is done again at each parallel point, as the loops over parallel axes are outside.
int64_t TimesDone(const Kernel& kernel, const NestPlan& plan, uint64_t set, int lanes_axis) {
  uint64_t reduced = 0;
  for (int axis : kernel.folded) reduced |= uint64_t{1} << axis;
  if ((set & reduced) != 0) set |= ~reduced;
  int64_t times = 1;
  for (int axis = 0; axis < static_cast<int>(plan.extents.size()); ++axis) {
    if ((set >> axis & 1) == 0) continue;
    const int64_t extent = plan.Extent(axis);
    times *= axis == lanes_axis ? (extent + plan.lanes - 1) / plan.lanes : extent;
  }
  return times;
}

// Of a vector of elements `stride` apart, in halves of a load.
int64_t AccessCost(int64_t stride, bool store) {
  const int64_t distance = std::abs(stride);
  if (distance <= 1) return 2;
  if (stride > 0 && stride <= Emitter::kMostShuffled) return 3 * stride;
  return store ? 4 * kGatherCost : 2 * kGatherCost;
}

// Instructions of the kernel, roughly, were the lanes along `axis`; in halves, since two are done at a time but one
// access.
int64_t LaneCost(const Schedule& schedule, const Kernel& kernel, const Accesses& accesses, const NestPlan& plan,
                 int axis) {
  const ir::Function& function = *schedule.function;
  int64_t cost = 0;
  for (const Access& access : accesses.all) {
    const int64_t once = AccessCost(access.strides[static_cast<size_t>(axis)], access.store);
    uint64_t set = 0;
    for (size_t i = 0; i < access.strides.size(); ++i) set |= uint64_t{access.strides[i] != 0} << i;
    cost += once * TimesDone(kernel, plan, set, axis);
  }
  for (const Use& use : kernel.uses) {
    if (!kernel.Contains(use.value)) continue;
    const ir::Node& n = function.node(use.value);
    const bool fold = ir::InfoOf(n.op).op_class == ir::OpClass::kReduce && !IsTrivialReduce(function, n);
    uint64_t set = AxesIn(use.map);
    if (fold && kernel.axes[static_cast<size_t>(axis)].reduced) cost += kFoldCost * TimesDone(kernel, plan, set, axis);
    for (int folded : kernel.folded) set |= uint64_t{fold} << folded;
    cost += CostOf(n) * TimesDone(kernel, plan, set, axis);
  }
  return cost;
}

// Lanes of as many vectors side by side as a walk down long columns takes at once. A single vector reads 64 bytes of
// each row, a stride apart, which neither the prefetcher follows nor a page holds many of. At most four, and so few
// values that all their vectors stay in registers.
int64_t WidenedLanes(const ir::Function& function, const Kernel& kernel, const NestPlan& plan) {
  constexpr int64_t kLongColumn = 64, kMostVectors = 4;
  constexpr int64_t kMostMembers = 12;
  if (plan.lanes_axis < 0 || plan.lanes_reduced || plan.ReducedPoints() < kLongColumn) return plan.lanes;
  // What follows the last reduction is done once a column.
  const auto last = std::ranges::find_if(kernel.members.rbegin(), kernel.members.rend(), [&](Value v) {
    return ir::InfoOf(function.node(v).op).op_class == ir::OpClass::kReduce;
  });
  if (kernel.members.rend() - last > kMostMembers) return plan.lanes;
  int64_t vectors = 1;
  while (vectors < kMostVectors && plan.Extent(plan.lanes_axis) >= 4 * vectors * plan.lanes) vectors *= 2;
  return vectors * plan.lanes;
}

}  // namespace

int64_t NestPlan::ReducedPoints() const {
  int64_t points = 1;
  for (int axis : reduced) points *= Extent(axis);
  return points;
}

NestPlan PlanNest(const Schedule& schedule, const Kernel& kernel, const Target& target) {
  NestPlan plan;
  plan.lanes = target.Lanes(ir::Element::kF32);
  for (const Axis& axis : kernel.axes) plan.extents.push_back(axis.extent);
  const Accesses accesses = AccessesOf(schedule, kernel);
  MergeAxes(kernel, accesses, plan);
  int64_t least = 0;
  for (int axis = static_cast<int>(kernel.axes.size()) - 1; axis >= 0; --axis) {
    if (plan.Extent(axis) <= 1) continue;
    const int64_t cost = LaneCost(schedule, kernel, accesses, plan, axis);
    if (plan.lanes_axis < 0 || cost < least) {
      plan.lanes_axis = axis;
      least = cost;
    }
  }
  for (int axis = 0; axis < static_cast<int>(kernel.axes.size()); ++axis) {
    if (plan.Extent(axis) == 1 || axis == plan.lanes_axis) continue;
    (kernel.axes[static_cast<size_t>(axis)].reduced ? plan.reduced : plan.parallel).push_back(axis);
  }
  if (plan.lanes_axis >= 0) {
    plan.lanes_reduced = kernel.axes[static_cast<size_t>(plan.lanes_axis)].reduced;
    (plan.lanes_reduced ? plan.reduced : plan.parallel).push_back(plan.lanes_axis);
  } else {
    plan.lanes = 1;
  }
  plan.lanes = WidenedLanes(*schedule.function, kernel, plan);
  return plan;
}

}  // namespace nnc::codegen
