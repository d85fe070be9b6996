// Data blocks as plans, and their generate functions.
#include <gmock/gmock.h>

#include "tests/frontend/compiling.h"

namespace nnc::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const DataPlan& PlanOf(const Compiled& compiled) { return compiled.program.data.at(0); }

TEST(Data, ReadsSourcesWithTheirArguments) {
  Compiled compiled(
      "data d {\n"
      "  field a: f32[3] = csv(\"sub/a.csv\", columns: 1..4, skip: 2, delimiter: \";\")\n"
      "  field b: f32 = csv(\"a.csv\", columns: \"width\")\n"
      "  field c: class(10) = idx(\"labels.gz\")\n"
      "  field e: f32[2] = npz(\"a.npz\", \"key\")\n"
      "  field f: f32[2] = safetensors(\"a.safetensors\", \"name\")\n"
      "  field g: i32[8] = text(\"a.txt\", window: 8, shift: 1)\n"
      "  field h: f64[2, 2] = npy(\"/abs/a.npy\")\n}");
  ASSERT_EQ(compiled.Errors(), "");
  const std::vector<DataField>& fields = PlanOf(compiled).fields;
  ASSERT_EQ(fields.size(), 7u);
  EXPECT_EQ(fields[0].source->kind, FieldSource::kCsv);
  EXPECT_TRUE(fields[0].source->path.ends_with("/sub/a.csv")) << fields[0].source->path;
  EXPECT_THAT(fields[0].source->columns, ElementsAre(1, 2, 3));
  EXPECT_EQ(fields[0].source->skip, 2);
  EXPECT_EQ(fields[0].source->delimiter, ';');
  EXPECT_THAT(fields[1].source->column_names, ElementsAre("width"));
  EXPECT_EQ(fields[0].source->header, std::nullopt);  // as the first rows look
  EXPECT_EQ(fields[1].source->header, true);          // names need them
  EXPECT_EQ(fields[2].classes, 10);
  EXPECT_EQ(fields[2].type, ir::Type(ir::Element::kI32));
  EXPECT_EQ(fields[3].source->key, "key");
  EXPECT_EQ(fields[4].source->key, "name");
  EXPECT_EQ(fields[5].source->window, 8);
  EXPECT_EQ(fields[5].source->stride, 8);
  EXPECT_EQ(fields[5].source->shift, 1);
  EXPECT_FALSE(PlanOf(compiled).shuffle);  // text stays in order
  EXPECT_EQ(fields[6].source->path, "/abs/a.npy");
  EXPECT_EQ(ir::ToString(fields[6].type), "f64[2, 2]");
}

TEST(Data, FieldsOfOneFileAgreeOnItsHeader) {
  Compiled compiled(
      "data d {\n  field a: f32 = csv(\"a.csv\", columns: 0)\n  field b: f32 = csv(\"a.csv\", columns: 1, header: "
      "false)\n"
      "  field c: f32 = csv(\"c.csv\")\n}");
  ASSERT_EQ(compiled.Errors(), "");
  EXPECT_EQ(PlanOf(compiled).fields[0].source->header, false);
  EXPECT_EQ(PlanOf(compiled).fields[2].source->header, std::nullopt);
}

TEST(Data, CountsClassesByTheBlock) {
  const auto count = [](const DataPlan& plan, const DataField& field) {
    return plan.name == "d" && field.name == "y" && plan.fields.size() == 2 ? 5 : 0;
  };
  Compiled compiled(
      "data d {\n  field x: f32 = csv(\"a.csv\", columns: 0)\n  field y: class(_) = csv(\"a.csv\", columns: 1)\n}\n"
      "fn f() = zeros([d.y.classes])",
      {}, {}, count);
  EXPECT_EQ(compiled.Errors(), "");
  EXPECT_EQ(compiled.Run("f").size(), 5u);
}

TEST(Data, FollowsASourceByAnAffineStep) {
  Compiled compiled(
      "data d {\n  field x: f32 = (2.0 * npy(\"a.npy\") - 1.0) / 4.0 + 3.0\n  field i: i32 = npy(\"b.npy\") - 1\n}");
  ASSERT_EQ(compiled.Errors(), "");
  EXPECT_EQ(PlanOf(compiled).fields[0].source->scale, 0.5);
  EXPECT_EQ(PlanOf(compiled).fields[0].source->offset, 2.75);
  EXPECT_EQ(PlanOf(compiled).fields[1].source->offset, -1);
}

