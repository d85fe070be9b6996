// The libraries that nnc's matrix products are measured against, each where this machine has it. Both run on one
// thread; the environment chooses their instruction set (OPENBLAS_CORETYPE, DNNL_MAX_CPU_ISA).
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "bench/product.h"

namespace nnc::bench {

struct Peer {
  std::string name;
  // A product made ready to run as often as wished on these operands.
  std::function<std::function<void()>(const Product& product, float* a, float* b, float* c)> prepare;
};

// OpenBLAS if `libopenblas.so.0` can be loaded, oneDNN if it was there when this program was built.
std::vector<Peer> FindPeers();

}  // namespace nnc::bench
