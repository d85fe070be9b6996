// The ways in which a random program is run as generated code.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "codegen/codegen.h"

namespace nnc::battery {

// One way: which passes, and how code is made. Each must give what the evaluator gives.
struct Leg {
  std::string name;
  std::string_view without;  // the pass that is switched off; empty: none
  codegen::Options options;
  bool same_bits = false;  // must give the bits of the first leg, not only numbers within the bounds
};

// Every optimisation level, each pass switched off, AVX2 and AVX-512 where this machine has them, two threads that
// share even the smallest kernel, and accesses to memory checked. Which of the lesser choices go together changes with
// `turn`, so that over some turns all do.
std::vector<Leg> Legs(uint64_t turn);

}  // namespace nnc::battery
