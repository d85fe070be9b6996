#include "bench/peer_products.h"

#include <dlfcn.h>

#include <cstdlib>

#ifdef NNC_BENCH_ONEDNN
#include <dnnl.hpp>
#endif

namespace nnc::bench {
namespace {

// From cblas.h, which need not be installed: the enumerators' values are part of the CBLAS standard.
constexpr int kRowMajor = 101, kNoTranspose = 111, kTranspose = 112;
using Sgemm = void (*)(int order, int transpose_a, int transpose_b, int m, int n, int k, float alpha, const float* a,
                       int lda, const float* b, int ldb, float beta, float* c, int ldc);

void AddOpenBlas(std::vector<Peer>& peers) {
  setenv("OPENBLAS_NUM_THREADS", "1", 1);  // read when the library is loaded
  void* library = dlopen("libopenblas.so.0", RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) return;
  const auto sgemm = reinterpret_cast<Sgemm>(dlsym(library, "cblas_sgemm"));
  if (sgemm == nullptr) return;
  peers.push_back({"OpenBLAS", [sgemm](const Product& product, float* a, float* b, float* c) {
                     const int m = static_cast<int>(product.m), n = static_cast<int>(product.n),
                               k = static_cast<int>(product.k);
                     const bool ta = product.transpose_a, tb = product.transpose_b;
                     return [=] {
                       sgemm(kRowMajor, ta ? kTranspose : kNoTranspose, tb ? kTranspose : kNoTranspose, m, n, k, 1, a,
                             ta ? m : k, b, tb ? k : n, 0, c, n);
                     };
                   }});
}

#ifdef NNC_BENCH_ONEDNN
// The descriptor of a row-major matrix that may be stored transposed.
dnnl::memory::desc Matrix(int64_t rows, int64_t columns, bool transposed) {
  const dnnl::memory::dims strides = transposed ? dnnl::memory::dims{1, rows} : dnnl::memory::dims{columns, 1};
  return {{rows, columns}, dnnl::memory::data_type::f32, strides};
}

void AddOneDnn(std::vector<Peer>& peers) {
  const dnnl::engine engine(dnnl::engine::kind::cpu, 0);
  peers.push_back({"oneDNN", [engine](const Product& product, float* a, float* b, float* c) {
                     const auto of_a = Matrix(product.m, product.k, product.transpose_a);
                     const auto of_b = Matrix(product.k, product.n, product.transpose_b);
                     const auto of_c = Matrix(product.m, product.n, false);
                     const dnnl::matmul matmul({dnnl::matmul::desc(of_a, of_b, of_c), engine});
                     const std::unordered_map<int, dnnl::memory> operands = {
                         {DNNL_ARG_SRC, dnnl::memory(of_a, engine, a)},
                         {DNNL_ARG_WEIGHTS, dnnl::memory(of_b, engine, b)},
                         {DNNL_ARG_DST, dnnl::memory(of_c, engine, c)}};
                     return [matmul, operands, stream = dnnl::stream(engine)] { matmul.execute(stream, operands); };
                   }});
}
#else
void AddOneDnn(std::vector<Peer>& /*peers*/) {}
#endif

}  // namespace

std::vector<Peer> FindPeers() {
  std::vector<Peer> peers;
  AddOpenBlas(peers);
  AddOneDnn(peers);
  return peers;
}

}  // namespace nnc::bench
