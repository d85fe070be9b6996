#include "codegen/schedule.h"

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <set>
#include <stdexcept>
#include <utility>

#include "codegen/fusion.h"
#include "ir/scan.h"

namespace nnc::codegen {
namespace {

using ir::Op;
using ir::Value;

// What the root of a kernel makes of it.
KernelKind KindOfRoot(ir::OpClass root) {
  switch (root) {
    case ir::OpClass::kContraction:
      return KernelKind::kMatMul;
    case ir::OpClass::kIndex:
      return KernelKind::kScatter;
    case ir::OpClass::kLine:
      return KernelKind::kLine;
    case ir::OpClass::kLoop:
      return KernelKind::kScan;
    case ir::OpClass::kSource:
    case ir::OpClass::kElementwise:
    case ir::OpClass::kReduce:
    case ir::OpClass::kMovement:
    case ir::OpClass::kRequest:
      break;
  }
  throw std::logic_error("a kernel without a root of its own");
}

class Scheduler {
 public:
  Scheduler(const ir::Function& function, const Waits& waits) : function_(function), fusion_(function, waits) {
    schedule_.function = &function;
    schedule_.buffer_of.assign(function.size(), -1);
    for (int i = 0; i < static_cast<int>(fusion_.groups().size()); ++i) {
      before_.emplace_back();
      if (fusion_.groups()[static_cast<size_t>(i)].merged) continue;
      for (Value input : fusion_.Inputs(i)) {
        const int maker = fusion_.home(input);
        if (maker < 0) {
          argument_readers_[input].insert(i);
        } else {
          before_.back().insert(maker);
        }
      }
      for (Value awaited : fusion_.Awaited(i)) before_.back().insert(fusion_.home(awaited));
      before_.back().erase(i);
    }
    for (const std::set<int>& before : before_) needed_.insert(before.begin(), before.end());
  }

  Schedule Run() {
    AddArguments();
    for (const ir::Result& result : function_.results()) PlaceResult(result);
    PlaceTemporaries();
    schedule_.kernels = std::move(first_);
    for (int group : Order()) schedule_.kernels.push_back(MakeKernel(group));
    for (const auto& [value, buffer] : last_) {
      schedule_.kernels.push_back(Copy(schedule_.buffer_of[value.index], buffer));
    }
    std::ranges::move(swaps_, std::back_inserter(schedule_.kernels));
    return std::move(schedule_);
  }

 private:
  int AddBuffer(Buffer::Kind kind, const std::string& name, const ir::Type& type) {
    schedule_.buffers.push_back({kind, name, type});
    return static_cast<int>(schedule_.buffers.size()) - 1;
  }

  void AddArguments() {
    for (uint32_t i = 0; i < function_.argument_count(); ++i) {
      const ir::Node& n = function_.node(Value{i});
      schedule_.buffer_of[i] = AddBuffer(Buffer::Kind::kArgument, n.name, n.type);
    }
  }

  void PlaceResult(const ir::Result& result) {
    const Value stored = fusion_.StorageOf(result.value);
    const std::optional<Value> argument = function_.FindArgument(result.name);
    const int group = fusion_.home(stored);
    if (argument && stored == *argument) return;
    const int buffer = argument ? schedule_.buffer_of[argument->index]
                                : AddBuffer(Buffer::Kind::kResult, result.name, function_.type(result.value));
    if (group < 0) return CopyArgument(stored, buffer, argument.has_value());
    if (argument && !UpdateInPlace(group, stored, *argument)) {
      last_.emplace_back(stored, buffer);
      return;
    }
    // A loop keeps a part of its result in one place, and scatter_add adds up in one.
    const bool in_one_place = function_.node(stored).op == Op::kPart || function_.node(stored).op == Op::kScatterAdd;
    if (in_one_place && results_.contains(stored)) {
      last_.emplace_back(stored, buffer);
      return;
    }
    results_[stored].push_back(buffer);
    schedule_.buffer_of[stored.index] = buffer;
  }

