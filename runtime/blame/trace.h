// From a number that is not finite back to where it arose.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "runtime/blame/values.h"

namespace nnc::runtime {

class Loop;

// An element of a value; in a loop, of one of its iterations.
struct Place {
  struct Frame {
    ir::Value scan;  // in the frame around
    int64_t iteration = 0;
  };
  std::vector<Frame> loops;  // from the outermost
  ir::Value value;
  int64_t element = 0;
};

enum class Wrong { kNaN, kInfinite };

// Walks values of one run.
class Tracer {
 public:
  explicit Tracer(Values& values);
  ~Tracer();

  // The values of the frame that a place is in. Valid until the next call for another iteration of the same loop.
  Values& ValuesAt(const Place& place);
  double Number(const Place& place);

  // From an element that is wrong in this way, back along operands that are, to the first whose operands are not. That
  // is an argument or a constant where the number came in as it is.
  Place Birth(Place place, Wrong wrong);
  // Goes on to an operand's element that is wrong; false where there is none.
  bool Follow(Place& place, Wrong wrong);

 private:
  Loop& LoopAt(const std::vector<Place::Frame>& around, ir::Value scan);
  // For a part of a loop's result: the element of its body that it is. For an argument of a body: what it was taken
  // from.
  void Enter(Place& place);
  void Leave(Place& place);
  Values& values_;
  std::map<std::vector<int64_t>, std::unique_ptr<Loop>> loops_;  // by the scans and iterations around, and the scan
};

}  // namespace nnc::runtime
