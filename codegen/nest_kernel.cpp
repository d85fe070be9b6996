#include "codegen/nest_kernel.h"

#include <algorithm>
#include <bit>
#include <functional>
#include <iterator>
#include <map>
#include <stdexcept>

#include "codegen/elements.h"
#include "codegen/reduction.h"

namespace nnc::codegen {
namespace {

using ir::Value;

// Loops whose iterations together cost at most this many vector instructions become straight code.
constexpr int64_t kStraight = 160;
// The same for reduced axes that are walked several times: in straight code, what the first walk loads and computes is
// still in registers for the next.
constexpr int64_t kStraightRow = 600;
constexpr int64_t kMostTurns = 4;
constexpr int64_t kLeastLanes = 4;  // of the vector at the end of an axis

class NestEmitter {
 public:
  NestEmitter(Emitter& emitter, const Schedule& schedule, const BufferPlan& plan, const Kernel& kernel, int threads)
      : e_(emitter),
        function_(*schedule.function),
        kernel_(kernel),
        threads_(threads),
        nest_(PlanNest(schedule, kernel, emitter.target())),
        elements_(emitter, schedule, plan, kernel) {
    FindLevels();
    for (size_t axis = 0; axis < kernel.axes.size(); ++axis) Count(static_cast<int>(axis), e_.Index(0));
    for (Value v : kernel_.members) body_cost_ += CostOf(function_.node(v));
    body_cost_ += static_cast<int64_t>(kernel_.stores.size());
  }

  void Run() {
    if (std::ranges::any_of(kernel_.axes, [](const Axis& axis) { return !axis.reduced && axis.extent == 0; })) return;
    UseLanes(false);
    if (nest_.parallel.empty()) {
      const auto point = [&] { Point(); };
      return threads_ == 1 ? point() : OnThreadZero(point);
    }
    Parallel(0);
  }

 private:
  // Reductions by level, and what each level and the stores need hoisted.
  void FindLevels() {
    std::map<Value, int> level;
    for (Value v : kernel_.members) {
      const ir::Node& n = function_.node(v);
      int at = 0;
      for (Value operand : n.operands) at = std::max(at, level.contains(operand) ? level[operand] : 0);
      const bool reduce = ir::InfoOf(n.op).op_class == ir::OpClass::kReduce && !IsTrivialReduce(function_, n);
      if (reduce) {
        if (static_cast<int>(levels_.size()) <= at) levels_.resize(static_cast<size_t>(at) + 1);
        levels_[static_cast<size_t>(at)].push_back(v);
        ++at;
      }
      level[v] = at;
    }
    for (const Store& store : kernel_.stores) {
      const bool inner = (AxesIn(store.map) & ReducedSet()) != 0;
      (inner ? inner_stores_ : point_stores_).push_back(&store);
    }
  }

  uint64_t ReducedSet() const {
    uint64_t set = 0;
    for (int axis : kernel_.folded) set |= uint64_t{1} << axis;
    return set;
  }

  void Count(int axis, llvm::Value* index, int64_t multiple = 1) { elements_.SetCounter(axis, {index, multiple}); }

  // Vectors (or scalars) that the points of parallel code, or of reduced code, are worked on in.
  void UseLanes(bool inside_reduced, int64_t active = -1) {
    const bool vector = nest_.lanes_axis >= 0 && (!nest_.lanes_reduced || inside_reduced);
    if (!vector) return elements_.SetLanes({});
    Lanes lanes;
    lanes.count = nest_.lanes;
    lanes.active = active < 0 ? nest_.lanes : active;
    lanes.axis = nest_.lanes_axis;
    elements_.SetLanes(lanes);
  }

  IndexMap OperandMapOf(Value reduce) const {
    const ir::Node& n = function_.node(reduce);
    for (const Use& use : kernel_.uses) {
      if (use.value == reduce) return ReduceOperandMap(function_, n, use.map, kernel_.folded);
    }
    throw std::logic_error("reduction %" + n.name + " is not used in its kernel");
  }

  // Evaluates before a loop over `axes` all that does not change in it.
  void HoistFor(uint64_t axes) {
    for (const std::vector<Value>& level : levels_) {
      for (Value reduce : level) elements_.Hoist(function_.node(reduce).operands[0], OperandMapOf(reduce), axes);
    }
    for (const Store& store : kernel_.stores) elements_.Hoist(store.value, store.map, axes);
  }