  // An argument that is a result as it is. Copied before anything changes it; to its place at the end if others may
  // still read what is there.
  void CopyArgument(Value stored, int buffer, bool onto_argument) {
    const int source = schedule_.buffer_of[stored.index];
    if (!onto_argument) {
      first_.push_back(Copy(source, buffer));
      return;
    }
    const Buffer old = schedule_.buffers[static_cast<size_t>(source)];
    const int middle = AddBuffer(Buffer::Kind::kTemporary, old.name, old.type);
    first_.push_back(Copy(source, middle));
    swaps_.push_back(Copy(middle, buffer));
  }

  static Kernel Copy(int from, int to) {
    Kernel kernel;
    kernel.kind = KernelKind::kCopy;
    kernel.reads = {from};
    kernel.stores.push_back({Value{}, to, {}});
    return kernel;
  }

  // Whether `group` may write `stored` over the argument: it reads the old value at most at the element it writes, and
  // all other readers can come before it. If so, it is put after them.
  bool UpdateInPlace(int number, Value stored, Value argument) {
    const Group& group = fusion_.groups()[static_cast<size_t>(number)];
    if (std::ranges::any_of(group.whole, [&](Value v) { return fusion_.StorageOf(v) == argument; })) return false;
    for (const auto& [v, maps] : group.uses) {
      if (group.members.contains(v) || fusion_.StorageOf(v) != argument) continue;
      const std::set<IndexMap> same = {group.outputs.at(stored)};
      if (v != argument || function_.type(stored) != function_.type(argument) || maps != same) return false;
    }
    std::set<int> readers = argument_readers_[argument];
    readers.erase(number);
    if (std::ranges::any_of(readers, [&](int reader) { return ComesAfter(reader, number); })) return false;
    before_[static_cast<size_t>(number)].insert(readers.begin(), readers.end());
    needed_.insert(readers.begin(), readers.end());
    return true;
  }

  bool ComesAfter(int a, int b) const {
    if (!needed_.contains(b)) return false;
    std::set<int> seen = {a};
    std::vector<int> rest = {a};
    while (!rest.empty()) {
      const int at = rest.back();
      rest.pop_back();
      if (at == b) return true;
      for (int before : before_[static_cast<size_t>(at)]) {
        if (seen.insert(before).second) rest.push_back(before);
      }
    }
    return false;
  }

  void PlaceTemporaries() {
    for (uint32_t i = 0; i < function_.size(); ++i) {
      const Value v{i};
      if (fusion_.IsAlias(v)) {
        schedule_.buffer_of[i] = schedule_.buffer_of[fusion_.StorageOf(v).index];
      } else if (fusion_.home(v) >= 0 && schedule_.buffer_of[i] < 0) {
        schedule_.buffer_of[i] = AddBuffer(Buffer::Kind::kTemporary, function_.node(v).name, function_.type(v));
      }
    }
  }

  // Where a group stands in the program: at its last value; if it stores a result, at its root or last reduction. An
  // optimizer's update, which a program makes at its end, thus runs with the gradient that it is fused into, and sets
  // free what that reads.
  Value PlaceOf(const Group& group) const {
    const Value last = group.outputs.rbegin()->first;
    if (std::ranges::none_of(group.outputs, [&](const auto& o) { return results_.contains(o.first); })) return last;
    if (group.root.valid()) return group.root;
    const auto reduces = [&](Value v) { return ir::InfoOf(function_.node(v).op).op_class == ir::OpClass::kReduce; };
    const auto reduction = std::find_if(group.members.rbegin(), group.members.rend(), reduces);
    return reduction == group.members.rend() ? last : *reduction;
  }

