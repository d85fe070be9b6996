#include "runtime/npy.h"

#include <gtest/gtest.h>

#include "tests/runtime/scratch.h"

namespace nnc::runtime {
namespace {

using ir::Element;
using testing::ElementsAre;

// A file as NumPy writes it.
std::string Npy(const std::string& dictionary, const std::string& data, int version = 1) {
  std::string length = BytesOf(static_cast<uint32_t>(dictionary.size() + 1));
  if (version == 1) length.resize(2);
  return std::string("\x93NUMPY") + static_cast<char>(version) + '\0' + length + dictionary + "\n" + data;
}

std::string Dictionary(const std::string& descr, const std::string& shape, bool fortran = false) {
  return "{'descr': '" + descr + "', 'fortran_order': " + (fortran ? "True" : "False") + ", 'shape': " + shape + ", }";
}

Tensor Parse(const std::string& bytes) { return ReadArray(OpenNpy(SourceOf(ShareText(bytes)), "a.npy")); }

TEST(NpyTest, ReadsEveryVersion) {
  for (const int version : {1, 2, 3}) {
    const Tensor tensor = Parse(Npy(Dictionary("<f4", "(2, 1)"), BytesOf(std::vector<float>{1.5f, -2}), version));
    EXPECT_EQ(tensor.element(), Element::kF32);
    EXPECT_THAT(tensor.shape(), ElementsAre(2, 1));
    EXPECT_THAT(Numbers(tensor), ElementsAre(1.5, -2));
  }
}

TEST(NpyTest, ReadsScalarsAndEmptyArrays) {
  EXPECT_EQ(Parse(Npy(Dictionary("<i8", "()"), BytesOf(int64_t{7}))).as<int64_t>()[0], 7);
  EXPECT_THAT(Parse(Npy(Dictionary("<f4", "(0, 3)"), "")).shape(), ElementsAre(0, 3));
}

TEST(NpyTest, ReadsBigEndian) {
  EXPECT_THAT(Numbers(Parse(Npy(Dictionary(">i2", "(2,)"), std::string("\x01\x00\xff\xfe", 4)))), ElementsAre(256, -2));
  EXPECT_THAT(Numbers(Parse(Npy(Dictionary(">f8", "(1,)"), std::string("\x3f\xf8\0\0\0\0\0\0", 8)))), ElementsAre(1.5));
}

TEST(NpyTest, ReadsFortranOrder) {
  const std::string data = BytesOf(std::vector<int32_t>{1, 4, 2, 5, 3, 6});
  EXPECT_THAT(Numbers(Parse(Npy(Dictionary("<i4", "(2, 3)", true), data))), ElementsAre(1, 2, 3, 4, 5, 6));
  const std::string cube = BytesOf(std::vector<uint8_t>{0, 4, 2, 6, 1, 5, 3, 7});
  EXPECT_THAT(Numbers(Parse(Npy(Dictionary("|u1", "(2, 2, 2)", true), cube))), ElementsAre(0, 1, 2, 3, 4, 5, 6, 7));
}

TEST(NpyTest, WidensTypesWithoutAnElementType) {
  EXPECT_EQ(Parse(Npy(Dictionary("<f2", "(1,)"), BytesOf(uint16_t{0x3C00}))).as<float>()[0], 1.0f);
  EXPECT_EQ(Parse(Npy(Dictionary("|i1", "(1,)"), "\xff")).as<int32_t>()[0], -1);
  EXPECT_EQ(Parse(Npy(Dictionary("<u4", "(1,)"), "\xff\xff\xff\xff")).as<int64_t>()[0], 4294967295);
  EXPECT_EQ(Parse(Npy(Dictionary("|b1", "(1,)"), "\x01")).element(), Element::kBool);
  EXPECT_THAT([] { Parse(Npy(Dictionary("<u8", "(1,)"), std::string(8, '\xff'))); },
              Fails(DiagnosticKind::kBadDataFile, "a.npy", "2^63"));
}

TEST(NpyTest, RefusesWhatIsNotNumbers) {
  EXPECT_THAT([] { Parse(Npy(Dictionary("|O", "(1,)"), "x")); },
              Fails(DiagnosticKind::kBadDataFile, "a.npy", "Python objects"));
  EXPECT_THAT([] { Parse(Npy(Dictionary("<U3", "(1,)"), "x")); },
              Fails(DiagnosticKind::kBadDataFile, "a.npy", "`<U3`"));
  EXPECT_THAT([] { Parse(Npy(Dictionary("<c8", "(1,)"), "x")); },
              Fails(DiagnosticKind::kBadDataFile, "a.npy", "`<c8`"));
  EXPECT_THAT([] { Parse(Npy("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,)}", "x")); },
              Fails(DiagnosticKind::kBadDataFile, "a.npy", "records"));
}

TEST(NpyTest, RefusesDamage) {
  EXPECT_THAT([] { Parse("PK"); }, Fails(DiagnosticKind::kBadDataFile, "a.npy@0", "not an npy file"));
  EXPECT_THAT([] { Parse(Npy(Dictionary("<f4", "(1,)"), "abcd", 4)); },
              Fails(DiagnosticKind::kBadDataFile, "a.npy@6", "version 4"));
  const std::string good = Npy(Dictionary("<f4", "(3,)"), std::string(12, '\0'));
  // Every shorter file is an error, never a crash.
  for (size_t size = 0; size < good.size(); ++size) {
    EXPECT_EQ(FailureOf([&] { Parse(good.substr(0, size)); }).kind, DiagnosticKind::kBadDataFile) << size;
  }
}

TEST(NpyTest, RefusesBadHeaders) {
  for (const char* dictionary :
       {"", "{", "{}", "{'descr': '<f4'}", "{'descr': '<f4', 'fortran_order': maybe, 'shape': ()}", "{'other': 1}",
        "{'descr': '<f4' 'fortran_order': False, 'shape': ()}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (-1,)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1 2)}", "{'descr"}) {
    EXPECT_EQ(FailureOf([&] { Parse(Npy(dictionary, "abcd")); }).kind, DiagnosticKind::kBadDataFile) << dictionary;
  }
}

TEST(NpyTest, ShapesThatOverflowAreErrors) {
  EXPECT_THAT([] { Parse(Npy(Dictionary("<f4", "(4611686018427387904, 4)"), "abcd")); },
              Fails(DiagnosticKind::kBadDataFile, "", "needs too many bytes"));
}

TEST(NpyTest, WrittenFilesReadBack) {
  for (const Element element :
       {Element::kF32, Element::kF64, Element::kI32, Element::kI64, Element::kU8, Element::kBool}) {
    for (const std::vector<int64_t>& shape : {std::vector<int64_t>{}, {3}, {2, 3}}) {
      Tensor tensor(element, shape);
      for (int64_t i = 0; i < tensor.elements(); ++i) tensor.set_number(i, i % 2);
      const std::string bytes = FormatNpy(tensor);
      EXPECT_EQ(Parse(bytes), tensor);
      EXPECT_EQ((bytes.size() - static_cast<size_t>(tensor.bytes())) % 64, 0u);  // NumPy maps aligned data
    }
  }
}

TEST(NpyTest, BF16IsWrittenAsF32) {
  Tensor tensor(Element::kBF16, {1});
  tensor.set_number(0, 1.5);
  EXPECT_EQ(Parse(FormatNpy(tensor)).as<float>()[0], 1.5f);
}

TEST(NpyTest, FilesOnDisk) {
  const Scratch scratch;
  Tensor tensor(Element::kF32, {2});
  tensor.set_number(1, 3);
  WriteNpy(scratch.Path("x.npy"), tensor);
  EXPECT_EQ(ReadNpy(scratch.Path("x.npy")), tensor);
}

TEST(NpyTest, NumbersThatServeAsTheyAreStayInTheMappedFile) {
  const Scratch scratch;
  const auto read = [&](const std::string& descr, bool fortran, const std::string& data) {
    return ReadNpy(scratch.Write("x.npy", Npy(Dictionary(descr, "(2, 1)", fortran) + std::string(50, ' '), data)));
  };
  // The header takes 128 bytes, so that the numbers are aligned.
  const std::string floats = BytesOf(std::vector<float>{1, 2});
  const std::string header = Dictionary("<f4", "(2, 1)");
  const Tensor mapped =
      ReadNpy(scratch.Write("y.npy", Npy(header + std::string(128 - 11 - header.size(), ' '), floats)));
  EXPECT_TRUE(mapped.borrows());
  EXPECT_THAT(Numbers(mapped), ElementsAre(1, 2));
  EXPECT_THAT(Numbers(read("<f4", false, floats)), ElementsAre(1, 2));  // perhaps not aligned
  EXPECT_FALSE(read("<f4", true, floats).borrows());
  EXPECT_FALSE(read(">f4", false, floats).borrows());
  EXPECT_FALSE(read("<i2", false, "abcd").borrows());
}

TEST(NpyTest, ReadsGzip) {
  const Scratch scratch;
  Tensor tensor(Element::kF32, {70'000});
  for (int64_t i = 0; i < tensor.elements(); ++i) tensor.set_number(i, static_cast<double>(i % 1000));
  const std::string packed = Gzip(FormatNpy(tensor));
  EXPECT_EQ(ReadNpy(scratch.Write("x.npy.gz", packed)), tensor);
  // The checksum stands after the last number.
  std::string damaged = packed;
  damaged[damaged.size() - 6] = static_cast<char>(damaged[damaged.size() - 6] ^ 1);
  EXPECT_THAT([&] { ReadNpy(scratch.Write("damaged.gz", damaged)); },
              Fails(DiagnosticKind::kBadDataFile, "", "incorrect data check"));
  EXPECT_THAT([&] { ReadNpy(scratch.Write("cut.gz", packed.substr(0, packed.size() / 2))); },
              Fails(DiagnosticKind::kBadDataFile, "cut.gz@" + std::to_string(packed.size() / 2), "ends too early"));
}

TEST(NpyTest, AFalseSizeIsNotAllocated) {
  const Scratch scratch;
  const std::string path = scratch.Write("x.gz", Gzip(Npy(Dictionary("<f4", "(1099511627776,)"), "abcd")));
  EXPECT_THAT([&] { ReadNpy(path); }, Fails(DiagnosticKind::kBadDataFile, "", "needs 4398046511104 bytes"));
}

}  // namespace
}  // namespace nnc::runtime
