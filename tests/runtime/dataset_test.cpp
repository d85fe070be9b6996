#include "runtime/dataset.h"

#include <gtest/gtest.h>

#include "runtime/npy.h"
#include "runtime/safetensors.h"
#include "tests/runtime/ir_program.h"
#include "tests/runtime/scratch.h"

namespace nnc::runtime {
namespace {

using ir::Element;
using testing::ElementsAre;
using testing::EndsWith;

class DatasetTest : public testing::Test {
 protected:
  DatasetTest() {
    plan().name = "d";
    plan().shuffle = false;
  }

  DataPlan& plan() { return program_.data.front(); }
  FieldSource Source(FieldSource::Kind kind, const std::string& name, const std::string& bytes) {
    FieldSource source{};
    source.kind = kind;
    source.path = scratch_.Write(name, bytes);
    return source;
  }
  DataField& AddField(const std::string& name, const ir::Type& type, FieldSource source, int64_t classes = -1) {
    plan().fields.push_back({name, type, classes, std::move(source), {}});
    return plan().fields.back();
  }
  const Dataset& Load() {
    store_.emplace(program_, Backend::kEvaluator);
    return store_->Load("d");
  }

  int64_t Count(const std::string& field) {
    for (const DataField& each : plan().fields) {
      if (each.name == field) return DataFiles().CountClasses(plan(), each);
    }
    return -1;
  }

