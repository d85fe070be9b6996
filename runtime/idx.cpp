#include "runtime/idx.h"

#include <fmt/format.h>

#include <optional>

#include "runtime/bytes.h"
#include "runtime/fail.h"

namespace nnc::runtime {
namespace {

std::optional<Stored> StoredOf(char code) {
  switch (code) {
    case 0x08:
      return Stored::kU8;
    case 0x09:
      return Stored::kI8;
    case 0x0B:
      return Stored::kI16;
    case 0x0C:
      return Stored::kI32;
    case 0x0D:
      return Stored::kF32;
    case 0x0E:
      return Stored::kF64;
    default:
      return std::nullopt;
  }
}

}  // namespace

StoredArray OpenIdx(const std::string& path) {
  auto file = OpenMapped(path);
  std::string header;
  const auto fail = [&](size_t byte, const std::string& message) {
    Fail(DiagnosticKind::kBadDataFile, fmt::format("{}@{}", path, byte), message,
         "An idx file begins with two zero bytes, a type code, a rank and a big-endian size for each axis.");
  };
  const auto read_up_to = [&](size_t size) {
    const size_t old_size = header.size();
    header.resize(size);
    header.resize(old_size + file->Read(header.data() + old_size, size - old_size));
    return header.size() == size;
  };
  if (!read_up_to(4) || header[0] != 0 || header[1] != 0) fail(0, "not an idx file");
  const std::optional<Stored> stored = StoredOf(header[2]);
  if (!stored) fail(2, fmt::format("unknown idx type code 0x{:02x}", static_cast<uint8_t>(header[2])));
  const size_t rank = static_cast<uint8_t>(header[3]);
  if (rank > kMostAxes) fail(3, fmt::format("{} axes are more than {}", rank, kMostAxes));
  if (!read_up_to(4 + 4 * rank)) fail(header.size(), "the file ends within its header");
  StoredArray array;
  array.stored = *stored;
  array.order = std::endian::big;
  array.ends_file = true;
  for (size_t axis = 0; axis < rank; ++axis) {
    array.shape.push_back(LoadNumber<uint32_t>(header, 4 + 4 * axis, std::endian::big));
  }
  array.data = std::move(file);
  array.file = path;
  array.begin = header.size();
  return array;
}

Tensor ReadIdx(const std::string& path) { return ReadArray(OpenIdx(path)); }

}  // namespace nnc::runtime
