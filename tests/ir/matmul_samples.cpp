// Samples of the matrix product.
#include "tests/ir/sample_maker.h"

namespace nnc::ir {

void SamplesOfMatMul(SampleMaker& maker) {
  struct Case {
    Shape batch;
    int64_t m, k, n;
  };
  const std::vector<Case> cases = {{{}, 1, 1, 1},   {{}, 2, 3, 1},   {{}, 3, 7, 8},   {{}, 8, 17, 9},
                                   {{}, 17, 1, 2},  {{}, 0, 3, 2},   {{}, 3, 0, 2},   {{}, 2, 3, 0},
                                   {{}, 1, 100, 1}, {{}, 9, 17, 50}, {{2}, 3, 7, 9},  {{2, 3}, 2, 3, 8},
                                   {{0}, 2, 3, 2},  {{}, 1, 9, 100}, {{}, 33, 20, 65}};
  for (int flags = 0; flags < 4; ++flags) {
    bool transpose_a = (flags & 1) != 0, transpose_b = (flags & 2) != 0;
    for (const Case& c : cases) {
      Shape a = c.batch, b = c.batch;
      a.insert(a.end(), {transpose_a ? c.k : c.m, transpose_a ? c.m : c.k});
      b.insert(b.end(), {transpose_b ? c.n : c.k, transpose_b ? c.k : c.n});
      for (Element e : {kF32, kF64, kBF16, kI32}) {
        if (e != kF32 && c.m != 8) continue;
        maker.Add({Type(e, a), Type(e, b)}, {{K::kTransposeA, transpose_a}, {K::kTransposeB, transpose_b}});
      }
    }
  }
}

}  // namespace nnc::ir
