#include "ir/diagnostics.h"

#include <gtest/gtest.h>

#include <set>

namespace nnc {
namespace {

class Rendering : public testing::Test {
 protected:
  std::string RenderAt(const std::string& text, uint32_t column, uint32_t length) {
    SourceManager sources;
    uint32_t file = sources.Add("a.nn", text);
    Diagnostics diagnostics;
    return Render(diagnostics.Report(DiagnosticKind::kUnknownName, {file, 1, column, length}, "no `y`"), sources,
                  false);
  }
};

TEST_F(Rendering, UnderlinesTheSpan) {
  EXPECT_EQ(RenderAt("x = yes + 1\n", 5, 3),
            "a.nn:1:5: error[E0201]: no `y`\n"
            "    1 | x = yes + 1\n"
            "      |     ^~~\n");
}

TEST_F(Rendering, PutsTheCaretUnderWhatFollowsATab) {
  EXPECT_EQ(RenderAt("a\tyes\n", 3, 3),
            "a.nn:1:3: error[E0201]: no `y`\n"
            "    1 | a   yes\n"
            "      |     ^~~\n");
}

TEST_F(Rendering, CountsCharactersNotBytes) {
  EXPECT_EQ(RenderAt("\"ä\" öl\n", 6, 3),
            "a.nn:1:6: error[E0201]: no `y`\n"
            "    1 | \"ä\" öl\n"
            "      |     ^~\n");
}

TEST_F(Rendering, HidesControlCharacters) {
  EXPECT_EQ(RenderAt("a\x1b[2J\n", 2, 1),
            "a.nn:1:2: error[E0201]: no `y`\n"
            "    1 | a?[2J\n"
            "      |  ^\n");
}

TEST_F(Rendering, PutsAnEmptySpanAtTheEndOfTheLine) {
  EXPECT_EQ(RenderAt("fn f(", 6, 0),
            "a.nn:1:6: error[E0201]: no `y`\n"
            "    1 | fn f(\n"
            "      |      ^\n");
}

TEST_F(Rendering, ShowsWhatMattersOfAVeryLongLine) {
  const std::string text = RenderAt(std::string(100'000, 'x') + "yes" + std::string(100'000, 'z') + "\n", 100'001, 3);
  EXPECT_LT(text.size(), 500u);
  const size_t line = text.find("    1 | "), carets = text.find("      | ");
  EXPECT_EQ(text.find("yes") - line, text.find("^~~") - carets);
}

TEST_F(Rendering, ShowsAVeryLongLineThatIsNotUtf8) {
  const std::string text = RenderAt(std::string(1'000, '\x80') + "\n", 500, 3);
  EXPECT_LT(text.size(), 500u);
}

TEST(Render, HidesWhatAFileMaySayToATerminal) {
  Diagnostic diagnostic{DiagnosticKind::kBadRow, {}, "a\x1b.csv", "a\x1b[2Jb\u009bc", {}, std::string(100'000, 'x')};
  const std::string text = Render(diagnostic, SourceManager(), false);
  EXPECT_TRUE(text.starts_with("a?.csv: error[E0501]: a?[2Jb?c\n")) << text;
  EXPECT_LT(text.size(), 2000u);
}

TEST(Render, ShowsNotesAndHelp) {
  SourceManager sources;
  uint32_t file = sources.Add("a.nn", "let x = 1\nlet x = 2\n");
  Diagnostic diagnostic{DiagnosticKind::kDuplicateName, {file, 2, 5, 1}, "", "`x` is declared twice", {}, ""};
  diagnostic.AddNote({file, 1, 5, 1}, "first here").AddNote({}, "names are one space").Help("rename one");
  EXPECT_EQ(Render(diagnostic, sources, false),
            "a.nn:2:5: error[E0202]: `x` is declared twice\n"
            "    2 | let x = 2\n"
            "      |     ^\n"
            "a.nn:1:5: note: first here\n"
            "    1 | let x = 1\n"
            "      |     ^\n"
            "note: names are one space\n"
            "help: rename one\n");
}

TEST(Render, ShowsAPlaceInADataFile) {
  Failure failure(DiagnosticKind::kBadRow, "iris.csv:12:3", "`red` is no number");
  EXPECT_EQ(Render(failure.diagnostic(), SourceManager(), false), "iris.csv:12:3: error[E0501]: `red` is no number\n");
}

TEST(Render, ShowsAMessageWithoutAPlace) {
  Failure failure(DiagnosticKind::kUsage, "", "no file given");
  EXPECT_EQ(Render(failure.diagnostic(), SourceManager(), false), "error[E0901]: no file given\n");
}

TEST(Render, ColoursOnlyWhenAsked) {
  Failure failure(DiagnosticKind::kUsage, "", "no file given");
  EXPECT_NE(Render(failure.diagnostic(), SourceManager(), true).find("\033[1;31merror"), std::string::npos);
}

TEST(Diagnostics, KeepsExactRepeatsOnce) {
  Diagnostics diagnostics;
  diagnostics.Report(DiagnosticKind::kUnknownName, {1, 1, 1, 1}, "no `y`").Help("declare it");
  diagnostics.Report(DiagnosticKind::kUnknownName, {1, 1, 1, 1}, "no `y`").Help("again");
  diagnostics.Report(DiagnosticKind::kUnknownName, {1, 2, 1, 1}, "no `y`");
  EXPECT_EQ(diagnostics.error_count(), 2);
  EXPECT_EQ(diagnostics.all()[0].help, "declare it");
}

TEST(Diagnostics, ExitCodeIsThatOfTheFirstError) {
  Diagnostics diagnostics;
  EXPECT_FALSE(diagnostics.has_errors());
  EXPECT_EQ(diagnostics.exit_code(), 0);
  diagnostics.Report(DiagnosticKind::kBadRow, {}, "a");
  diagnostics.Report(DiagnosticKind::kUsage, {}, "b");
  EXPECT_TRUE(diagnostics.has_errors());
  EXPECT_EQ(diagnostics.exit_code(), 3);
}

TEST(Diagnostics, CodesAreUniqueAndSorted) {
  std::string last;
  for (const DiagnosticInfo& info : AllDiagnostics()) {
    EXPECT_LT(last, info.code) << info.name;
    last = info.code;
  }
}

TEST(Closest, FindsTyposAndNothingFar) {
  std::vector<std::string> names = {"relu", "sigmoid", "softmax", "softmin"};
  EXPECT_EQ(Closest("sigmiod", names), "sigmoid");
  EXPECT_EQ(Closest("rleu", names), "relu");
  EXPECT_EQ(Closest("sofmax", names), "softmax");
  EXPECT_EQ(Closest("banana", names), "");
  EXPECT_EQ(Closest("ab", {"ac"}), "");
  EXPECT_EQ(Closest("x", {}), "");
}

TEST(Closest, TakesTheNearestOfSeveral) { EXPECT_EQ(Closest("softmixn", {"softmax", "softmin"}), "softmin"); }

}  // namespace
}  // namespace nnc