  // The place of each group; one that another must wait for stands no later than that one: an update waits for scalars
  // that the program makes after all gradients.
  std::vector<Value> Places() const {
    std::vector<Value> places(before_.size());
    std::vector<int> rest;
    for (int g = 0; g < static_cast<int>(before_.size()); ++g) {
      const Group& group = fusion_.groups()[static_cast<size_t>(g)];
      if (group.merged) continue;
      places[static_cast<size_t>(g)] = PlaceOf(group);
      rest.push_back(g);
    }
    while (!rest.empty()) {
      const auto at = static_cast<size_t>(rest.back());
      rest.pop_back();
      for (int other : before_[at]) {
        if (places[static_cast<size_t>(other)] <= places[at]) continue;
        places[static_cast<size_t>(other)] = places[at];
        rest.push_back(other);
      }
    }
    return places;
  }

  // Dependence order; of the groups that may run, the one that comes first in the program.
  std::vector<int> Order() const {
    std::set<std::pair<Value, int>> ready;
    std::vector<size_t> missing(before_.size());
    std::vector<std::vector<int>> after(before_.size());
    const std::vector<Value> places = Places();
    for (int g = 0; g < static_cast<int>(before_.size()); ++g) {
      const std::set<int>& before = before_[static_cast<size_t>(g)];
      missing[static_cast<size_t>(g)] = before.size();
      for (int other : before) after[static_cast<size_t>(other)].push_back(g);
      if (!fusion_.groups()[static_cast<size_t>(g)].merged && before.empty())
        ready.emplace(places[static_cast<size_t>(g)], g);
    }
    std::vector<int> order;
    while (!ready.empty()) {
      order.push_back(ready.begin()->second);
      ready.erase(ready.begin());
      for (int g : after[static_cast<size_t>(order.back())]) {
        if (--missing[static_cast<size_t>(g)] == 0) ready.emplace(places[static_cast<size_t>(g)], g);
      }
    }
    const auto groups = std::ranges::count(fusion_.groups(), false, &Group::merged);
    if (static_cast<int64_t>(order.size()) != groups) throw std::logic_error("kernels that need each other");
    return order;
  }

  Kernel MakeKernel(int number) {
    const Group& group = fusion_.groups()[static_cast<size_t>(number)];
    Kernel kernel;
    kernel.axes = group.axes;
    kernel.folded = group.folded;
    kernel.root = group.root;
    kernel.root_map = group.root_map;
    kernel.operands = group.operands;
    kernel.members.assign(group.members.begin(), group.members.end());
    kernel.whole.assign(group.whole.begin(), group.whole.end());
    for (const auto& [v, maps] : group.uses) {
      for (const IndexMap& map : maps) kernel.uses.push_back({v, map});
    }
    for (Value v : fusion_.Inputs(number)) kernel.reads.push_back(schedule_.buffer_of[v.index]);
    std::ranges::sort(kernel.reads);
    kernel.reads.erase(std::ranges::unique(kernel.reads).begin(), kernel.reads.end());
    for (const auto& [v, map] : group.outputs) {
      const auto results = results_.find(v);
      if (results == results_.end()) {
        kernel.stores.push_back({v, schedule_.buffer_of[v.index], map});
        continue;
      }
      for (int buffer : results->second) kernel.stores.push_back({v, buffer, map});
    }
    kernel.kind = KindOf(group);
    if (kernel.kind == KernelKind::kScan) {
      kernel.body = std::make_shared<Schedule>(MakeSchedule(*ir::PartsOf(function_.node(kernel.root)).body));
    }
    return kernel;
  }

  KernelKind KindOf(const Group& group) const {
    if (group.root.valid()) return KindOfRoot(ir::InfoOf(function_.node(group.root).op).op_class);
    if (group.folded.empty()) return KernelKind::kLoop;
    const uint64_t reduced = group.AxisSet(true);
    const bool row =
        std::ranges::any_of(group.outputs, [&](const auto& output) { return (AxesIn(output.second) & reduced) != 0; });
    return row ? KernelKind::kRow : KernelKind::kReduce;
  }

