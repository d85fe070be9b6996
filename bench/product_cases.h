// Which products nnc_bench_matmul measures.
#pragma once

#include <string>
#include <vector>

#include "bench/product.h"

namespace nnc::bench {

struct ProductCase {
  std::string group;  // "square", "job" (as a job of bench/jobs has it), or "layout" (sizes of a job, another layout)
  Product product;
};

// The sizes in NN, NT, TN and TT.
void AddLayouts(std::vector<ProductCase>& cases, const std::string& group, int64_t m, int64_t k, int64_t n);

// Squares of 16 to 2,048 and, of each layer of each job, the product forward, of the input's gradient and of the
// weights'.
std::vector<ProductCase> SquaresAndJobs();

}  // namespace nnc::bench
