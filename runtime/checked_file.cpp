#include "runtime/checked_file.h"

#include <fmt/format.h>
#include <zlib.h>

#include <array>
#include <span>

namespace nnc::runtime {
namespace {

constexpr std::string_view kKey = R"("crc32":")";
constexpr size_t kDigits = 8;

std::string Checksum(std::span<const std::string_view> pieces) {
  uLong checksum = 0;
  for (const std::string_view piece : pieces) {
    checksum = crc32_z(checksum, reinterpret_cast<const Bytef*>(piece.data()), piece.size());
  }
  return fmt::format("{:0{}x}", checksum, kDigits);
}

// Where the digits are; npos where the key is missing.
size_t FindDigits(std::string_view bytes) {
  const size_t key = bytes.find(kKey);
  const size_t at = key + kKey.size();
  return key == std::string_view::npos || at + kDigits > bytes.size() ? std::string_view::npos : at;
}

}  // namespace

SafetensorsText FormatChecked(Safetensors& file) {
  file.metadata["crc32"] = std::string(kDigits, '0');
  SafetensorsText text = FormatSafetensors(file);
  text.header.replace(FindDigits(text.header), kDigits, Checksum(text.pieces()));
  return text;
}

CheckResult VerifyChecksum(std::string_view bytes) {
  const size_t at = FindDigits(bytes);
  if (at == std::string_view::npos) return CheckResult::kNoChecksum;
  const std::string zeros(kDigits, '0');
  const std::array<std::string_view, 3> cleared = {bytes.substr(0, at), zeros, bytes.substr(at + kDigits)};
  return Checksum(cleared) == bytes.substr(at, kDigits) ? CheckResult::kGood : CheckResult::kWrong;
}

}  // namespace nnc::runtime
