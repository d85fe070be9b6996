#include "tests/ir/op_samples.h"

#include <utility>

#include "tests/ir/sample_maker.h"
#include "tests/ir/scan_samples.h"

namespace nnc::ir {

void SamplesOfScan(SampleMaker& maker) { maker.samples() = ScanSamples(maker.kind()); }
void SamplesOfPart(SampleMaker& maker) { maker.samples() = ScanSamples(maker.kind()); }

std::vector<OpSample> SamplesOf(Op op, SampleValues values) {
  SampleMaker maker(op, values);
  switch (op) {
#define NNC_OP(name, mnemonic, operands, klass, rule, gradient, attributes) \
  case Op::k##name:                                                         \
    SamplesOf##rule(maker);                                                 \
    break;
#include "ir/ops.def"
#undef NNC_OP
  }
  return std::move(maker.samples());
}

}  // namespace nnc::ir