  void InScope(llvm::Value* index, const std::function<void()>& body) {
    const bool straight = llvm::isa<llvm::ConstantInt>(index);
    if (!straight) elements_.OpenScope();
    body();
    if (!straight) elements_.CloseScope();
  }

  void OnThreadZero(const std::function<void()>& body) {
    e_.If(e_.ir().CreateICmpEQ(e_.arguments().thread, e_.Index(0)), [&] {
      elements_.OpenScope();
      body();
      elements_.CloseScope();
    });
  }

  // Parallel axes
  // ------------------------------------------------------------------------------------------------------

  uint64_t AxesFrom(size_t depth) const {
    uint64_t set = ReducedSet();
    for (size_t i = depth; i < nest_.parallel.size(); ++i) set |= uint64_t{1} << nest_.parallel[i];
    return set;
  }

  // Work of one point of the parallel axes from `depth` on.
  int64_t CostFrom(size_t depth) const {
    int64_t cost = body_cost_;
    for (size_t i = depth; i < nest_.parallel.size(); ++i) cost *= Trips(nest_.parallel[i]);
    for (int axis : nest_.reduced) cost *= Trips(axis);
    return cost;
  }

  int64_t Trips(int axis) const {
    const int64_t extent = nest_.Extent(axis);
    return axis == nest_.lanes_axis ? (extent + nest_.lanes - 1) / nest_.lanes : extent;
  }

  int64_t UnrollOf(size_t depth) const {
    return std::max<int64_t>(1, kStraight / std::max<int64_t>(1, CostFrom(depth + 1)));
  }

  void Parallel(size_t depth) {
    if (depth == nest_.parallel.size()) return Point();
    const int axis = nest_.parallel[depth];
    HoistFor(AxesFrom(depth));
    if (axis == nest_.lanes_axis) return ParallelLanes(depth);
    const auto body = [&](llvm::Value* i) {
      InScope(i, [&] {
        Count(axis, i);
        Parallel(depth + 1);
      });
    };
    if (depth > 0 || threads_ == 1) return e_.For(0, nest_.Extent(axis), 1, body, UnrollOf(depth));
    const Emitter::Range share = e_.ThreadShare(nest_.Extent(axis), threads_);
    e_.For(share.begin, share.end, 1, body);
  }

  // Whole vectors, then the rest in a vector that is no wider than it has to be, under a mask if it is still too wide.
  void ParallelLanes(size_t depth) {
    const int axis = nest_.lanes_axis;
    const int64_t extent = nest_.Extent(axis);
    const int64_t whole = extent / nest_.lanes * nest_.lanes;
    const auto body = [&](llvm::Value* i) {
      InScope(i, [&] {
        Count(axis, i, nest_.lanes);
        UseLanes(false);
        Parallel(depth + 1);
      });
    };
    const auto rest = [&] {
      if (whole == extent) return;
      Count(axis, e_.Index(whole), nest_.lanes);
      const auto width = static_cast<int64_t>(std::bit_ceil(static_cast<uint64_t>(extent - whole)));
      elements_.SetLanes({.count = std::clamp(width, std::min(kLeastLanes, nest_.lanes), nest_.lanes),
                          .active = extent - whole,
                          .axis = axis});
      Parallel(depth + 1);
      UseLanes(false);
    };
    if (depth > 0 || threads_ == 1) {
      e_.For(0, whole, nest_.lanes, body, UnrollOf(depth));
      return rest();
    }
    const int64_t units = Trips(axis);
    const Emitter::Range share = e_.ThreadShare(units, threads_);
    llvm::IRBuilder<>& ir = e_.ir();
    llvm::Value* width = e_.Index(nest_.lanes);
    llvm::Value* end = ir.CreateBinaryIntrinsic(llvm::Intrinsic::smin, ir.CreateMul(share.end, width), e_.Index(whole));
    e_.For(ir.CreateMul(share.begin, width), end, nest_.lanes, body);
    if (whole == extent) return;
    llvm::Value* last =
        ir.CreateAnd(ir.CreateICmpEQ(share.end, e_.Index(units)), ir.CreateICmpNE(share.begin, share.end));
    e_.If(last, [&] {
      elements_.OpenScope();
      rest();
      elements_.CloseScope();
    });
  }