  const ir::Function& function_;
  Fusion fusion_;
  Schedule schedule_;
  std::vector<std::set<int>> before_;  // for each group, those that must run before it
  std::set<int> needed_;               // groups that come before another
  std::map<Value, std::set<int>> argument_readers_;
  std::map<Value, std::vector<int>> results_;
  std::vector<Kernel> first_;                // copies before all else
  std::vector<std::pair<Value, int>> last_;  // values to copy after all else, and where to
  std::vector<Kernel> swaps_;                // then these
};

}  // namespace

bool Kernel::Contains(ir::Value value) const { return std::ranges::binary_search(members, value); }

std::string_view Name(KernelKind kind) {
  static constexpr std::array<std::string_view, 8> kNames = {"loop",    "row",  "reduce", "matmul",
                                                             "scatter", "line", "copy",   "scan"};
  return kNames[static_cast<size_t>(kind)];
}

bool IsRecomputed(const ir::Function& function, const ir::Node& node) {
  static const std::set<Op> kinds = {Op::kConstant, Op::kSize,  Op::kIota,      Op::kTranspose,   Op::kSlice,
                                     Op::kReverse,  Op::kShear, Op::kBroadcast, Op::kStopGradient};
  return kinds.contains(node.op) || IsSplitReshape(function, node) || IsTrivialReduce(function, node);
}

int64_t CostOf(const ir::Node& node) {
  static const std::map<Op, int64_t> dear = {
      {Op::kExp, 10},    {Op::kLog, 10},       {Op::kLog1p, 14}, {Op::kExpm1, 14}, {Op::kSqrt, 6},
      {Op::kRsqrt, 8},   {Op::kSin, 16},       {Op::kCos, 16},   {Op::kTanh, 20},  {Op::kSigmoid, 14},
      {Op::kErf, 24},    {Op::kNormalCdf, 30}, {Op::kDiv, 5},    {Op::kMod, 8},    {Op::kPow, 30},
      {Op::kFoldIn, 12}, {Op::kUniform, 10},   {Op::kTake, 6},   {Op::kCumSum, 8}, {Op::kArgSort, 400},
  };
  const auto found = dear.find(node.op);
  return found == dear.end() ? 1 : found->second;
}

int64_t EstimateNanoseconds(const Schedule& schedule, const Kernel& kernel) {
  const ir::Function& function = *schedule.function;
  if (kernel.kind == KernelKind::kScan) {
    int64_t iteration = 0;
    for (const Kernel& inner : kernel.body->kernels) iteration += EstimateNanoseconds(*kernel.body, inner);
    return ir::PartsOf(function.node(kernel.root)).length.value() * iteration;
  }
  int64_t bytes = 0;
  for (int buffer : kernel.reads) bytes += schedule.buffers[static_cast<size_t>(buffer)].type.bytes();
  for (const Store& store : kernel.stores) bytes += schedule.buffers[static_cast<size_t>(store.buffer)].type.bytes();
  int64_t work = bytes / 4;  // a vector of 64 bytes a load: about 16 bytes a nanosecond and operation
  for (ir::Value v : kernel.members) {
    const ir::Node& n = function.node(v);
    const ir::Type& type = n.operands.empty() ? n.type : function.type(n.operands[0]);
    work += CostOf(n) * std::max(n.type.elements(), n.op == Op::kMatMul ? 1 : type.elements());
    if (n.op == Op::kMatMul) {
      const int64_t k = ShapeOf(
          function,
          n.operands[0])[static_cast<size_t>(type.rank()) - (n.attribute<bool>(ir::AttributeKey::kTransposeA) ? 2 : 1)];
      work += n.type.elements() * k;
    }
  }
  return work / 32;
}

Schedule MakeSchedule(const ir::Function& function, const Waits& waits) { return Scheduler(function, waits).Run(); }

}  // namespace nnc::codegen
