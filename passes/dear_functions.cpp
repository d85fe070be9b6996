#include "passes/dear_functions.h"

#include <set>

namespace nnc::passes {

bool IsDearFunction(ir::Op op) {
  using ir::Op;
  static const std::set<Op> functions = {Op::kExp,     Op::kLog, Op::kLog1p,    Op::kExpm1, Op::kSqrt,
                                         Op::kRsqrt,   Op::kSin, Op::kCos,      Op::kTanh,  Op::kPow,
                                         Op::kSigmoid, Op::kErf, Op::kNormalCdf};
  return functions.contains(op);
}

}  // namespace nnc::passes
