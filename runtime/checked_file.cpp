#include "runtime/checked_file.h"

#include <fmt/format.h>
#include <zlib.h>

namespace nnc::runtime {
namespace {

constexpr std::string_view kKey = R"("crc32":")";
constexpr size_t kDigits = 8;

std::string Checksum(std::string_view bytes) {
  const auto* data = reinterpret_cast<const Bytef*>(bytes.data());
  return fmt::format("{:0{}x}", crc32_z(0, data, bytes.size()), kDigits);
}

// Where the digits are; npos where the key is missing.
size_t FindDigits(std::string_view bytes) {
  const size_t key = bytes.find(kKey);
  const size_t at = key + kKey.size();
  return key == std::string_view::npos || at + kDigits > bytes.size() ? std::string_view::npos : at;
}

}  // namespace

std::string FormatChecked(Safetensors file) {
  file.metadata["crc32"] = std::string(kDigits, '0');
  std::string bytes = FormatSafetensors(file);
  bytes.replace(FindDigits(bytes), kDigits, Checksum(bytes));
  return bytes;
}

CheckResult VerifyChecksum(std::string_view bytes) {
  const size_t at = FindDigits(bytes);
  if (at == std::string_view::npos) return CheckResult::kNoChecksum;
  std::string cleared(bytes);
  cleared.replace(at, kDigits, kDigits, '0');
  return Checksum(cleared) == bytes.substr(at, kDigits) ? CheckResult::kGood : CheckResult::kWrong;
}

}  // namespace nnc::runtime
