#include "codegen/work.h"

#include <algorithm>
#include <map>
#include <set>

#include "codegen/product_kernel.h"

namespace nnc::codegen {
namespace {

using ir::Op;
using ir::OpClass;

bool IsArithmetic(Op op) { return op != Op::kCast && op != Op::kSelect && op != Op::kStopGradient; }

int64_t FlopsOf(const ir::Function& function, const Kernel& kernel, const ir::Node& node) {
  if (!ir::IsFloat(node.type.element)) return 0;
  switch (ir::InfoOf(node.op).op_class) {
    case OpClass::kElementwise:
      return IsArithmetic(node.op) ? node.type.elements() : 0;
    case OpClass::kReduce:
      return IsTrivialReduce(function, node) ? 0 : function.type(node.operands[0]).elements();
    case OpClass::kLine:
      return node.type.elements();
    case OpClass::kIndex:
      return node.op == Op::kScatterAdd ? function.type(node.operands[2]).elements() : 0;
    case OpClass::kContraction:
      return 2 * node.type.elements() * SpecOf(function, kernel).k;
    case OpClass::kSource:
    case OpClass::kMovement:
    case OpClass::kLoop:
    case OpClass::kRequest:
      break;
  }
  return 0;
}

// Counts what is read of each buffer: the sum over its readers, but not more than the buffer holds.
class Reads {
 public:
  explicit Reads(const Schedule& schedule) : schedule_(schedule) {}

  void Add(ir::Value value, int64_t elements) {
    const int buffer = schedule_.buffer_of[value.index];
    if (buffer >= 0) bytes_[buffer] += elements * ir::ByteSize(schedule_.function->type(value).element);
  }
  void AddWhole(int buffer) { bytes_[buffer] = BytesOf(buffer); }

  int64_t bytes() const {
    int64_t sum = 0;
    for (const auto& [buffer, bytes] : bytes_) sum += std::min(bytes, BytesOf(buffer));
    return sum;
  }

 private:
  int64_t BytesOf(int buffer) const { return schedule_.buffers[static_cast<size_t>(buffer)].type.bytes(); }

  const Schedule& schedule_;
  std::map<int, int64_t> bytes_;
};

// Points of the axes that a map depends on.
int64_t PointsOf(const Kernel& kernel, const IndexMap& map) {
  const uint64_t set = AxesIn(map);
  int64_t points = 1;
  for (size_t axis = 0; axis < kernel.axes.size(); ++axis) {
    if ((set >> axis & 1) != 0) points *= kernel.axes[axis].extent;
  }
  return points;
}

int64_t BytesRead(const Schedule& schedule, const Kernel& kernel) {
  Reads reads(schedule);
  if (kernel.kind == KernelKind::kCopy) {
    reads.AddWhole(kernel.reads[0]);
    return reads.bytes();
  }
  for (const Use& use : kernel.uses) {
    if (!kernel.Contains(use.value)) reads.Add(use.value, PointsOf(kernel, use.map));
  }
  std::set<ir::Value> tables;
  for (ir::Value member : kernel.members) {
    const ir::Node& n = schedule.function->node(member);
    if (n.op != Op::kTake) continue;
    tables.insert(n.operands[0]);
    reads.Add(n.operands[0], n.type.elements());
  }
  for (ir::Value whole : kernel.whole) {
    if (!tables.contains(whole)) reads.Add(whole, schedule.function->type(whole).elements());
  }
  return reads.bytes();
}

}  // namespace

Work WorkOf(const Schedule& schedule, const Kernel& kernel) {
  Work work;
  if (kernel.kind == KernelKind::kScan) return work;
  const ir::Function& function = *schedule.function;
  for (ir::Value member : kernel.members) work.flops += FlopsOf(function, kernel, function.node(member));
  work.bytes = BytesRead(schedule, kernel);
  for (const Store& store : kernel.stores) {
    work.bytes += schedule.buffers[static_cast<size_t>(store.buffer)].type.bytes();
  }
  return work;
}

}  // namespace nnc::codegen