TEST(Data, GeneratesRowsByAFunctionOfRowAndSeed) {
  Compiled compiled(
      "data d {\n  generate i in 2..5 {\n    half = float(i) / 2.0\n    field x: f32[2] = stack([half, half * half])\n"
      "    field label: class(3) = i % 3\n    field noise: f32 = rand()\n  }\n}");
  ASSERT_EQ(compiled.Errors(), "");
  EXPECT_EQ(PlanOf(compiled).first, 2);
  EXPECT_EQ(PlanOf(compiled).last, 5);
  const ir::Function& row = compiled.Ir("d.generate");
  ASSERT_EQ(row.argument_count(), 2u);
  auto run = [&](int64_t i, int64_t seed) {
    return ir::Evaluate(row, {ir::Tensor::Ints({}, {i}), ir::Tensor::Ints({}, {seed}, ir::Element::kI64)});
  };
  std::vector<ir::Tensor> third = run(3, 0);
  EXPECT_THAT(third[0].floats(), ElementsAre(1.5, 2.25));
  EXPECT_THAT(third[1].ints(), ElementsAre(0));
  EXPECT_EQ(third[2].floats(), run(3, 0)[2].floats());
  EXPECT_NE(third[2].floats(), run(4, 0)[2].floats());
  EXPECT_NE(third[2].floats(), run(3, 1)[2].floats());
}

TEST(Data, AFieldMayUseTheOnesBeforeIt) {
  Compiled compiled("data d {\n  generate i in 0..9 {\n    field x: f32 = float(i)\n    field y: f32 = x * x\n  }\n}");
  ASSERT_EQ(compiled.Errors(), "");
  EXPECT_THAT(ir::Evaluate(compiled.Ir("d.generate"),
                           {ir::Tensor::Ints({}, {3}), ir::Tensor::Ints({}, {0}, ir::Element::kI64)})[1]
                  .floats(),
              ElementsAre(9));
}

TEST(Data, NormalizesAndSplits) {
  Compiled compiled(
      "data d {\n  seed = 7\n  shuffle = false\n  split train: 0.5, val: 0.25, test: 10\n  normalize x, y over 0\n"
      "  field x: f32[2, 3] = npy(\"x.npy\")\n  field y: f32[2] = npy(\"y.npy\")\n}\n"
      "data e {\n  field x: f32[2, 3] = npy(\"z.npy\")\n  normalize x like d.x\n}\n"
      "fn standard(x: f32[N, 2, 3]) -> f32[N, 2, 3] = (x - d.x.mean) / d.x.std");
  ASSERT_EQ(compiled.Errors(), "");
  const DataPlan& d = PlanOf(compiled);
  EXPECT_EQ(d.seed, 7);
  EXPECT_FALSE(d.shuffle);
  EXPECT_THAT(d.normalize[0].fields, ElementsAre("x", "y"));
  EXPECT_THAT(d.normalize[0].over, ElementsAre(0));
  ASSERT_EQ(d.split.size(), 3u);
  EXPECT_EQ(d.split[1].name, "val");
  EXPECT_EQ(d.split[1].size, 0.25);
  EXPECT_TRUE(d.split[1].fraction);
  EXPECT_EQ(d.split[2].size, 10);
  EXPECT_FALSE(d.split[2].fraction);
  EXPECT_EQ(compiled.program.data[1].normalize[0].like, "d.x");
  EXPECT_THAT(compiled.Function("standard"), HasSubstr("%d.x.mean: f32[1, 1, 3], %d.x.std: f32[1, 1, 3]"));
  ASSERT_EQ(compiled.program.constants.size(), 2u);
  EXPECT_TRUE(compiled.program.constants[1].deviation);
}

TEST(Data, SizesMayComeFromLets) {
  Compiled compiled("let n = 4\ndata d {\n  generate i in 0..n*2 {\n    field x: f32[n] = ones([n])\n  }\n}",
                    {{"n", "3"}});
  ASSERT_EQ(compiled.Errors(), "");
  EXPECT_EQ(PlanOf(compiled).last, 6);
  EXPECT_EQ(ir::ToString(PlanOf(compiled).fields[0].type), "f32[3]");
}

TEST(Data, StatisticsOfAnotherShapeDoNotFit) {
  EXPECT_THAT(ErrorsOf("data d {\n  field x: f32[2] = npy(\"x.npy\")\n  normalize x\n}\n"
                       "data e {\n  field x: f32[3] = npy(\"y.npy\")\n  normalize x like d.x\n}"),
              HasSubstr("7:20 E0301 `x` is f32[3], but `d.x` is f32[2]"));
}

struct Wrong {
  std::string items;
  std::string error;
};
std::ostream& operator<<(std::ostream& out, const Wrong& w) { return out << w.items; }

class DataMistakes : public ::testing::TestWithParam<Wrong> {};

TEST_P(DataMistakes, AreReported) {
  std::string errors = ErrorsOf("data d {\n" + GetParam().items + "\n}");
  EXPECT_TRUE(errors.starts_with(GetParam().error)) << errors;
  EXPECT_EQ(errors.find("\n2"), std::string::npos) << errors;  // one error alone
}

