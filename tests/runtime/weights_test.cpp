#include "runtime/weights.h"

#include <gtest/gtest.h>

#include "runtime/safetensors.h"
#include "tests/runtime/scratch.h"

namespace nnc::runtime {
namespace {

using ir::Element;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Key;
using testing::UnorderedElementsAre;

class WeightsTest : public testing::Test {
 protected:
  WeightsTest() {
    program_.parameters = {{"net.fc1.weight", {Element::kF32, {3, 2}}, {}, true, false},
                           {"net.fc1.bias", {Element::kF32, {3}}, {}, true, false}};
    program_.models = {{"net", "Net", program_.parameters}};
    program_.constants = {{"d.x.mean", "d", "x", false, {Element::kF32, {2}}}};
  }
  static TensorMap Good() {
    TensorMap tensors;
    tensors.emplace("net.fc1.weight", Tensor(Element::kF32, {3, 2}));
    tensors.emplace("net.fc1.bias", Tensor(Element::kF32, {3}));
    return tensors;
  }
  Diagnostic Mismatch(TensorMap file) {
    Diagnostic found = FailureOf([&] { FitWeights(std::move(file), program_, "w.safetensors"); });
    EXPECT_EQ(found.kind, DiagnosticKind::kWeightsMismatch);
    EXPECT_EQ(found.place, "w.safetensors");
    return found;
  }
  Program program_;
};

TEST_F(WeightsTest, SavedFilesLoadWithConstantsAndClassNames) {
  const Scratch scratch;
  TensorMap weights = Good();
  weights.at("net.fc1.bias").set_number(1, 0.5);
  weights.emplace("d.x.mean", Tensor(Element::kF32, {2}));
  SaveWeights(scratch.Path("w.safetensors"), weights, {{"d.label", {2, {"setosa", "virginica"}}}, {"e.id", {7, {}}}});
  EXPECT_EQ(LoadWeights(scratch.Path("w.safetensors"), program_), weights);
  const auto metadata = ReadSafetensors(scratch.Path("w.safetensors")).metadata;
  EXPECT_EQ(metadata.at("format"), "pt");
  EXPECT_EQ(metadata.at("classes.d.label"), R"(["setosa","virginica"])");
  EXPECT_EQ(metadata.at("classes.e.id"), "7");
  EXPECT_EQ(LoadClasses(scratch.Path("w.safetensors")),
            (ClassMap{{"d.label", {2, {"setosa", "virginica"}}}, {"e.id", {7, {}}}}));
}

TEST_F(WeightsTest, ClassesOfAnotherFormAreRefused) {
  const Scratch scratch;
  for (const char* text : {"x", "{}", "[1]", "0", "\"a\"", "[]"}) {
    WriteSafetensors(scratch.Path("w.safetensors"), {{}, {{"classes.d.label", text}}});
    EXPECT_THAT([&] { LoadClasses(scratch.Path("w.safetensors")); },
                Fails(DiagnosticKind::kBadWeights, "w.safetensors", "`classes.d.label`"))
        << text;
  }
}

TEST_F(WeightsTest, ConstantsMayBeMissing) {
  EXPECT_THAT(FitWeights(Good(), program_, ""), UnorderedElementsAre(Key("net.fc1.weight"), Key("net.fc1.bias")));
}

TEST_F(WeightsTest, NamesWithoutTheInstanceNameAreAcceptedForOneModel) {
  TensorMap file;
  file.emplace("fc1.weight", Tensor(Element::kF32, {3, 2}));
  file.emplace("fc1.bias", Tensor(Element::kF32, {3}));
  file.emplace("d.x.mean", Tensor(Element::kF32, {2}));
  EXPECT_EQ(FitWeights(file, program_, "").size(), 3u);
  program_.models.push_back({"other", "Net", {}});
  EXPECT_THAT(Mismatch(file).message, HasSubstr("`net.fc1.weight` (f32[3, 2]) is missing"));
}

TEST_F(WeightsTest, OtherFloatTypesConvert) {
  TensorMap file = Good();
  file.at("net.fc1.bias") = Tensor(Element::kF64, {3});
  file.at("net.fc1.bias").set_number(0, 1.5);
  const Tensor bias = FitWeights(file, program_, "").at("net.fc1.bias");
  EXPECT_EQ(bias.element(), Element::kF32);
  EXPECT_EQ(bias.number(0), 1.5);
}

TEST_F(WeightsTest, EverythingThatDoesNotFitIsNamed) {
  TensorMap file = Good();
  file.erase("net.fc1.bias");
  file.emplace("net.fc1.bais", Tensor(Element::kF32, {3}));
  file.at("net.fc1.weight") = Tensor(Element::kF32, {2, 3});
  const std::string message = Mismatch(file).message;
  EXPECT_THAT(message, HasSubstr("`net.fc1.bias` (f32[3]) is missing in the file"));
  EXPECT_THAT(message,
              HasSubstr("`net.fc1.bais` is in the file, but not in the program. Did you mean `net.fc1.bias`?"));
  EXPECT_THAT(message, HasSubstr("`net.fc1.weight` is f32[2, 3] in the file, but f32[3, 2] in the program"));
}

TEST_F(WeightsTest, IntegersAreNotFloats) {
  TensorMap file = Good();
  file.at("net.fc1.bias") = Tensor(Element::kI32, {3});
  EXPECT_THAT(Mismatch(file).message, HasSubstr("`net.fc1.bias` is i32[3] in the file"));
}

TEST_F(WeightsTest, LongListsAreCut) {
  TensorMap file = Good();
  for (int i = 0; i < 15; ++i) file.emplace("net.extra" + std::to_string(i), Tensor());
  EXPECT_THAT(Mismatch(file).message, HasSubstr("and 5 more"));
}

TEST_F(WeightsTest, ARunStartsFromWhatFits) {
  const Scratch scratch;
  TensorMap file = Good();
  file.at("net.fc1.bias") = Tensor(Element::kF32, {5});
  file.emplace("net.head.weight", Tensor(Element::kF32, {2}));
  SaveWeights(scratch.Path("w.safetensors"), file);
  const StartWeights start = LoadStartWeights(scratch.Path("w.safetensors"), program_);
  EXPECT_THAT(start.weights, ElementsAre(Key("net.fc1.weight")));
  EXPECT_THAT(start.faults, ElementsAre(HasSubstr("`net.fc1.bias` is f32[5] in the file"),
                                        HasSubstr("`net.head.weight` is in the file, but not in the program")));
  file.erase("net.fc1.weight");
  SaveWeights(scratch.Path("w.safetensors"), file);
  EXPECT_THAT([&] { (void)LoadStartWeights(scratch.Path("w.safetensors"), program_); },
              Fails(DiagnosticKind::kWeightsMismatch, "w.safetensors", "nothing in this file fits"));
}

TEST_F(WeightsTest, PyTorchsBatchCountersArePassedOver) {
  TensorMap file = Good();
  file.emplace("net.bn.num_batches_tracked", Tensor(Element::kI64, {}));
  EXPECT_EQ(FitWeights(file, program_, "").size(), 2u);
}

}  // namespace
}  // namespace nnc::runtime
