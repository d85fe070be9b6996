#include "runtime/csv.h"

#include <gtest/gtest.h>

#include <clocale>

#include "tests/runtime/scratch.h"

namespace nnc::runtime {
namespace {

using ir::Element;
using testing::ElementsAre;
using testing::HasSubstr;

class CsvTest : public testing::Test {
 protected:
  Tensor Read(const std::string& text, Element element = Element::kF32) {
    return ReadCsvNumbers(scratch_.Write("t.csv", text), options_, element);
  }
  std::vector<std::string> ReadCells(const std::string& text) {
    return ReadCsvText(scratch_.Write("t.csv", text), options_).cells;
  }
  Scratch scratch_;
  CsvOptions options_;
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
  options_.skip = 1;
  EXPECT_THAT(Numbers(Read("2,2,setosa,other,more\n1,2\n3,4\n")), ElementsAre(1, 2, 3, 4));
  options_.header = true;
  EXPECT_THAT(Numbers(Read("\"a note\na,b\n3,4\n")), ElementsAre(3, 4));
}

TEST_F(CsvTest, ChoosesColumnsByIndexFromEitherEnd) {
  options_.columns = {2, 0, -1};
  EXPECT_THAT(Numbers(Read("1,2,3,4\n5,6,7,8\n")), ElementsAre(3, 1, 4, 7, 5, 8));
}

TEST_F(CsvTest, ChoosesColumnsByName) {
  options_.header = true;
  options_.column_names = {"c", "a"};
  EXPECT_THAT(Numbers(Read("a,\"b, really\",c\n1,2,3\n")), ElementsAre(3, 1));
}

TEST_F(CsvTest, OtherDelimiters) {
  options_.delimiter = ';';
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
  options_.skip = 1;
  options_.columns = {2};
  EXPECT_THAT([&] { Read("note\n\n\"a\nb\",1,2\n1,1,x\n"); }, Fails(DiagnosticKind::kBadRow, "t.csv:5:3", "`x`"));
}

TEST_F(CsvTest, MissingValuesAreBadRows) {
  for (const char* cell : {"nan", "NaN", "inf", "-inf"}) {
    EXPECT_THAT([&] { Read(std::string("1\n") + cell + "\n"); },
                Fails(DiagnosticKind::kBadRow, "t.csv:2:1", "not a finite number"));
  }
}

TEST_F(CsvTest, IntegersOutsideTheirRangeAreBadRows) {
  EXPECT_THAT([&] { Read("256\n", Element::kU8); }, Fails(DiagnosticKind::kBadRow, "t.csv:1:1", "in the range of u8"));
  EXPECT_THAT([&] { Read("2147483648\n", Element::kI32); },
              Fails(DiagnosticKind::kBadRow, "t.csv:1:1", "in the range of i32"));
  EXPECT_THAT([&] { Read("1.5\n", Element::kI32); }, Fails(DiagnosticKind::kBadRow, "t.csv:1:1", "not a whole number"));
  EXPECT_THAT([&] { Read("1e30\n", Element::kI64); },
              Fails(DiagnosticKind::kBadRow, "t.csv:1:1", "not a whole number"));
}

TEST_F(CsvTest, RaggedRowsAreBadRows) {
  EXPECT_THAT([&] { Read("1,2\n3\n"); },
              Fails(DiagnosticKind::kBadRow, "t.csv:2:2", "a row of 1 cells where the first row has 2"));
  EXPECT_THAT([&] { Read("1,2\n3,4,5\n"); }, Fails(DiagnosticKind::kBadRow, "t.csv:2:3", "a row of 3 cells"));
  options_.header = true;
  EXPECT_THAT([&] { Read("a,b,c\n1,2\n"); }, Fails(DiagnosticKind::kBadRow, "t.csv:2:3", "where the header has 3"));
}

TEST_F(CsvTest, BadQuotesAreBadRows) {
  EXPECT_THAT([&] { ReadCells("a\n\"b\n"); }, Fails(DiagnosticKind::kBadRow, "t.csv:2:1", "never closed"));
  EXPECT_THAT([&] { ReadCells("a,\"b\"c\n"); },
              Fails(DiagnosticKind::kBadRow, "t.csv:1:2", "text follows a closing quote"));
}

TEST_F(CsvTest, MissingColumnsNameThoseThere) {
  options_.header = true;
  options_.column_names = {"sepal_lenght"};
  const Diagnostic found = FailureOf([&] { Read("sepal_length,sepal_width\n1,2\n"); });
  EXPECT_EQ(found.kind, DiagnosticKind::kBadDataFile);
  EXPECT_THAT(found.help, HasSubstr("Did you mean `sepal_length`?"));
  options_ = {};
  options_.columns = {2};
  EXPECT_THAT([&] { Read("1,2\n"); },
              Fails(DiagnosticKind::kBadDataFile, "t.csv", "no column 2: its rows have 2 cells"));
  options_ = {};
  options_.column_names = {"a"};
  EXPECT_THAT([&] { Read("1,2\n"); }, Fails(DiagnosticKind::kBadDataFile, "t.csv", "without a header"));
}

TEST_F(CsvTest, AFileWithoutRowsIsAnError) {
  EXPECT_THAT([&] { Read(""); }, Fails(DiagnosticKind::kBadDataFile, "t.csv", "no rows"));
  options_.skip = 3;
  EXPECT_THAT([&] { Read("1,2\n"); }, Fails(DiagnosticKind::kBadDataFile, "t.csv", "no rows"));
}

TEST_F(CsvTest, PlaceOfARowThatWasReadWell) {
  options_.skip = 1;
  options_.columns = {1};
  const std::string path = scratch_.Write("t.csv", "note\n1,2\n\n3,4\n");
  EXPECT_THAT(CsvPlace(path, options_, 1, 0), testing::EndsWith("t.csv:4:2"));
}

}  // namespace
}  // namespace nnc::runtime