INSTANTIATE_TEST_SUITE_P(
    Data, DataMistakes,
    ::testing::Values(
        Wrong{"field x: f32 = 1.0", "2:16 E0302 a field is read from a source, not from the float 1"},
        Wrong{"field x: f32[N] = npy(\"a\")", "2:14 E0307"}, Wrong{"field x: f32 = csv(3)", "2:20 E0302"},
        Wrong{"field x: f32 = csv(\"a\", column: 3)", "2:25 E0204"},
        Wrong{"field x: f32 = csv(\"a\", columns: \"w\", header: false)", "2:34 E0405 columns by name"},
        Wrong{"field x: f32 = csv(\"a\", columns: [1, \"w\"], header: true)",
              "2:34 E0302 columns by number and by name"},
        Wrong{"field x: f32 = csv(\"a\", skip: -1)", "2:31 E0405"},
        Wrong{"field x: f32 = csv(\"a\", delimiter: \"ab\")", "2:36 E0405"},
        Wrong{"field x: f32 = csv(\"a\", delimiter: \"\\n\")", "2:36 E0405"},
        Wrong{"field x: f32[3] = csv(\"a\", columns: 0..4)", "2:19 E0301 4 columns do not fill `x`, which is f32[3]"},
        Wrong{"field x: class(_)[8] = text(\"a\", window: 9)",
              "2:24 E0302 `x` is i32[8], but windows of text are i32[9]"},
        Wrong{"field x: f32[8] = text(\"a\", window: 8)", "2:19 E0302 `x` is f32[8]"},
        Wrong{"field x: class(_) = csv(\"a\", columns: 0) - 1", "2:21 E0302 `x` holds names of classes"},
        Wrong{"field x: class(_)[8] = text(\"a\", window: 8) + 1", "2:24 E0302 `x` holds names of classes"},
        Wrong{"field x: i32[4] = text(\"a\", window: 0)", "2:37 E0405"},
        Wrong{"field x: f32 = exp(npy(\"a\"))", "2:16 E0401 a tensor cannot be computed here"},
        Wrong{"field x: f32 = npy(\"a\") * npy(\"b\")", "2:16 E0302 only a number"},
        Wrong{"field x: i32 = npy(\"a\") / 2.0", "2:16 E0302 `x` holds i32"},
        Wrong{"field x: class(0) = npy(\"a\")", "2:16 E0405 there is at least one class"},
        Wrong{"field x: f32 = npy(\"a\")\nfield x: f32 = npy(\"b\")", "3:7 E0202 two fields are called `x`"},
        Wrong{"seed = 1", "1:6 E0406 the data `d` has no field"},
        Wrong{"field x: f32 = npy(\"a\")\nseeds = 1", "3:1 E0201 a data block has no setting `seeds`"},
        Wrong{"field x: f32 = npy(\"a\")\nseed = 1.5", "3:8 E0302"},
        Wrong{"field x: f32 = npy(\"a\")\nnormalize y", "3:11 E0201 no field is called `y`"},
        Wrong{"field x: i32 = npy(\"a\")\nnormalize x", "3:11 E0302 `x` is i32; only floats"},
        Wrong{"field x: f32 = npy(\"a\")\nnormalize x, x", "3:14 E0202 `x` is normalized twice"},
        Wrong{"field x: f32[2] = npy(\"a\")\nnormalize x over 1", "3:18 E0305"},
        Wrong{"field x: f32 = npy(\"a\")\nnormalize x like d.x", "3:20 E0209 the data `d` needs itself"},
        Wrong{"field x: f32 = npy(\"a\")\nsplit a: 0.7, b: 0.7", "3:1 E0405 the fractions add up to 1.4"},
        Wrong{"field x: f32 = npy(\"a\")\nsplit a: -1", "3:10 E0405 a part is a fraction"},
        Wrong{"field x: f32 = npy(\"a\")\nsplit x: 0.5", "3:7 E0202 `x` is a field or another part"},
        Wrong{"field x: f32 = npy(\"a\")\nsplit a: 0.5\nsplit b: 0.5", "4:1 E0202 a data block has one `split`"},
        Wrong{"generate i in 0..3 { field x: f32 = i }", "2:37 E0302 `x` is f32, but this is i32"},
        Wrong{"generate i in 0..3 { field x: class(_) = i }", "2:31 E0405 the classes of `x` cannot be counted"},
        Wrong{"field y: class(2) = npy(\"a\")\nfield x: f32[d.y.classes] = npy(\"b\")",
              "3:16 E0209 the data `d` needs itself"},
        Wrong{"generate i in 3 { field x: f32 = 1.0 }", "2:15 E0302 rows are counted by a range"},
        Wrong{"generate i in 0..3 {\n  field x: f32 = 1.0\n  return x\n}", "4:3 E0408 `generate` returns nothing"}));

}  // namespace
}  // namespace nnc::testing
