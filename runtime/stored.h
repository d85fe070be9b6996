// Arrays as files store them, and their conversion to the element types here.
#pragma once

#include <bit>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ir/diagnostics.h"
#include "runtime/byte_source.h"
#include "runtime/tensor.h"

namespace nnc::runtime {

enum class Stored : uint8_t { kBool, kI8, kU8, kI16, kU16, kI32, kU32, kI64, kU64, kF16, kBF16, kF32, kF64 };

int64_t ByteSize(Stored stored);
// The element type that holds it: a narrow integer widens to i32, u32 and u64 to i64, f16 to f32.
ir::Element ElementOf(Stored stored);

// The bytes that an array of this shape takes; nullopt where a size is negative or the product does not fit in 63 bits.
std::optional<int64_t> StoredBytes(Stored stored, const std::vector<int64_t>& shape);

// Of an array in a file: as many as NumPy allows. A damaged file may say any number.
inline constexpr size_t kMostAxes = 64;

// An array of a file, before its numbers are read.
struct StoredArray {
  Stored stored{};
  std::endian order = std::endian::little;
  bool fortran_order = false;
  bool ends_file = false;  // nothing may follow it
  std::vector<int64_t> shape;
  std::unique_ptr<ByteSource> data;  // from the first number on
  std::string file;                  // for messages
  uint64_t begin = 0;                // the byte of the file where the numbers begin
  DiagnosticKind kind = DiagnosticKind::kBadDataFile;
};

// Reads the numbers of an array from front to back. Every function throws Failure of the array's kind, at `file@byte`,
// where the file holds fewer bytes than the shape takes, or more where none may follow.
class ArrayReader {
 public:
  // Checks the claimed size against what the file can hold, before memory is got for it.
  explicit ArrayReader(StoredArray array);

  const std::vector<int64_t>& shape() const { return array_.shape; }
  int64_t elements() const { return elements_; }
  ir::Element element() const { return ElementOf(array_.stored); }
  bool fortran_order() const { return array_.fortran_order; }

  // The next numbers, [count], as they lie in the file: borrowed where it is mapped and holds them as they are here,
  // else decoded through a small buffer. A bool other than 0 becomes 1. A u64 from 2^63 is an error.
  Tensor Next(int64_t count);
  // The whole array in C order.
  Tensor All();
  // After the last number: checks the end of the file.
  void Finish();

 private:
  [[noreturn]] void FailSize(uint64_t held) const;
  void Decode(std::byte* to, int64_t count);

  StoredArray array_;
  int64_t elements_ = 0;
  uint64_t bytes_ = 0, read_ = 0;
};

// The whole array.
Tensor ReadArray(StoredArray array);

}  // namespace nnc::runtime
