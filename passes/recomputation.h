// Which forward values a backward pass computes again instead of keeping them.
#pragma once

#include <vector>

#include "ir/function.h"

namespace nnc::passes {

// How dear the values are that may be computed again. Views and cheap elementwise ops always may: to make them takes no
// longer than to store and read them. Loops never may.
struct Effort {
  bool functions = false;   // divisions, dear functions (dear_functions.h) and random draws
  bool reductions = false;  // sums and maxima, so that normalisations and softmax go; table look-ups
  // Products, sorts and scatters too, in so many segments of the forward pass: what a segment hands on is kept, what is
  // made inside it is computed again before its backward pass. 0: none. The last segment's are kept, as they are needed
  // at once.
  int segments = 0;
  bool operator==(const Effort&) const = default;
};

// Efforts from the cheapest to the dearest. The first is what every step is worth.
const std::vector<Effort>& Efforts();

// The parts of a training step. Forward values are those that the backward pass needs and that no derivative leads to;
// the backward pass is all that is computed from a node with an origin, the optimizer's update too.
struct Passes {
  std::vector<bool> forward, backward;  // for each value
};
Passes PassesOf(const ir::Function& function);

// A view of its operand, or numbers known when compiling: never in memory on its own.
bool IsFree(const ir::Node& node);

// For each value, whether it is to be computed again: those behind the cheapest cut between forward and backward pass.
//
// Each forward value is an edge whose capacity is its bytes; cutting it means keeping the value. Edges of infinite
// capacity lead from a value to its users, from the source to what may not be computed again, and to the sink from what
// the backward pass reads. Arguments are in memory anyway and cost nothing. Of all minimum cuts it is the one nearest
// to the sink, which computes least. The capacity is memory alone; what may be computed again at all bounds the time.
// Sources: the min-cut recomputation of PyTorch's AOTAutograd (H. He and S. Yang, "Min-cut optimal(*) recomputation in
// functorch", 2022); T. Chen, B. Xu, C. Zhang and C. Guestrin, "Training deep nets with sublinear memory cost", 2016,
// for segments. The optimum over all schedules is an integer program: P. Jain et al., "Checkmate: breaking the memory
// wall with optimal tensor rematerialization", 2020. Boykov and Kolmogorov's maximum flow finds the cut.
std::vector<bool> ChooseRecomputed(const ir::Function& function, const Passes& passes, const Effort& effort);

}  // namespace nnc::passes
