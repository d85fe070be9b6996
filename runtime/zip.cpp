#include "runtime/zip.h"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <memory>
#include <new>
#include <optional>

#include "runtime/bytes.h"
#include "runtime/fail.h"

namespace nnc::runtime {
namespace {

// Signatures and sizes of the records' fixed parts (APPNOTE 4.3).
constexpr uint32_t kLocalHeader = 0x04034b50, kCentralHeader = 0x02014b50, kEnd = 0x06054b50;
constexpr uint32_t kEnd64 = 0x06064b50, kEnd64Locator = 0x07064b50;
constexpr uint64_t kLocalHeaderBytes = 30, kCentralHeaderBytes = 46, kEndBytes = 22, kEnd64Bytes = 56,
                   kLocatorBytes = 20;
constexpr uint16_t kZip64Extra = 1;

// Bounds-checked reads from an archive.
class Archive {
 public:
  Archive(std::string_view bytes, const std::string& path) : bytes_(bytes), path_(path) {}

  [[noreturn]] void Damaged(uint64_t at, const std::string& message) const {
    Fail(DiagnosticKind::kBadDataFile, fmt::format("{}@{}", path_, at), message);
  }
  std::string_view Bytes(uint64_t at, uint64_t count) const {
    if (at > bytes_.size() || count > bytes_.size() - at) Damaged(bytes_.size(), "the zip archive ends too early");
    return bytes_.substr(at, count);
  }
  template <class T>
  T Number(uint64_t at) const {
    return LoadNumber<T>(Bytes(at, sizeof(T)), 0);
  }
  bool Holds(uint64_t at, uint32_t signature) const {
    return at <= bytes_.size() && bytes_.size() - at >= 4 && LoadNumber<uint32_t>(bytes_, at) == signature;
  }
  // Where the end record lies: before a comment of at most 65,535 bytes.
  uint64_t FindEnd() const {
    const uint64_t furthest = std::min<uint64_t>(bytes_.size(), kEndBytes + 0xFFFF);
    for (uint64_t back = kEndBytes; back <= furthest; ++back) {
      if (Holds(bytes_.size() - back, kEnd)) return bytes_.size() - back;
    }
    Damaged(0, "not a zip archive");
  }

 private:
  std::string_view bytes_;
  const std::string& path_;
};

struct Directory {
  uint64_t entries, offset;
};

Directory FindDirectory(const Archive& archive) {
  const uint64_t end = archive.FindEnd();
  if (end >= kLocatorBytes && archive.Holds(end - kLocatorBytes, kEnd64Locator)) {
    const uint64_t end64 = archive.Number<uint64_t>(end - kLocatorBytes + 8);
    if (!archive.Holds(end64, kEnd64)) archive.Damaged(end, "the zip64 end record is missing");
    archive.Bytes(end64, kEnd64Bytes);
    return {archive.Number<uint64_t>(end64 + 32), archive.Number<uint64_t>(end64 + 48)};
  }
  return {archive.Number<uint16_t>(end + 10), archive.Number<uint32_t>(end + 16)};
}

// A 32-bit field of all ones stands for the next 64-bit number of the zip64 extra field (APPNOTE 4.5.3).
void ReadZip64Extra(const Archive& archive, uint64_t at, uint64_t length, ZipMember& member) {
  const uint64_t end = at + length;
  while (at + 4 <= end) {
    const uint16_t id = archive.Number<uint16_t>(at), size = archive.Number<uint16_t>(at + 2);
    uint64_t field = at + 4;
    at = field + size;
    if (id != kZip64Extra) continue;
    for (uint64_t* number : {&member.unpacked, &member.packed, &member.offset}) {
      if (*number != UINT32_MAX) continue;
      if (field + 8 > at) archive.Damaged(field, "the zip64 extra field is too short");
      *number = archive.Number<uint64_t>(field);
      field += 8;
    }
  }
}

std::string Inflate(std::string_view packed, const ZipMember& member, const Archive& archive) {
  // Deflate packs at most 1032 to 1 (zlib.net, "Maximum Compression Factor"); a member that says more is damaged.
  if (member.unpacked / 1032 > packed.size() + 1)
    archive.Damaged(member.offset, fmt::format("`{}` has a false size", member.name));
  std::string result(member.unpacked, '\0');
  z_stream stream{};
  if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) throw std::bad_alloc();  // negative: no zlib wrapper
  const std::unique_ptr<z_stream, int (*)(z_stream*)> guard(&stream, inflateEnd);
  uint64_t read = 0, written = 0;
  int status = Z_OK;
  while (status == Z_OK) {
    constexpr uint64_t kPiece = 1 << 30;  // zlib counts in 32 bits
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data() + read));
    stream.avail_in = static_cast<uInt>(std::min(kPiece, packed.size() - read));
    stream.next_out = reinterpret_cast<Bytef*>(result.data() + written);
    stream.avail_out = static_cast<uInt>(std::min(kPiece, result.size() - written));
    status = inflate(&stream, Z_NO_FLUSH);
    read = static_cast<uint64_t>(reinterpret_cast<const char*>(stream.next_in) - packed.data());
    written = static_cast<uint64_t>(reinterpret_cast<const char*>(stream.next_out) - result.data());
  }
  if (status != Z_STREAM_END || written != result.size()) {
    archive.Damaged(member.offset, fmt::format("the deflate stream of `{}` is damaged", member.name));
  }
  return result;
}

