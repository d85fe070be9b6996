#include "bench/product_cases.h"

#include <algorithm>

namespace nnc::bench {
namespace {

// y[rows, out] = x[rows, in] W^T
struct Layer {
  int64_t rows, in, out;
};

// Of a convolution, rows are places and `in` is a window; of attention, one head of one sample.
constexpr Layer kLayers[] = {
    {32, 2, 100},      {32, 100, 3},                                                        // spiral_b32_*
    {3000, 2, 100},    {3000, 100, 3},                                                      // spiral_full_adam
    {128, 784, 512},   {128, 512, 256},  {128, 256, 10},                                    // mnist_mlp_b128_adam
    {256, 1024, 1024}, {256, 1024, 10},                                                     // wide_mlp_b256_sgd
    {50176, 9, 32},    {12544, 288, 64}, {64, 3136, 128}, {64, 128, 10},                    // mnist_cnn_b64_adam
    {1600, 32, 512},   {32, 128, 512},   {32, 128, 10},                                     // lstm_t50_b32_adam
    {768, 128, 384},   {768, 128, 128},  {768, 128, 512}, {768, 512, 128}, {768, 128, 65},  // chargpt_b12_adamw
    {64, 32, 64},      {64, 64, 32},                                                        // its attention
};

bool Contains(const std::vector<ProductCase>& cases, const Product& product) {
  return std::any_of(cases.begin(), cases.end(), [&](const ProductCase& other) { return other.product == product; });
}

void AddNew(std::vector<ProductCase>& cases, const std::string& group, const Product& product) {
  if (!Contains(cases, product)) cases.push_back({group, product});
}

}  // namespace

void AddLayouts(std::vector<ProductCase>& cases, const std::string& group, int64_t m, int64_t k, int64_t n) {
  for (const bool transpose_a : {false, true}) {
    for (const bool transpose_b : {false, true}) AddNew(cases, group, {m, k, n, transpose_a, transpose_b});
  }
}

std::vector<ProductCase> SquaresAndJobs() {
  std::vector<ProductCase> cases;
  for (int64_t size = 16; size <= 2048; size *= 2) AddLayouts(cases, "square", size, size, size);
  for (const auto& [rows, in, out] : kLayers) {
    AddNew(cases, "job", {rows, in, out, false, true});   // y = x W^T
    AddNew(cases, "job", {rows, out, in, false, false});  // dx = dy W
    AddNew(cases, "job", {out, rows, in, true, false});   // dW = dy^T x
  }
  for (const auto& [rows, in, out] : kLayers) {
    AddLayouts(cases, "layout", rows, in, out);
    AddLayouts(cases, "layout", rows, out, in);
    AddLayouts(cases, "layout", out, rows, in);
  }
  return cases;
}

}  // namespace nnc::bench
