// The schedule: an optimised function with constant shapes, cut into kernels that run one after the other.
//
// A kernel is one nest of loops. Its axes are parallel (each point is independent) or reduced (folded by the kernel's
// reductions). Values that only it needs live in registers; what others need is stored. Nothing here knows LLVM.
//
// How kernels are found (fusion.cpp). Nodes are visited from the last to the first, so that all users of a value are
// placed before it, each with the index maps at which it reads the value:
//   1. Constants, iota, sizes and views (transpose, slice, reverse, shear, broadcast, reshapes that split axes) are
//      made again in every kernel that reads them, and so are expansions that need not be in memory (expansions.h).
//      Any other reshape is an alias of its operand's memory. A product reads its operands through both where it can
//      (operand_view.h).
//   2. A value all of whose users are in one kernel joins it, if that costs no repeated work: an elementwise value read
//   at one
//      index map; a reduction over axes that match the kernel's; a product that the kernel reads at its own index (the
//      kernel then becomes the product's epilogue).
//   3. Kernels that read a value at each point of their axes become one, if neither needs the other.
//      A value that several kernels read still, or that must be in memory, joins a kernel that reads it at its own
//      index, as
//   an
//      output, unless another reader comes before that kernel. Else it starts a kernel of its own.
//   4. Kernels over the same axes that read the same memory and do not depend on each other become one.
// A Scan is a kernel of its own, which reads its operands from memory and stores the parts of its result; its body is a
// schedule in the schedule.
// Then kernels are put in dependence order, nearest to program order; a kernel that gives an argument its new value in
// place comes after every reader of the old one, and where that cannot be, the value is made elsewhere and copied at
// the end.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "codegen/index_map.h"
#include "codegen/operand_view.h"
#include "ir/function.h"

namespace nnc::codegen {

enum class KernelKind {
  kLoop,     // no reduced axes
  kRow,      // stores at every point of the parallel and reduced axes: softmax, layer norm
  kReduce,   // stores at every point of the parallel axes only
  kMatMul,   // a product with an epilogue over its result
  kScatter,  // scatter_add, one row after the other
  kLine,     // running sums and sort orders, each line of an axis on its own
  kCopy,     // one buffer to another
  kScan,     // a loop over the kernels of a body
};
std::string_view Name(KernelKind kind);

struct Axis {
  int64_t extent = 1;
  bool reduced = false;
};

// A place in memory that holds a tensor.
struct Buffer {
  enum class Kind { kArgument, kResult, kTemporary };
  Kind kind = Kind::kTemporary;
  std::string
      name;  // of the argument, the result or the value; a result named as an argument is that argument's buffer
  ir::Type type;
};

// A value that a kernel stores, where, and at which element for each point of the axes in `map`.
struct Store {
  ir::Value value;
  int buffer = -1;
  IndexMap map;
};

// An element of a value that a kernel needs at each point of its axes.
struct Use {
  ir::Value value;
  IndexMap map;
};

struct Schedule;

struct Kernel {
  KernelKind kind = KernelKind::kLoop;
  std::vector<Axis> axes;
  std::vector<int> folded;         // numbers of the reduced axes, in the order of the axes that reductions fold
  std::vector<ir::Value> members;  // computed here, in topological order; all else is read from memory
  std::vector<Use> uses;           // all elements needed: of members and of what is read, but for what `whole` names
  std::vector<ir::Value> whole;    // read as a whole: what a product's operands lie in, a Line op's, tables of Take
  std::vector<Store> stores;
  std::vector<int> reads;             // buffers read, sorted; a copy reads one and stores no value
  ir::Value root;                     // the MatMul, ScatterAdd, Scan or Line op
  IndexMap root_map;                  // its element at each point of the axes
  std::vector<OperandView> operands;  // of the MatMul: where it reads them
  int64_t scratch_bytes = 0;          // memory it needs while it runs; set before buffers are planned
  // Of a Scan: the kernels of one iteration. The stores hold the parts of its result that are kept.
  std::shared_ptr<Schedule> body;

  bool Contains(ir::Value value) const;
};

struct Schedule {
  const ir::Function* function = nullptr;
  std::vector<Buffer> buffers;
  std::vector<int> buffer_of;   // for each value, the buffer it is read from; -1: not in memory
  std::vector<Kernel> kernels;  // in the order they run
};

// For some values, another that must be in memory before they are computed, though it is no operand.
using Waits = std::map<ir::Value, ir::Value>;

// The function must outlive the schedule, have constant shapes, and hold no request for a derivative.
Schedule MakeSchedule(const ir::Function& function, const Waits& waits = {});

// True for values that every kernel makes again in place: constants, iota, sizes and views.
bool IsRecomputed(const ir::Function& function, const ir::Node& node);

// A rough count of vector instructions for one element: 1 for an addition, more for functions and divisions.
int64_t CostOf(const ir::Node& node);
// A rough count of nanoseconds on one core.
int64_t EstimateNanoseconds(const Schedule& schedule, const Kernel& kernel);

}  // namespace nnc::codegen
