// Reads members of a zip archive (PKWARE APPNOTE 6.3.10): stored and deflated ones, also zip64.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/byte_source.h"

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

// A member's bytes: those of the archive itself where they are only stored. Its CRC-32 is checked: of a stored member
// at once, of a packed one at its end. Throws Failure BadDataFile, as reading does.
std::unique_ptr<ByteSource> OpenZipMember(const SharedBytes& archive, const ZipMember& member, const std::string& path);

}  // namespace nnc::runtime
