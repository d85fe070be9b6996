#include "runtime/idx.h"

#include <fmt/format.h>

#include <optional>

#include "runtime/bytes.h"
#include "runtime/fail.h"
#include "runtime/files.h"
#include "runtime/stored.h"

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

Tensor ReadIdx(const std::string& path) {
  const std::string bytes = ReadFile(path);
  const auto fail = [&](size_t byte, const std::string& message) {
    Fail(DiagnosticKind::kBadDataFile, fmt::format("{}@{}", path, byte), message,
         "An idx file begins with two zero bytes, a type code, a rank and a big-endian size for each axis.");
  };
  if (bytes.size() < 4 || bytes[0] != 0 || bytes[1] != 0) fail(0, "not an idx file");
  const std::optional<Stored> stored = StoredOf(bytes[2]);
  if (!stored) fail(2, fmt::format("unknown idx type code 0x{:02x}", static_cast<uint8_t>(bytes[2])));
  const size_t rank = static_cast<uint8_t>(bytes[3]);
  const size_t header = 4 + 4 * rank;
  if (bytes.size() < header) fail(bytes.size(), "the file ends within its header");
  std::vector<int64_t> shape;
  for (size_t axis = 0; axis < rank; ++axis) {
    shape.push_back(LoadNumber<uint32_t>(bytes, 4 + 4 * axis, std::endian::big));
  }
  const std::optional<int64_t> size = StoredBytes(*stored, shape);
  const size_t held = bytes.size() - header;
  if (!size || static_cast<size_t>(*size) != held) {
    fail(header, fmt::format("shape {} needs {} bytes, the file holds {}", ShapeText(shape),
                             size ? std::to_string(*size) : "too many", held));
  }
  return DecodeArray(std::string_view(bytes).substr(header), *stored, std::endian::big, std::move(shape),
                     DiagnosticKind::kBadDataFile, path);
}

}  // namespace nnc::runtime
