// One iteration of a loop, forwards and then backwards: what the backward loop is cut out of.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "ir/scan.h"

namespace nnc::passes {

// The joint of a loop whose result has these adjoints (not valid where zero), and of whose operands the shares of
// `wanted` are wanted. Arguments: those of the body, then adjoints of its results, then sums of what captured values
// get. The vector-Jacobian product is made by the same walker as everywhere (differentiate.h).
class Joint {
 public:
  Joint(const ir::ScanParts& scan, const std::vector<ir::Value>& adjoints, const std::vector<bool>& wanted);

  ir::Function function{"joint"};

  static ir::Value Argument(size_t i) { return ir::Value{static_cast<uint32_t>(i)}; }
  // The argument for the adjoint of result `i`; not valid where there is none.
  ir::Value adjoint(size_t i) const { return adjoint_[i]; }
  // The argument for the sum of what iterations pass on to captured value `i`.
  ir::Value sum(size_t i) const { return sum_[i]; }
  // What an iteration passes on to argument `i` of the body; not valid where that is zero.
  ir::Value gradient(size_t i) const { return gradient_[i]; }
  // A value of the body in the joint.
  ir::Value Moved(ir::Value v) const { return v.index < body_.argument_count() ? v : ir::Value{v.index + added_}; }
  // Whether a value belongs to the forward half.
  bool IsForward(ir::Value v) const;
  // Whether a value differs between iterations.
  bool Varies(ir::Value v) const { return varies_[v.index]; }
  // A name that no argument and no result of the body has; takes it.
  std::string Fresh(const std::string& wish);

 private:
  class Activity;
  void CopyForward(const std::vector<ir::Value>& adjoints, const Activity& activity);
  void FindVarying();

  const ir::ScanParts& scan_;
  const ir::Function& body_;
  std::vector<ir::Value> adjoint_, sum_, gradient_;
  std::vector<bool> varies_;
  std::set<std::string> names_;
  uint32_t added_ = 0, first_backward_ = 0;
};

}  // namespace nnc::passes
