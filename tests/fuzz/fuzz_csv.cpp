#include "runtime/csv.h"
#include "tests/fuzz/fuzz_file.h"

// The first byte chooses how the rest is read: its delimiter, its header, and whether cells are numbers or names.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static nnc::fuzz::FuzzFile file("input.csv");
  if (size == 0) return 0;
  nnc::FieldSource source{};
  source.kind = nnc::FieldSource::kCsv;
  source.path = file.Holding(data + 1, size - 1);
  source.delimiter = ",;\t|"[data[0] & 3];
  if ((data[0] & 4) != 0) source.header = (data[0] & 8) != 0;
  source.skip = data[0] >> 4 & 1;
  source.columns = {0, 2};
  const bool names = (data[0] & 32) != 0;
  const nnc::DataField field = {
      "x", {names ? nnc::ir::Element::kI32 : nnc::ir::Element::kF32, {2}}, names ? 0 : -1, source, {}};
  nnc::fuzz::MayRefuse([&] { nnc::runtime::ReadCsv({&field}); });
  return 0;
}