  // One point (a vector of them) of the parallel axes.
  void Point() {
    const Lanes lanes = elements_.lanes();
    for (const std::vector<Value>& level : levels_) Reduce(level);
    if (!inner_stores_.empty()) StoreInner();
    for (int axis : kernel_.folded) Count(axis, e_.Index(0));
    elements_.SetLanes(lanes);
    WriteAll(point_stores_);
    for (const std::vector<Value>& level : levels_) {
      for (Value reduce : level) elements_.Unbind(reduce);
    }
  }

  // All elements are made before any is written: a store may go where another's operand is read.
  void WriteAll(const std::vector<const Store*>& stores) {
    std::vector<llvm::Value*> values;
    for (const Store* store : stores) values.push_back(elements_.At(store->value, store->map));
    for (size_t i = 0; i < stores.size(); ++i) elements_.Write(*stores[i], values[i]);
  }

  // Reduced axes
  // -------------------------------------------------------------------------------------------------------

  bool ReducedStraight() const {
    int64_t cost = body_cost_;
    for (int axis : nest_.reduced) cost *= Trips(axis);
    const bool again = levels_.size() + (inner_stores_.empty() ? 0 : 1) > 1;
    return cost <= (again ? kStraightRow : kStraight);
  }

  // Calls `body` at each step of the reduced axes, with carried values; it returns the next ones. `turn` counts the
  // steps of the innermost axis modulo `turns`.
  using Step = std::function<Values(int64_t turn, const Values& carried)>;
  Values WalkReduced(size_t depth, int64_t turns, const Values& initial, const Step& step) {
    const Lanes lanes = elements_.lanes();
    if (depth == nest_.reduced.size()) return step(0, initial);
    const int axis = nest_.reduced[depth];
    if (depth + 1 == nest_.reduced.size()) return WalkInnermost(axis, turns, initial, step);
    HoistFor(ReducedFrom(depth));
    const int64_t unroll = ReducedStraight() ? nest_.Extent(axis) : 1;
    return e_.ForCarry(
        0, nest_.Extent(axis), 1, initial,
        [&](llvm::Value* i, const Values& carried) {
          Values next;
          InScope(i, [&] {
            Count(axis, i);
            elements_.SetLanes(lanes);
            next = WalkReduced(depth + 1, turns, carried, step);
          });
          return next;
        },
        unroll);
  }

  uint64_t ReducedFrom(size_t depth) const {
    uint64_t set = 0;
    for (size_t i = depth; i < nest_.reduced.size(); ++i) set |= uint64_t{1} << nest_.reduced[i];
    return set;
  }

  Values WalkInnermost(int axis, int64_t turns, const Values& initial, const Step& step) {
    const bool vector = axis == nest_.lanes_axis;
    const int64_t width = vector ? nest_.lanes : 1;
    const int64_t extent = nest_.Extent(axis);
    const int64_t whole = extent / width * width;
    const int64_t stride = width * turns;
    const Lanes outer = elements_.lanes();
    const auto visit = [&](llvm::Value* i, int64_t turn, int64_t active, const Values& carried) {
      llvm::Value* at = e_.ir().CreateAdd(i, e_.Index(turn * width));
      Count(axis, at, width);
      vector ? UseLanes(true, active) : elements_.SetLanes(outer);
      return step(turn, carried);
    };
    HoistFor(uint64_t{1} << axis);
    const int64_t main = whole / stride * stride;
    Values carried = e_.ForCarry(
        0, main, stride, initial,
        [&](llvm::Value* i, const Values& current) {
          Values next = current;
          InScope(i, [&] {
            for (int64_t turn = 0; turn < turns; ++turn) next = visit(i, turn, width, next);
          });
          return next;
        },
        ReducedStraight() ? extent : 1);
    for (int64_t i = main; i < whole; i += width) carried = visit(e_.Index(main), (i - main) / width, width, carried);
    if (whole < extent) carried = visit(e_.Index(main), (whole - main) / width, extent - whole, carried);
    elements_.SetLanes(outer);
    return carried;
  }

  // How many accumulators each of `reductions` that are walked together sums into in turn. All of them take up at most
  // half of the registers.
  int64_t Turns(size_t reductions) const {
    if (nest_.reduced.empty()) return 1;
    const int64_t vectors = std::max<int64_t>(1, nest_.lanes / e_.target().Lanes(ir::Element::kF32));
    const int64_t registers = e_.target().vector_registers / 2 / static_cast<int64_t>(reductions) / vectors;
    return std::clamp<int64_t>(std::min(Trips(nest_.reduced.back()) / 2, registers), 1, kMostTurns);
  }

