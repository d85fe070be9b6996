// Reads members of a zip archive (PKWARE APPNOTE 6.3.10): stored and deflated ones, also zip64.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace nnc::runtime {

struct ZipMember {
  std::string name;
  uint64_t packed = 0, unpacked = 0;  // bytes
  uint64_t offset = 0;                // of its local header
  uint32_t crc = 0;
  uint16_t method = 0;  // 0 stored, 8 deflated
  bool encrypted = false;
};

// The central directory. `path` is for messages. Throws Failure BadDataFile.
std::vector<ZipMember> ListZip(std::string_view archive, const std::string& path);

// A member's bytes, checked against its CRC-32. Throws Failure BadDataFile.
std::string ReadZipMember(std::string_view archive, const ZipMember& member, const std::string& path);

}  // namespace nnc::runtime
