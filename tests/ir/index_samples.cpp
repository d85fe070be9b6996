// Samples of ops by ids.
#include "tests/ir/sample_maker.h"

namespace nnc::ir {

namespace {

// Tables and shapes of ids.
const std::vector<Shape> kTables = {{5}, {1}, {7, 3}, {1, 8}, {3, 17}, {3, 2, 9}, {7, 0}};
const std::vector<Shape> kIds = {{}, {0}, {1}, {9}, {2, 3}};

}  // namespace

void SamplesOfTake(SampleMaker& maker) {
  for (const Shape& table : kTables) {
    for (const Shape& ids : kIds) {
      for (Element e : {kF32, kI32}) maker.AddIndexed({Type(e, table), Type(e == kF32 ? kI32 : kI64, ids)});
    }
  }
  maker.AddIndexed({Type(kF32, {0, 3}), Type(kI32, {2})});
  maker.AddIndexed({Type(kF64, {9, 3}), Type(kU8, {17})});
  maker.AddIndexed({Type(kBF16, {9, 3}), Type(kI32, {17})});
}

void SamplesOfScatterAdd(SampleMaker& maker) {
  for (const Shape& base : kTables) {
    for (const Shape& ids : kIds) {
      Shape rows = ids;
      rows.insert(rows.end(), base.begin() + 1, base.end());
      for (Element e : {kF32, kI32}) {
        maker.AddIndexed({Type(e, base), Type(e == kF32 ? kI32 : kI64, ids), Type(e, rows)});
      }
    }
  }
  maker.AddIndexed({Type(kF64, {9, 3}), Type(kU8, {17}), Type(kF64, {17, 3})});
  maker.AddIndexed({Type(kF32, {250}), Type(kU8, {17}), Type(kF32, {17})});
}

}  // namespace nnc::ir