uint32_t Crc32(std::string_view bytes) {
  return static_cast<uint32_t>(crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

}  // namespace

std::vector<ZipMember> ListZip(std::string_view bytes, const std::string& path) {
  const Archive archive(bytes, path);
  const Directory directory = FindDirectory(archive);
  std::vector<ZipMember> members;
  uint64_t at = directory.offset;
  for (uint64_t i = 0; i < directory.entries; ++i) {
    if (!archive.Holds(at, kCentralHeader)) archive.Damaged(at, "the zip directory is damaged");
    archive.Bytes(at, kCentralHeaderBytes);
    const uint16_t name = archive.Number<uint16_t>(at + 28), extra = archive.Number<uint16_t>(at + 30);
    ZipMember member;
    member.encrypted = archive.Number<uint16_t>(at + 8) & 1;
    member.method = archive.Number<uint16_t>(at + 10);
    member.crc = archive.Number<uint32_t>(at + 16);
    member.packed = archive.Number<uint32_t>(at + 20);
    member.unpacked = archive.Number<uint32_t>(at + 24);
    member.offset = archive.Number<uint32_t>(at + 42);
    member.name = archive.Bytes(at + kCentralHeaderBytes, name);
    ReadZip64Extra(archive, at + kCentralHeaderBytes + name, extra, member);
    at += kCentralHeaderBytes + name + extra + archive.Number<uint16_t>(at + 32);
    members.push_back(std::move(member));
  }
  return members;
}

std::string ReadZipMember(std::string_view bytes, const ZipMember& member, const std::string& path) {
  const Archive archive(bytes, path);
  if (member.encrypted) archive.Damaged(member.offset, fmt::format("`{}` is encrypted", member.name));
  if (!archive.Holds(member.offset, kLocalHeader)) {
    archive.Damaged(member.offset, fmt::format("the header of `{}` is damaged", member.name));
  }
  const uint64_t data = member.offset + kLocalHeaderBytes + archive.Number<uint16_t>(member.offset + 26) +
                        archive.Number<uint16_t>(member.offset + 28);
  const std::string_view packed = archive.Bytes(data, member.packed);
  std::string result;
  if (member.method == 0) {
    result = packed;
  } else if (member.method == 8) {
    result = Inflate(packed, member, archive);
  } else {
    archive.Damaged(member.offset, fmt::format("`{}` is packed by method {}, neither stored nor deflated", member.name,
                                               member.method));
  }
  if (Crc32(result) != member.crc) archive.Damaged(data, fmt::format("`{}` does not have its checksum", member.name));
  return result;
}

}  // namespace nnc::runtime