  // The reductions of one level, walked together, and where the states of each lie among the carried values.
  struct Level {
    struct Fold {
      Value value;
      Reduction reduction;
      IndexMap operand;  // the map at which its operand is read
      size_t start = 0;  // of its states: one for each turn
    };
    std::vector<Fold> folds;

    static size_t Place(const Fold& fold, int64_t turn) {
      return fold.start + static_cast<size_t>(turn) * fold.reduction.size();
    }
    static Values State(const Values& carried, const Fold& fold, int64_t turn) {
      const auto first = carried.begin() + static_cast<int64_t>(Place(fold, turn));
      return Values(first, first + static_cast<int64_t>(fold.reduction.size()));
    }
  };

  void Reduce(const std::vector<Value>& values) {
    const int64_t turns = Turns(values.size());
    const Lanes outer = elements_.lanes();
    const int64_t lanes = nest_.lanes_reduced ? nest_.lanes : outer.count;
    Level level;
    Values carried;
    for (Value v : values) {
      const ir::Node& n = function_.node(v);
      const Reduction reduction(e_, n.op, function_.type(n.operands[0]).element);
      level.folds.push_back({v, reduction, OperandMapOf(v), carried.size()});
      for (int64_t turn = 0; turn < turns; ++turn)
        std::ranges::copy(reduction.Neutral(lanes), std::back_inserter(carried));
    }
    carried = WalkReduced(0, turns, carried,
                          [&](int64_t turn, const Values& current) { return Fold(level, turn, current, lanes); });
    elements_.SetLanes(outer);
    for (const Level::Fold& fold : level.folds) Bind(fold, carried, turns);
  }

  // One step of every reduction of the level.
  Values Fold(const Level& level, int64_t turn, const Values& current, int64_t lanes) {
    Values next = current;
    llvm::Value* index = elements_.IndexValue(CounterOf(kernel_.folded[0]));
    const int64_t active = nest_.lanes_reduced ? elements_.lanes().active : lanes;
    for (const Level::Fold& fold : level.folds) {
      const Value operand = function_.node(fold.value).operands[0];
      const Values state = Level::State(current, fold, turn);
      Values combined;
      if (elements_.IsContracted(operand)) {
        const Values factors = elements_.FactorsAt(operand, fold.operand);
        combined = fold.reduction.CombineProduct(state, factors[0], factors[1], active);
      } else {
        llvm::Value* x = elements_.VectorAt(operand, fold.operand);
        combined = fold.reduction.Combine(state, fold.reduction.Single(x, index, active));
      }
      std::ranges::copy(combined, next.begin() + static_cast<int64_t>(Level::Place(fold, turn)));
    }
    return next;
  }

  // Combines the turns by pairs, then the lanes.
  void Bind(const Level::Fold& fold, const Values& carried, int64_t turns) {
    std::vector<Values> states;
    for (int64_t turn = 0; turn < turns; ++turn) states.push_back(Level::State(carried, fold, turn));
    for (size_t step = 1; step < states.size(); step *= 2) {
      for (size_t i = 0; i + step < states.size(); i += 2 * step) {
        states[i] = fold.reduction.Combine(states[i], states[i + step]);
      }
    }
    const Values last = nest_.lanes_reduced ? fold.reduction.FoldLanes(states[0]) : states[0];
    elements_.Bind(fold.value, e_.Round(fold.reduction.Finish(last), function_.type(fold.value).element));
  }

  void StoreInner() {
    WalkReduced(0, 1, {}, [&](int64_t, const Values&) {
      WriteAll(inner_stores_);
      return Values{};
    });
  }

  Emitter& e_;
  const ir::Function& function_;
  const Kernel& kernel_;
  const int threads_;
  const NestPlan nest_;
  Elements elements_;
  std::vector<std::vector<Value>> levels_;
  std::vector<const Store*> inner_stores_;
  std::vector<const Store*> point_stores_;
  int64_t body_cost_ = 0;
};

}  // namespace

void EmitNest(Emitter& emitter, const Schedule& schedule, const BufferPlan& plan, const Kernel& kernel, int threads) {
  NestEmitter(emitter, schedule, plan, kernel, threads).Run();
}

}  // namespace nnc::codegen
