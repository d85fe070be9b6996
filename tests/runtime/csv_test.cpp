#include "runtime/csv.h"

#include <gtest/gtest.h>

#include <clocale>
#include <utility>

#include "runtime/csv_rows.h"
#include "tests/runtime/scratch.h"

namespace nnc::runtime {
namespace {

using ir::Element;
using testing::ElementsAre;
using testing::HasSubstr;

class CsvTest : public testing::Test {
 protected:
  CsvTest() { source_.header = false; }

  // A field that takes the columns that `source_` asks for.
  DataField Field(const std::string& text, Element element, int64_t classes = -1) {
    source_.path = scratch_.Write("t.csv", text);
    const CsvRows rows(source_.path, {source_.header, source_.skip, source_.delimiter});
    const size_t columns = rows.Choose(source_.columns, source_.column_names).size();
    return {"x", {element, {static_cast<int64_t>(columns)}}, classes, source_, {}};
  }
  Tensor Read(const std::string& text, Element element = Element::kF32) {
    const DataField field = Field(text, element);
    return std::move(ReadCsv({&field}).front().values);
  }
  Column ReadNames(const std::string& text) {
    const DataField field = Field(text, Element::kI32, 0);
    return std::move(ReadCsv({&field}).front());
  }
  std::vector<std::string> ReadCells(const std::string& text) {
    const Column column = ReadNames(text);
    std::vector<std::string> cells;
    for (const int32_t id : column.values.as<int32_t>()) cells.push_back(column.classes[static_cast<size_t>(id)]);
    return cells;
  }
  Scratch scratch_;
  FieldSource source_{};
};

TEST_F(CsvTest, ReadsEveryColumn) {
  const Tensor tensor = Read("1,2.5\n-3e2,+4\n");
  EXPECT_THAT(tensor.shape(), ElementsAre(2, 2));
  EXPECT_THAT(Numbers(tensor), ElementsAre(1, 2.5, -300, 4));
}

TEST_F(CsvTest, LineEndsMarksAndSpacesDoNotMatter) {
  EXPECT_THAT(Numbers(Read("\xEF\xBB\xBF"
                           "1, 2\r\n\r\n3 ,\t4")),
              ElementsAre(1, 2, 3, 4));
}

TEST_F(CsvTest, SkipsLinesAndTheHeader) {
  source_.skip = 1;
  EXPECT_THAT(Numbers(Read("2,2,setosa,other,more\n1,2\n3,4\n")), ElementsAre(1, 2, 3, 4));
  source_.header = true;
  EXPECT_THAT(Numbers(Read("\"a note\na,b\n3,4\n")), ElementsAre(3, 4));
}

TEST_F(CsvTest, ChoosesColumnsByIndexFromEitherEnd) {
  source_.columns = {2, 0, -1};
  EXPECT_THAT(Numbers(Read("1,2,3,4\n5,6,7,8\n")), ElementsAre(3, 1, 4, 7, 5, 8));
}

TEST_F(CsvTest, ChoosesColumnsByName) {
  source_.header = true;
  source_.column_names = {"c", "a"};
  EXPECT_THAT(Numbers(Read("a,\"b, really\",c\n1,2,3\n")), ElementsAre(3, 1));
}

TEST_F(CsvTest, OtherDelimiters) {
  source_.delimiter = ';';
  EXPECT_THAT(Numbers(Read("1;2\n")), ElementsAre(1, 2));
}

TEST_F(CsvTest, QuotedCellsHoldDelimitersQuotesAndLineEnds) {
  EXPECT_THAT(ReadCells("\"a,b\",\"say \"\"so\"\"\"\n\"two\nlines\",\" x\"\n"),
              ElementsAre("a,b", "say \"so\"", "two\nlines", " x"));
}

TEST_F(CsvTest, IntegersAreExactAndMayBeWrittenAsFloats) {
  EXPECT_EQ(Read("9007199254740993\n", Element::kI64).as<int64_t>()[0], 9007199254740993);
  EXPECT_THAT(Numbers(Read("3.0\n-2e1\n", Element::kI32)), ElementsAre(3, -20));
}

TEST_F(CsvTest, TheLocaleDoesNotMatter) {
  const std::string old = std::setlocale(LC_NUMERIC, nullptr);
  std::setlocale(LC_NUMERIC, "de_DE.UTF-8");
  EXPECT_THAT(Numbers(Read("2.5\n")), ElementsAre(2.5));
  std::setlocale(LC_NUMERIC, old.c_str());
}

TEST_F(CsvTest, ABadCellIsPlacedByLineAndColumn) {
  EXPECT_THAT([&] { Read("1,2\n3,x\n"); },
              Fails(DiagnosticKind::kBadRow, "t.csv:2:2", "column 2 holds `x`, which is not a number"));
  EXPECT_THAT([&] { Read("1,2\n,4\n"); }, Fails(DiagnosticKind::kBadRow, "t.csv:2:1", "column 1 is empty"));
  EXPECT_THAT([&] { Read("1,2\n3,4 5\n"); }, Fails(DiagnosticKind::kBadRow, "t.csv:2:2", "not a number"));
  EXPECT_THAT([&] { Read("1,2\n3,0x10\n"); }, Fails(DiagnosticKind::kBadRow, "t.csv:2:2", "not a number"));
  EXPECT_THAT([&] { Read("1\n1e999\n"); }, Fails(DiagnosticKind::kBadRow, "t.csv:2:1", "not a number"));
}

TEST_F(CsvTest, PlacesCountTheFilesLines) {
  source_.skip = 1;
  source_.columns = {2};
  EXPECT_THAT([&] { Read("note\n\n\"a\nb\",1,2\n1,1,x\n"); }, Fails(DiagnosticKind::kBadRow, "t.csv:5:3", "`x`"));
}

TEST_F(CsvTest, MissingValuesAreBadRows) {
  for (const char* cell : {"nan", "NaN", "inf", "-inf"}) {
    EXPECT_THAT([&] { Read(std::string("1\n") + cell + "\n"); },
                Fails(DiagnosticKind::kBadRow, "t.csv:2:1", "not a finite number"));
  }
}

TEST_F(CsvTest, IntegersOutsideTheirRangeAreBadRows) {
  EXPECT_THAT([&] { Read("256\n", Element::kU8); },
              Fails(DiagnosticKind::kBadRow, "t.csv:1:1", "out of the range of u8"));
  EXPECT_THAT([&] { Read("2147483648\n", Element::kI32); },
              Fails(DiagnosticKind::kBadRow, "t.csv:1:1", "out of the range of i32"));
  EXPECT_THAT([&] { Read("1.5\n", Element::kI32); }, Fails(DiagnosticKind::kBadRow, "t.csv:1:1", "not a whole number"));
  EXPECT_THAT([&] { Read("1e30\n", Element::kI64); },
              Fails(DiagnosticKind::kBadRow, "t.csv:1:1", "not a whole number"));
}

TEST_F(CsvTest, RaggedRowsAreBadRows) {
  EXPECT_THAT([&] { Read("1,2\n3\n"); },
              Fails(DiagnosticKind::kBadRow, "t.csv:2:2", "a row of 1 cells where the first row has 2"));
  EXPECT_THAT([&] { Read("1,2\n3,4,5\n"); }, Fails(DiagnosticKind::kBadRow, "t.csv:2:3", "a row of 3 cells"));
  source_.header = true;
  EXPECT_THAT([&] { Read("a,b,c\n1,2\n"); }, Fails(DiagnosticKind::kBadRow, "t.csv:2:3", "where the header has 3"));
}

TEST_F(CsvTest, BadQuotesAreBadRows) {
  EXPECT_THAT([&] { ReadCells("a\n\"b\n"); }, Fails(DiagnosticKind::kBadRow, "t.csv:2:1", "never closed"));
  EXPECT_THAT([&] { ReadCells("a,\"b\"c\n"); },
              Fails(DiagnosticKind::kBadRow, "t.csv:1:2", "text follows a closing quote"));
}

TEST_F(CsvTest, MissingColumnsNameThoseThere) {
  source_.header = true;
  source_.column_names = {"sepal_lenght"};
  const Diagnostic found = FailureOf([&] { Read("sepal_length,sepal_width\n1,2\n"); });
  EXPECT_EQ(found.kind, DiagnosticKind::kBadDataFile);
  EXPECT_THAT(found.help, HasSubstr("Did you mean `sepal_length`?"));
  source_.header = false;
  source_.column_names = {};
  source_.columns = {2};
  EXPECT_THAT([&] { Read("1,2\n"); },
              Fails(DiagnosticKind::kBadDataFile, "t.csv", "no column 2: its rows have 2 cells"));
  source_.columns = {};
  source_.column_names = {"a"};
  EXPECT_THAT([&] { Read("1,2\n"); }, Fails(DiagnosticKind::kBadDataFile, "t.csv", "without a header"));
}

TEST_F(CsvTest, AFileWithoutRowsIsAnError) {
  EXPECT_THAT([&] { Read(""); }, Fails(DiagnosticKind::kBadDataFile, "t.csv", "no rows"));
  source_.skip = 3;
  EXPECT_THAT([&] { Read("1,2\n"); }, Fails(DiagnosticKind::kBadDataFile, "t.csv", "no rows"));
}

TEST_F(CsvTest, ColumnsNamedTwiceCannotBeToldApart) {
  source_.header = true;
  source_.column_names = {"a"};
  EXPECT_THAT([&] { Read("a,b,a\n1,2,3\n"); },
              Fails(DiagnosticKind::kBadDataFile, "t.csv", "two columns are called `a`"));
}

TEST_F(CsvTest, WithoutHeaderTheFirstRowsTellWhetherThereIsOne) {
  source_.header = std::nullopt;
  EXPECT_THAT(Numbers(Read("1,2\n3,4\n")), ElementsAre(1, 2, 3, 4));
  EXPECT_THAT(Numbers(Read("a, b\n3,4\n")), ElementsAre(3, 4));
  source_.columns = {1};
  EXPECT_THAT(ReadCells("size,kind\n3,cat\n4,dog\n"), ElementsAre("cat", "dog"));
  EXPECT_THAT(ReadCells("2,cat\n3,dog\n"), ElementsAre("cat", "dog"));
  EXPECT_THAT([&] { ReadCells("a,cat\nb,dog\n"); },
              Fails(DiagnosticKind::kBadDataFile, "t.csv:1", "may hold the columns' names or data"));
  source_.header = false;
  EXPECT_THAT(ReadCells("a,cat\nb,dog\n"), ElementsAre("cat", "dog"));
}

TEST_F(CsvTest, ARowWithAGapIsNotTakenForNames) {
  source_.header = std::nullopt;
  EXPECT_THAT([&] { Read("NA,2\n3,4\n"); }, Fails(DiagnosticKind::kBadRow, "t.csv:1:1", "`NA`"));
}

TEST_F(CsvTest, OnePassGivesSeveralFields) {
  const std::string text = "1,2,cat\n3,4,ape\n";
  source_.columns = {1, 0};
  const DataField numbers = Field(text, Element::kF64);
  source_.columns = {2};
  const DataField names = Field(text, Element::kI32, 0);
  const std::vector<Column> columns = ReadCsv({&numbers, &names});
  EXPECT_THAT(Numbers(columns[0].values), ElementsAre(2, 1, 4, 3));
  EXPECT_THAT(Numbers(columns[1].values), ElementsAre(1, 0));
  EXPECT_THAT(columns[1].classes, ElementsAre("ape", "cat"));
}

// The buffer ends within rows, within line ends and within quoted cells.
TEST_F(CsvTest, RowsLieAcrossTheBuffersEnds) {
  std::string text;
  for (int i = 0; i < 60'000; ++i) text += std::to_string(i) + ",\"a\n\"\"" + std::to_string(i % 7) + "\"\"\"\r\n";
  source_.columns = {0};
  const Tensor numbers = Read(text, Element::kI32);
  ASSERT_EQ(numbers.elements(), 60'000);
  for (int64_t i = 0; i < 60'000; ++i) ASSERT_EQ(numbers.as<int32_t>()[i], i);
  source_.columns = {1};
  EXPECT_EQ(ReadNames(text).classes.size(), 7u);
  EXPECT_EQ(ReadNames(text).classes[3], "a\n\"3\"");
  source_.columns = {0};
  EXPECT_THAT([&] { Read(text + "x,y\n"); }, Fails(DiagnosticKind::kBadRow, "t.csv:120001:1", "`x`"));
}

TEST_F(CsvTest, ARowLongerThanTheBufferIsRead) {
  std::string row = "1";
  for (int i = 1; i < 300'000; ++i) row += ",1";
  EXPECT_EQ(Read(row + "\n" + row + "\n").elements(), 600'000);
  EXPECT_THAT([&] { Read("\"" + std::string(1 << 26, 'x')); },
              Fails(DiagnosticKind::kBadRow, "t.csv:1:1", "a row of more than 64 MiB"));
}

TEST_F(CsvTest, AFloatThatRoundsToInfinityIsABadRow) {
  EXPECT_THAT(Numbers(Read("1e39\n", Element::kF64)), ElementsAre(1e39));
  EXPECT_THAT([&] { Read("1\n1e39\n"); }, Fails(DiagnosticKind::kBadRow, "t.csv:2:1", "out of the range of f32"));
}

TEST_F(CsvTest, ALabelOutsideItsClassesIsPlaced) {
  const DataField label = Field("0\n\n3\n", Element::kI32, 3);
  EXPECT_THAT([&] { ReadCsv({&label}); },
              Fails(DiagnosticKind::kBadLabel, "t.csv:3:1", "label 3 of `x` is not in 0..2"));
}

}  // namespace
}  // namespace nnc::runtime
