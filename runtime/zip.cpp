#include "runtime/zip.h"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>

#include "runtime/bytes.h"
#include "runtime/fail.h"
#include "runtime/inflate.h"

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

uint32_t Crc32(std::string_view bytes) {
  return static_cast<uint32_t>(crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

[[noreturn]] void FailChecksum(const ZipMember& member, const std::string& path) {
  Fail(DiagnosticKind::kBadDataFile, fmt::format("{}@{}", path, member.offset),
       fmt::format("`{}` does not have its checksum", member.name));
}

// A deflated member, whose size and checksum are checked at its end.
class PackedMember : public ByteSource {
 public:
  PackedMember(std::unique_ptr<ByteSource> packed, const ZipMember& member, const std::string& path)
      : member_(member),
        path_(path),
        unpacked_(std::move(packed), InflateSource::Wrapper::kNone,
                  [this](uint64_t, const std::string& message) { Damaged(message); }) {}

  size_t Read(char* to, size_t count) override {
    const size_t got = unpacked_.Read(to, count);
    crc_ = static_cast<uint32_t>(crc32_z(crc_, reinterpret_cast<const Bytef*>(to), got));
    read_ += got;
    const bool ended = got < count;
    if (read_ > member_.unpacked || (ended && read_ < member_.unpacked)) Damaged("it is not of its size");
    if (ended && crc_ != member_.crc) FailChecksum(member_, path_);
    return got;
  }
  uint64_t at_most() const override { return std::min(member_.unpacked - read_, unpacked_.at_most()); }

 private:
  [[noreturn]] void Damaged(const std::string& message) const {
    Fail(DiagnosticKind::kBadDataFile, fmt::format("{}@{}", path_, member_.offset),
         fmt::format("the deflate stream of `{}` is damaged: {}", member_.name, message));
  }

  ZipMember member_;
  std::string path_;
  InflateSource unpacked_;
  uint64_t read_ = 0;
  uint32_t crc_ = 0;
};

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

std::unique_ptr<ByteSource> OpenZipMember(const SharedBytes& bytes, const ZipMember& member, const std::string& path) {
  const Archive archive(bytes.text(), path);
  if (member.encrypted) archive.Damaged(member.offset, fmt::format("`{}` is encrypted", member.name));
  if (!archive.Holds(member.offset, kLocalHeader)) {
    archive.Damaged(member.offset, fmt::format("the header of `{}` is damaged", member.name));
  }
  const uint64_t data = member.offset + kLocalHeaderBytes + archive.Number<uint16_t>(member.offset + 26) +
                        archive.Number<uint16_t>(member.offset + 28);
  const std::string_view packed = archive.Bytes(data, member.packed);
  auto source = SourceOf(bytes.part(data, member.packed));
  if (member.method == 8) return std::make_unique<PackedMember>(std::move(source), member, path);
  if (member.method != 0) {
    archive.Damaged(member.offset, fmt::format("`{}` is packed by method {}, neither stored nor deflated", member.name,
                                               member.method));
  }
  if (Crc32(packed) != member.crc) FailChecksum(member, path);
  return source;
}

}  // namespace nnc::runtime