  Scratch scratch_;
  Program program_{.module = {},
                   .data = {DataPlan()},
                   .trains = {},
                   .models = {},
                   .parameters = {},
                   .constants = {},
                   .init_function = {}};
  std::optional<DataStore> store_;
};

TEST_F(DatasetTest, ReadsFieldsOfTheirOwnTypes) {
  const std::string csv = "1,2,0\n3,4,1\n";
  AddField("x", {Element::kF32, {2}}, Source(FieldSource::kCsv, "d.csv", csv)).source->columns = {0, 1};
  AddField("y", {Element::kI32}, Source(FieldSource::kCsv, "d.csv", csv), 2).source->columns = {2};
  const Dataset& data = Load();
  EXPECT_EQ(data.rows, 2);
  EXPECT_EQ(ToString(data.column("x").values.type()), "f32[2, 2]");
  EXPECT_EQ(ToString(data.column("y").values.type()), "i32[2]");
  EXPECT_THAT(Numbers(data.column("x").values), ElementsAre(1, 2, 3, 4));
  EXPECT_THAT(Numbers(data.column("y").values), ElementsAre(0, 1));
  EXPECT_EQ(data.bytes(), 24);
}

TEST_F(DatasetTest, CsvColumnsFillTheFieldsShape) {
  AddField("image", {Element::kF32, {2, 2}}, Source(FieldSource::kCsv, "d.csv", "1,2,3,4\n"));
  EXPECT_THAT(Load().column("image").values.shape(), ElementsAre(1, 2, 2));
}

TEST_F(DatasetTest, AnAffineStepRoundsOnce) {
  DataField& field = AddField("x", {Element::kF32}, Source(FieldSource::kCsv, "d.csv", "255\n51\n"));
  field.source->scale = 1 / 255.0;
  field.source->offset = -0.5;
  EXPECT_THAT(Numbers(Load().column("x").values), ElementsAre(0.5, static_cast<float>(51 / 255.0 - 0.5)));
}

TEST_F(DatasetTest, ArraysConvertToTheFieldsElementType) {
  Tensor bytes(Element::kU8, {2, 3});
  bytes.set_number(5, 255);
  AddField("x", {Element::kF32, {3}}, Source(FieldSource::kNpy, "x.npy", FormatNpy(bytes))).source->scale = 1 / 255.0;
  EXPECT_THAT(Numbers(Load().column("x").values), ElementsAre(0, 0, 0, 0, 0, 1));
}

TEST_F(DatasetTest, ReadsATensorOfASafetensorsFile) {
  Safetensors file;
  file.tensors.emplace("images", Tensor(Element::kF32, {4, 2}));
  AddField("x", {Element::kF32, {2}},
           Source(FieldSource::kSafetensors, "x.safetensors", Joined(FormatSafetensors(file).pieces())))
      .source->key = "images";
  EXPECT_EQ(Load().rows, 4);
  plan().fields[0].source->key = "image";
  EXPECT_THAT([&] { Load(); }, Fails(DiagnosticKind::kBadDataFile, "x.safetensors", "no tensor `image`"));
}

TEST_F(DatasetTest, LargeIntegersStayExact) {
  Tensor ids(Element::kI64, {1});
  ids.as<int64_t>()[0] = (int64_t{1} << 53) + 1;
  AddField("id", {Element::kI64}, Source(FieldSource::kNpy, "x.npy", FormatNpy(ids)));
  EXPECT_EQ(Load().column("id").values.as<int64_t>()[0], (int64_t{1} << 53) + 1);
}

TEST_F(DatasetTest, NamedClassesAreSortedByCodePoint) {
  AddField("y", {Element::kI32}, Source(FieldSource::kCsv, "d.csv", "setosa\nVirginica\n10\n2\nsetosa\n"), 0)
      .source->header = false;
  const Column& column = Load().column("y");
  EXPECT_THAT(column.classes, ElementsAre("10", "2", "Virginica", "setosa"));
  EXPECT_THAT(Numbers(column.values), ElementsAre(3, 2, 0, 1, 3));
  EXPECT_EQ(store_->classes(), (ClassMap{{"d.y", {4, column.classes}}}));
  EXPECT_EQ(Count("y"), 4);
}

TEST_F(DatasetTest, ClassesOfNumbersAreCountedByTheLargest) {
  Tensor labels(Element::kI64, {3});
  labels.set_number(1, 6);
  AddField("y", {Element::kI32}, Source(FieldSource::kNpy, "y.npy", FormatNpy(labels)), 0);
  EXPECT_EQ(Count("y"), 7);
  Load();
  EXPECT_EQ(store_->classes(), (ClassMap{{"d.y", {7, {}}}}));
}

TEST_F(DatasetTest, CountingAndLoadingAreOnePass) {
  FieldSource source = Source(FieldSource::kCsv, "d.csv", "1,cat\n2,ape\n");
  source.columns = {0};
  AddField("x", {Element::kF32}, source);
  source.columns = {1};
  AddField("y", {Element::kI32}, source, 0);
  const auto files = std::make_shared<DataFiles>();
  EXPECT_EQ(files->CountClasses(plan(), plan().fields[1]), 2);
  std::filesystem::remove(source.path);  // nobody may read it again
  DataStore store(program_, Backend::kEvaluator, files);
  EXPECT_THAT(Numbers(store.Load("d").column("x").values), ElementsAre(1, 2));
  EXPECT_THAT(Numbers(store.Load("d").column("y").values), ElementsAre(1, 0));
  EXPECT_EQ(files->CountClasses(plan(), plan().fields[1]), 2);
}

TEST_F(DatasetTest, KnownClassesNeedNoFile) {
  AddField("y", {Element::kI32}, FieldSource{}, 0).source->path = "none.csv";
  DataFiles files;
  files.Know({{"d.y", {3, {}}}});
  EXPECT_EQ(files.CountClasses(plan(), plan().fields[0]), 3);
}

TEST_F(DatasetTest, AnArrayThatNeedsNoWorkStaysInItsFile) {
  Tensor numbers(Element::kF32, {3, 2});
  numbers.set_number(5, 7);
  const FieldSource source = Source(FieldSource::kNpy, "x.npy", FormatNpy(numbers));
  AddField("x", {Element::kF32, {2}}, source);
  EXPECT_TRUE(Load().column("x").values.borrows());
  EXPECT_EQ(Load().column("x").values, numbers);
  plan().fields[0].source->scale = 2;
  EXPECT_FALSE(Load().column("x").values.borrows());
  EXPECT_EQ(Load().column("x").values.number(5), 14);
  plan().fields[0].source = source;
  plan().normalize = {{{"x"}, {}, "", {}}};
  EXPECT_FALSE(Load().column("x").values.borrows());  // writing gives it bytes of its own
  EXPECT_EQ(ReadNpy(source.path), numbers);
}

TEST_F(DatasetTest, PackedArraysGoStraightIntoTheColumn) {
  Tensor bytes(Element::kU8, {50'000, 3});
  for (int64_t i = 0; i < bytes.elements(); ++i) bytes.set_number(i, static_cast<double>(i % 251));
  AddField("x", {Element::kF32, {3}}, Source(FieldSource::kNpy, "x.npy.gz", Gzip(FormatNpy(bytes)))).source->scale =
      0.5;
  const Tensor& values = Load().column("x").values;
  for (int64_t i = 0; i < values.elements(); ++i) ASSERT_EQ(values.number(i), static_cast<double>(i % 251) / 2);
}

TEST_F(DatasetTest, FortranOrderMayConvertAndScale) {
  Tensor column_major(Element::kI32, {2, 3});
  for (int64_t i = 0; i < 6; ++i) column_major.set_number(i, static_cast<double>(i));
  std::string bytes = FormatNpy(column_major);
  bytes.replace(bytes.find("False"), 5, "True ");
  AddField("x", {Element::kF32, {3}}, Source(FieldSource::kNpy, "x.npy", bytes)).source->offset = 1;
  EXPECT_THAT(Numbers(Load().column("x").values), ElementsAre(1, 3, 5, 2, 4, 6));
}

TEST_F(DatasetTest, ABadLabelIsPlacedInItsFile) {
  FieldSource source = Source(FieldSource::kCsv, "d.csv", "names\n1,0\n1,3\n");
  source.skip = 1;
  source.columns = {1};
  AddField("y", {Element::kI32}, source, 3);
  EXPECT_THAT([&] { Load(); }, Fails(DiagnosticKind::kBadLabel, "d.csv:3:2", "label 3 of `y` is not in 0..2"));
}

TEST_F(DatasetTest, ABadLabelOfAnArrayIsPlacedByRow) {
  Tensor labels(Element::kI32, {3, 2});
  labels.set_number(3, -1);
  AddField("y", {Element::kI32, {2}}, Source(FieldSource::kNpy, "y.npy", FormatNpy(labels)), 3);
  EXPECT_THAT([&] { Load(); }, Fails(DiagnosticKind::kBadLabel, "y.npy:2:2", "label -1"));
}

TEST_F(DatasetTest, NumbersThatTheFieldCannotHoldAreBadRows) {
  Tensor numbers(Element::kF32, {2});
  const auto failure = [&](double number, Element element) {
    numbers.set_number(1, number);
    plan().fields.clear();
    AddField("x", {element}, Source(FieldSource::kNpy, "x.npy", FormatNpy(numbers)));
    return FailureOf([&] { Load(); });
  };
  EXPECT_THAT(failure(NAN, Element::kF32).message, testing::HasSubstr("not a finite number"));
  EXPECT_THAT(failure(0.5, Element::kI32).message, testing::HasSubstr("not a whole number"));
  EXPECT_THAT(failure(256, Element::kU8).message, testing::HasSubstr("out of the range of u8"));
  EXPECT_THAT(failure(2, Element::kBool).message, testing::HasSubstr("out of the range of bool"));
  EXPECT_THAT(failure(2, Element::kBool).place, EndsWith("x.npy:2:1"));
  numbers = Tensor(Element::kF64, {2});
  EXPECT_THAT(failure(1e39, Element::kF32).message, testing::HasSubstr("out of the range of f32"));
}

TEST_F(DatasetTest, RowsOfAnotherShapeAreErrors) {
  AddField("x", {Element::kF32, {3}}, Source(FieldSource::kNpy, "x.npy", FormatNpy(Tensor(Element::kF32, {5, 4}))));
  EXPECT_THAT([&] { Load(); }, Fails(DiagnosticKind::kDataShape, "x.npy", "rows of shape [4] are not `x: f32[3]`"));
  plan().fields.clear();
  AddField("x", {Element::kF32, {3}}, Source(FieldSource::kCsv, "x.csv", "1,2\n"));
  EXPECT_THAT([&] { Load(); }, Fails(DiagnosticKind::kDataShape, "x.csv", "2 columns do not fill `x: f32[3]`"));
  plan().fields.clear();
  AddField("x", {Element::kF32}, Source(FieldSource::kNpy, "x.npy", FormatNpy(Tensor(Element::kF32, {}))));
  EXPECT_THAT([&] { Load(); }, Fails(DiagnosticKind::kDataShape, "x.npy", "a scalar"));
}

TEST_F(DatasetTest, FieldsOfDifferentLengthsAreErrors) {
  AddField("x", {Element::kF32}, Source(FieldSource::kCsv, "x.csv", "1\n2\n"));
  AddField("y", {Element::kF32}, Source(FieldSource::kCsv, "y.csv", "1\n2\n3\n"));
  EXPECT_THAT([&] { Load(); }, Fails(DiagnosticKind::kDataShape, "", "`y` has 3 rows, but `x` has 2"));
}

TEST_F(DatasetTest, AnEmptyArrayIsAnError) {
  AddField("x", {Element::kF32}, Source(FieldSource::kNpy, "x.npy", FormatNpy(Tensor(Element::kF32, {0}))));
  EXPECT_THAT([&] { Load(); }, Fails(DiagnosticKind::kDataShape, "", "no rows"));
}

TEST_F(DatasetTest, ShiftedTextKeepsTheShortestNumberOfWindows) {
  const std::string text = "abcd";
  AddField("x", {Element::kI32, {2}}, Source(FieldSource::kText, "t.txt", text), 0).source->window = 2;
  DataField& next = AddField("y", {Element::kI32, {2}}, Source(FieldSource::kText, "t.txt", text), 0);
  next.source->window = 2;
  next.source->shift = 1;
  const Dataset& data = Load();
  EXPECT_EQ(data.rows, 1);
  EXPECT_THAT(Numbers(data.column("x").values), ElementsAre(0, 1));
  EXPECT_THAT(Numbers(data.column("y").values), ElementsAre(1, 2));
  EXPECT_EQ(Count("x"), 4);
}

TEST_F(DatasetTest, MoreCharactersThanClassesAreAnError) {
  AddField("x", {Element::kI32, {2}}, Source(FieldSource::kText, "t.txt", "abcd"), 3).source->window = 2;
  EXPECT_THAT([&] { Load(); },
              Fails(DiagnosticKind::kBadLabel, "t.txt", "4 distinct characters are more than the 3 classes"));
}

TEST_F(DatasetTest, NormalizesByTheFirstSplitAndKeepsTheConstants) {
  AddField("x", {Element::kF32}, Source(FieldSource::kCsv, "x.csv", "1\n3\n100\n"));
  plan().split = {{"train", 2, false, {}}, {"test", 1, false, {}}};
  plan().normalize = {{{"x"}, {}, "", {}}};
  EXPECT_THAT(Numbers(Load().column("x").values), ElementsAre(-1, 1, 98));
  const Tensor mean = store_->Constant({"d.x.mean", "d", "x", false, {Element::kF32}});
  const Tensor deviation = store_->Constant({"d.x.std", "d", "x", true, {Element::kF32}});
  EXPECT_EQ(ToString(mean.type()), "f32");
  EXPECT_THAT(Numbers(mean), ElementsAre(2));
  EXPECT_THAT(Numbers(deviation), ElementsAre(1));
}

TEST_F(DatasetTest, ConstantsOfPooledAxesTakeTheShapeAskedFor) {
  AddField("x", {Element::kF32, {2, 2}}, Source(FieldSource::kCsv, "x.csv", "1,3,10,30\n"));
  plan().normalize = {{{"x"}, {1}, "", {}}};
  Load();
  const Tensor mean = store_->Constant({"d.x.mean", "d", "x", false, {Element::kF32, {1, 2, 1}}});
  EXPECT_THAT(mean.shape(), ElementsAre(1, 2, 1));
  EXPECT_THAT(Numbers(mean), ElementsAre(2, 20));
}

TEST_F(DatasetTest, NormalizesLikeAnotherBlock) {
  AddField("x", {Element::kF32}, Source(FieldSource::kCsv, "x.csv", "1\n3\n"));
  plan().normalize = {{{"x"}, {}, "", {}}};
  DataPlan other;
  other.name = "test";
  other.fields = {{"x", {Element::kF32}, -1, Source(FieldSource::kCsv, "y.csv", "5\n"), {}}};
  other.normalize = {{{"x"}, {}, "d.x", {}}};
  program_.data.push_back(other);
  DataStore store(program_, Backend::kEvaluator);
  EXPECT_THAT(Numbers(store.Load("test").column("x").values), ElementsAre(3));
}

constexpr char kGenerate[] = R"(func @d.generate(%i: i32, %seed: i64) -> (f32[2], i32) {
  %f = cast %i {element = f32} : f32
  %key = fold_in %seed, %seed : i64
  %noise = uniform %key {element = f32, shape = [2]} : f32[2]
  %x = add %f, %noise : f32[2]
  return x = %x, y = %i
}
)";

TEST_F(DatasetTest, GeneratesARowACallFromTheDatasSeed) {
  program_.module = ReadProgram(kGenerate).module;
  plan().generate = "d.generate";
  plan().first = 3;
  plan().last = 6;
  plan().seed = 7;
  plan().fields = {{"x", {Element::kF32, {2}}, -1, {}, {}}, {"y", {Element::kI32}, 6, {}, {}}};
  const Dataset& data = Load();
  EXPECT_EQ(data.rows, 3);
  EXPECT_THAT(Numbers(data.column("y").values), ElementsAre(3, 4, 5));
  const uint64_t key = ir::FoldKey(7, 7);
  const Tensor& x = data.column("x").values;
  for (int64_t k = 0; k < 6; ++k) {
    EXPECT_EQ(x.number(k),
              static_cast<float>(3 + k / 2 + ir::UniformAt(key, static_cast<uint64_t>(k % 2), Element::kF32)));
  }
}

TEST_F(DatasetTest, GeneratedLabelsAreCheckedToo) {
  program_.module = ReadProgram(kGenerate).module;
  plan().generate = "d.generate";
  plan().last = 6;
  plan().fields = {{"x", {Element::kF32, {2}}, -1, {}, {}}, {"y", {Element::kI32}, 5, {}, {}}};
  EXPECT_THAT([&] { Load(); }, Fails(DiagnosticKind::kBadLabel, "d:6:1", "label 5 of `y` is not in 0..4"));
}

}  // namespace
}  // namespace nnc::runtime
