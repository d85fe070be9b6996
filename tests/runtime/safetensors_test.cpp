#include "runtime/safetensors.h"

#include <gtest/gtest.h>

#include "tests/runtime/scratch.h"

namespace nnc::runtime {
namespace {

using ir::Element;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

std::string File(const std::string& header, const std::string& data) {
  return BytesOf(static_cast<uint64_t>(header.size())) + header + data;
}

Safetensors Parse(const std::string& bytes) { return ParseSafetensors(ShareText(bytes), "w.safetensors"); }

MATCHER_P(IsRefused, message, "") {
  const Diagnostic found = FailureOf([&] { Parse(arg); });
  *result_listener << found.place << ": " << found.message;
  return found.kind == DiagnosticKind::kBadWeights && found.place.find("w.safetensors") == 0 &&
         found.message.find(message) != std::string::npos;
}

// As safetensors.torch.save_file writes torch.nn.Linear(2, 1)'s state_dict.
TEST(SafetensorsTest, ReadsAFileInPyTorchsLayout) {
  const std::string header =
      R"({"__metadata__":{"format":"pt"},"bias":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},)"
      R"("weight":{"dtype":"F32","shape":[1,2],"data_offsets":[4,12]}}   )";
  const Safetensors file = Parse(File(header, BytesOf(std::vector<float>{0.5f, 1, 2})));
  EXPECT_THAT(file.metadata, ElementsAre(Pair("format", "pt")));
  EXPECT_THAT(file.tensors.at("weight").shape(), ElementsAre(1, 2));
  EXPECT_THAT(Numbers(file.tensors.at("weight")), ElementsAre(1, 2));
  EXPECT_THAT(Numbers(file.tensors.at("bias")), ElementsAre(0.5));
}

TEST(SafetensorsTest, ReadsEveryType) {
  const auto read = [](const std::string& type, const std::string& data) {
    const std::string header =
        R"({"x":{"dtype":")" + type + R"(","shape":[1],"data_offsets":[0,)" + std::to_string(data.size()) + "]}}";
    return Parse(File(header, data)).tensors.at("x");
  };
  EXPECT_EQ(read("F64", BytesOf(1.5)).as<double>()[0], 1.5);
  EXPECT_EQ(read("BF16", BytesOf(uint16_t{0x3FC0})).number(0), 1.5);
  EXPECT_EQ(read("BF16", BytesOf(uint16_t{0x3FC0})).element(), Element::kBF16);
  EXPECT_EQ(read("F16", BytesOf(uint16_t{0x3E00})).as<float>()[0], 1.5f);
  EXPECT_EQ(read("I64", BytesOf(int64_t{-3})).as<int64_t>()[0], -3);
  EXPECT_EQ(read("I32", BytesOf(int32_t{-3})).as<int32_t>()[0], -3);
  EXPECT_EQ(read("U8", "\xff").as<uint8_t>()[0], 255);
  EXPECT_EQ(read("BOOL", "\x02").as<uint8_t>()[0], 1);
  EXPECT_THAT(File(R"({"x":{"dtype":"F8_E4M3","shape":[1],"data_offsets":[0,1]}})", "x"), IsRefused("type F8_E4M3"));
}

TEST(SafetensorsTest, WrittenFilesReadBack) {
  Safetensors file;
  file.metadata = {{"nnc", "1"}, {"name", "\"quoted\""}};
  for (const Element element :
       {Element::kF32, Element::kF64, Element::kBF16, Element::kI32, Element::kI64, Element::kU8, Element::kBool}) {
    Tensor tensor(element, {3});
    for (int64_t i = 0; i < 3; ++i) tensor.set_number(i, i % 2);
    file.tensors.emplace(std::string(ir::Name(element)), tensor);
  }
  file.tensors.emplace("scalar", Tensor(Element::kF32, {}));
  file.tensors.emplace("empty", Tensor(Element::kF32, {0, 3}));
  const Safetensors read = Parse(Joined(FormatSafetensors(file).pieces()));
  EXPECT_EQ(read.tensors, file.tensors);
  EXPECT_EQ(read.metadata, file.metadata);
}

TEST(SafetensorsTest, WritesWideElementsFirstThenByName) {
  Safetensors file;
  file.tensors.emplace("a.flag", Tensor(Element::kBool, {1}));
  file.tensors.emplace("b", Tensor(Element::kF32, {1}));
  file.tensors.emplace("a", Tensor(Element::kF32, {1}));
  const std::string bytes = Joined(FormatSafetensors(file).pieces());
  const uint64_t header = *reinterpret_cast<const uint64_t*>(bytes.data());
  EXPECT_EQ(header % 8, 0u);
  EXPECT_THAT(bytes,
              HasSubstr(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],)"
                        R"("data_offsets":[4,8]},"a.flag":{"dtype":"BOOL","shape":[1],"data_offsets":[8,9]}})"));
}

