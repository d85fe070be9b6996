#include "runtime/blame/cures.h"

#include <algorithm>
#include <cmath>
#include <span>

namespace nnc::runtime {
namespace {

using Operands = std::vector<double>;

bool Zero(const Operands& x) { return !x.empty() && x[0] == 0; }
bool ZeroBy(const Operands& x) { return x.size() > 1 && x[1] == 0; }
bool ZeroByZero(const Operands& x) { return Zero(x) && ZeroBy(x); }
bool Negative(const Operands& x) { return !x.empty() && x[0] < 0; }
bool MinusOne(const Operands& x) { return !x.empty() && x[0] == -1; }
bool Infinite(const Operands& x) {
  return std::ranges::any_of(x, [](double each) { return std::isinf(each); });
}
bool Any(const Operands&) { return true; }

enum class Part { kValue, kGradient, kUpdate };

struct Row {
  Part part;
  ir::Op op;
  bool (*when)(const Operands&);
  Cure cure;
};

constexpr Row kRows[] = {
#define NNC_CURE(part, op, when, cause, help) {Part::k##part, ir::Op::k##op, when, {cause, help}},
#include "runtime/blame/cures.def"
#undef NNC_CURE
};

Cure Find(Part part, ir::Op op, const Operands& x) {
  Cure cure;
  for (const Row& row : kRows) {
    if (row.part != part) continue;
    cure = row.cure;
    if (row.op == op && row.when(x)) break;
  }
  return cure;
}

}  // namespace

Cure CureOfValue(ir::Op op, const std::vector<double>& x) { return Find(Part::kValue, op, x); }
Cure CureOfUpdate(ir::Op op, const std::vector<double>& x) { return Find(Part::kUpdate, op, x); }
Cure CureOfGradient(ir::Op op, const std::vector<double>& x) { return Find(Part::kGradient, op, x); }

}  // namespace nnc::runtime
