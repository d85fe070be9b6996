#include "runtime/npz.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include "runtime/npy.h"
#include "runtime/zip.h"
#include "tests/runtime/scratch.h"

namespace nnc::runtime {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

struct Member {
  std::string name, bytes;
  bool deflated = false;
  bool zip64 = false;  // sizes in the extra field, as numpy.savez gives for large arrays
};

std::string U16(size_t value) { return BytesOf(static_cast<uint16_t>(value)); }
std::string U32(size_t value) { return BytesOf(static_cast<uint32_t>(value)); }
std::string U64(size_t value) { return BytesOf(static_cast<uint64_t>(value)); }

std::string Deflate(const std::string& bytes) {
  z_stream stream{};
  deflateInit2(&stream, 9, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
  std::string packed(bytes.size() + 100, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

// A zip archive, record by record as APPNOTE lays them out.
std::string Zip(const std::vector<Member>& members, const std::string& comment = "") {
  std::string archive, directory;
  for (const Member& member : members) {
    const std::string packed = member.deflated ? Deflate(member.bytes) : member.bytes;
    const size_t crc =
        crc32(0, reinterpret_cast<const Bytef*>(member.bytes.data()), static_cast<uInt>(member.bytes.size()));
    const std::string method = U16(member.deflated ? 8 : 0);
    const std::string extra = member.zip64 ? U16(1) + U16(16) + U64(member.bytes.size()) + U64(packed.size()) : "";
    const std::string sizes =
        member.zip64 ? U32(UINT32_MAX) + U32(UINT32_MAX) : U32(packed.size()) + U32(member.bytes.size());
    const std::string common =
        U16(0) + method + U32(0) + U32(crc) + sizes + U16(member.name.size()) + U16(extra.size());
    directory += "PK\x01\x02" + U16(20) + U16(20) + common + U16(0) + U16(0) + U16(0) + U32(0) + U32(archive.size()) +
                 member.name + extra;
    archive += "PK\x03\x04" + U16(20) + common + member.name + extra + packed;
  }
  return archive + directory + "PK\x05\x06" + U16(0) + U16(0) + U16(members.size()) + U16(members.size()) +
         U32(directory.size()) + U32(archive.size()) + U16(comment.size()) + comment;
}

std::string Array(float value) {
  Tensor tensor(ir::Element::kF32, {100});
  for (int64_t i = 0; i < 100; ++i) tensor.set_number(i, value);
  return FormatNpy(tensor);
}

TEST(NpzTest, ReadsStoredAndDeflatedArrays) {
  const Scratch scratch;
  const std::string path = scratch.Write("a.npz", Zip({{"x.npy", Array(1)}, {"y.npy", Array(2), true}}, "a comment"));
  EXPECT_EQ(ReadNpz(path, "x").number(99), 1);
  EXPECT_EQ(ReadNpz(path, "y").number(99), 2);
}

TEST(NpzTest, ReadsZip64Sizes) {
  const Scratch scratch;
  EXPECT_EQ(ReadNpz(scratch.Write("a.npz", Zip({{"x.npy", Array(3), true, true}})), "x").number(0), 3);
}

TEST(NpzTest, AMissingArrayNamesThoseThere) {
  const Scratch scratch;
  const std::string path = scratch.Write("a.npz", Zip({{"images.npy", Array(1)}, {"labels.npy", Array(2)}}));
  const Diagnostic found = FailureOf([&] { ReadNpz(path, "image"); });
  EXPECT_EQ(found.kind, DiagnosticKind::kBadDataFile);
  EXPECT_THAT(found.help, HasSubstr("images, labels. Did you mean `images`?"));
}

TEST(NpzTest, DamageIsAnErrorWhereverItIs) {
  const std::string good = Zip({{"x.npy", Array(1), true}});
  const Scratch scratch;
  for (size_t size = 0; size < good.size(); ++size) {
    EXPECT_EQ(FailureOf([&] { ReadNpz(scratch.Write("a.npz", good.substr(0, size)), "x"); }).kind,
              DiagnosticKind::kBadDataFile)
        << size;
  }
  std::string changed = good;
  changed[60] = static_cast<char>(changed[60] ^ 1);
  EXPECT_EQ(FailureOf([&] { ReadNpz(scratch.Write("a.npz", changed), "x"); }).kind, DiagnosticKind::kBadDataFile);
}

TEST(NpzTest, AFalseChecksumIsAnError) {
  std::string bytes = Zip({{"x.npy", Array(1)}});
  bytes[bytes.find("NUMPY") + 200] = 'x';
  const Scratch scratch;
  EXPECT_THAT([&] { ReadNpz(scratch.Write("a.npz", bytes), "x"); },
              Fails(DiagnosticKind::kBadDataFile, "", "`x.npy` does not have its checksum"));
}

TEST(NpzTest, AFalseSizeIsNotAllocated) {
  const SharedBytes archive = ShareText(Zip({{"x.npy", Array(1), true}}));
  ZipMember member = ListZip(archive.text(), "a.npz")[0];
  member.unpacked = uint64_t{1} << 50;
  const auto source = OpenZipMember(archive, member, "a.npz");
  EXPECT_LT(source->at_most(), 1'000'000u);
  EXPECT_THAT([&] { source->Drain(); }, Fails(DiagnosticKind::kBadDataFile, "a.npz@0", "`x.npy` is damaged"));
}

TEST(NpzTest, StoredArraysStayInTheMappedFile) {
  const Scratch scratch;
  // The local header, 30 bytes, and the name, so that the numbers are aligned.
  const std::string path = scratch.Write("a.npz", Zip({{"xx.npy", Array(1)}, {"y.npy", Array(2), true}}));
  EXPECT_TRUE(ReadNpz(path, "xx").borrows());
  EXPECT_FALSE(ReadNpz(path, "y").borrows());
}

TEST(NpzTest, EncryptedAndUnknownMembersAreRefused) {
  const SharedBytes archive = ShareText(Zip({{"x.npy", Array(1)}}));
  ZipMember member = ListZip(archive.text(), "a.npz")[0];
  member.method = 12;
  EXPECT_THAT([&] { OpenZipMember(archive, member, "a.npz"); },
              Fails(DiagnosticKind::kBadDataFile, "", "packed by method 12"));
  member.encrypted = true;
  EXPECT_THAT([&] { OpenZipMember(archive, member, "a.npz"); }, Fails(DiagnosticKind::kBadDataFile, "", "encrypted"));
}

}  // namespace
}  // namespace nnc::runtime