TEST(SafetensorsTest, FilesOnDisk) {
  const Scratch scratch;
  Safetensors file;
  file.tensors.emplace("x", Tensor(Element::kF32, {2}));
  WriteSafetensors(scratch.Path("w.safetensors"), file);
  EXPECT_EQ(ReadSafetensors(scratch.Path("w.safetensors")).tensors, file.tensors);
}

TEST(SafetensorsTest, RefusesBadHeaders) {
  EXPECT_THAT("short", IsRefused("too short"));
  EXPECT_THAT(BytesOf(uint64_t{100'000'001}), IsRefused("longer than 100 MB"));
  EXPECT_THAT(BytesOf(uint64_t{UINT64_MAX}) + "{}", IsRefused("longer than 100 MB"));
  EXPECT_THAT(BytesOf(uint64_t{3}) + "{}", IsRefused("ends within its header"));
  EXPECT_THAT(File("", ""), IsRefused("does not begin with `{`"));
  EXPECT_THAT(File(" {}", ""), IsRefused("does not begin with `{`"));
  EXPECT_THAT(File("{\"a\":", ""), IsRefused("not JSON"));
  EXPECT_THAT(File("{} x", ""), IsRefused("not JSON"));
  EXPECT_THAT(File(R"({"x":1})", ""), IsRefused("`x` needs dtype"));
  EXPECT_THAT(File(R"({"x":{"dtype":"F32","shape":[0]}})", ""), IsRefused("`x` needs dtype"));
  EXPECT_THAT(File(R"({"x":{"dtype":"F32","shape":[0],"data_offsets":[0,0],"more":1}})", ""),
              IsRefused("nothing else"));
  EXPECT_THAT(File(R"({"x":{"dtype":"F32","shape":[-1],"data_offsets":[0,0]}})", ""), IsRefused("not a whole number"));
  EXPECT_THAT(File(R"({"x":{"dtype":"F32","shape":[0.5],"data_offsets":[0,0]}})", ""), IsRefused("not a whole number"));
  EXPECT_THAT(File(R"({"__metadata__":1})", ""), IsRefused("not an object"));
  EXPECT_THAT(File(R"({"__metadata__":{"a":1}})", ""), IsRefused("not a string"));
}

TEST(SafetensorsTest, RefusesNamesGivenTwice) {
  const std::string x = R"("x":{"dtype":"U8","shape":[0],"data_offsets":[0,0]})";
  EXPECT_THAT(File("{" + x + "," + x + "}", ""), IsRefused("names `x` twice"));
  EXPECT_THAT(File(R"({"x":{"dtype":"U8","dtype":"U8","shape":[0],"data_offsets":[0,0]}})", ""),
              IsRefused("names `dtype` twice"));
}

TEST(SafetensorsTest, RefusesGapsOverlapsAndOtherSizes) {
  const auto entry = [](const std::string& name, int size, int begin, int end) {
    return "\"" + name + R"(":{"dtype":"U8","shape":[)" + std::to_string(size) + R"(],"data_offsets":[)" +
           std::to_string(begin) + "," + std::to_string(end) + "]}";
  };
  EXPECT_THAT(File("{" + entry("a", 2, 0, 2) + "," + entry("b", 2, 3, 5) + "}", "12345"),
              IsRefused("a gap or an overlap"));
  EXPECT_THAT(File("{" + entry("a", 2, 0, 2) + "," + entry("b", 2, 1, 3) + "}", "123"),
              IsRefused("a gap or an overlap"));
  EXPECT_THAT(File("{" + entry("a", 2, 2, 0) + "}", "12"), IsRefused("a gap or an overlap"));
  EXPECT_THAT(File("{" + entry("a", 2, 0, 2) + "}", "123"), IsRefused("do not end where the file does"));
  EXPECT_THAT(File("{" + entry("a", 2, 0, 2) + "}", "1"), IsRefused("do not end where the file does"));
  EXPECT_THAT(File("{" + entry("a", 3, 0, 2) + "}", "12"), IsRefused("does not take the 2 bytes"));
  EXPECT_THAT(File(R"({"a":{"dtype":"F64","shape":[4611686018427387904,4],"data_offsets":[0,1]}})", "1"),
              IsRefused("does not take"));
}

TEST(SafetensorsTest, DeepNestingIsAnErrorNotACrash) {
  EXPECT_THAT(File("{\"x\":" + std::string(1'000'000, '['), ""), IsRefused("`x` needs dtype, shape"));
  EXPECT_THAT(File(R"({"x":{"shape":)" + std::string(1'000'000, '['), ""), IsRefused("`x` needs dtype, shape"));
}

TEST(SafetensorsTest, MoreAxesThanAnArrayHasAreAnError) {
  std::string shape = "1";
  for (int i = 0; i < 64; ++i) shape += ",1";
  EXPECT_THAT(File(R"({"x":{"dtype":"U8","shape":[)" + shape + R"(],"data_offsets":[0,1]}})", "1"),
              IsRefused("`x` has more than 64 axes"));
}

}  // namespace
}  // namespace nnc::runtime
