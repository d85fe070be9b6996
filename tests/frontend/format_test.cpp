// The formatter: what it does to a line, and that it never changes what a file means.
#include "frontend/format/format.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

#include "frontend/format/lines.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/frontend/parsing.h"

namespace nnc {
namespace {

using testing::Parsed;

// The formatted text, or the first error.
std::string Formatted(const std::string& text) {
  SourceManager sources;
  Diagnostics diagnostics;
  uint32_t file = sources.Add("test.nn", text);
  return Format(file, sources, diagnostics).value_or(diagnostics.all().empty() ? "" : diagnostics.all()[0].message);
}

// The body of a file that begins with `nn 1`.
std::string Body(const std::string& text) {
  std::string formatted = Formatted("nn 1\n" + text);
  return formatted.starts_with("nn 1\n") ? formatted.substr(5) : formatted;
}

// An expression as `let x = EXPR` has it.
std::string Expression(const std::string& expression) {
  std::string body = Body("let x = " + expression + "\n");
  return body.starts_with("let x = ") ? body.substr(8, body.size() - 9) : body;
}

TEST(Format, LeavesFormattedTextAsItIs) {
  std::string text =
      "nn 1\n"
      "# A comment.\n"
      "\n"
      "let hidden = 100                 # of two\n"
      "\n"
      "model Net(hidden: int) {         # in one column\n"
      "  fc1 = Linear(2, hidden)\n"
      "  # inside\n"
      "  forward(x: f32[N, 2]) -> f32[N, 3] = fc1(relu(x))\n"
      "}\n";
  EXPECT_EQ(Formatted(text), text);
}

TEST(Format, PutsBlanksAroundOperators) {
  EXPECT_EQ(Expression("a+b  -c"), "a + b - c");
  EXPECT_EQ(Expression("a==b and not c"), "a == b and not c");
  EXPECT_EQ(Expression("-x+ -y"), "-x + -y");
  EXPECT_EQ(Expression("- x** - 2"), "-x ** -2");
  EXPECT_EQ(Expression("a@b"), "a @ b");
  EXPECT_EQ(Expression("0 .. n"), "0..n");
}

TEST(Format, KeepsTightProducts) {
  EXPECT_EQ(Expression("2.0*pi/3.0*(a+2.0*t)"), "2.0*pi/3.0*(a + 2.0*t)");
  EXPECT_EQ(Expression("2.0 *pi"), "2.0 * pi");
  EXPECT_EQ(Expression("2.0* pi"), "2.0 * pi");
  EXPECT_EQ(Expression("x**3 + y ** 2"), "x**3 + y ** 2");
  EXPECT_EQ(Expression("x[n-1, n - 1] + (n-1)"), "x[n-1, n - 1] + (n - 1)");
}

TEST(Format, PutsBlanksAroundPunctuation) {
  EXPECT_EQ(Expression("f ( a ,b:1 , c : [ 1,2 ] )"), "f(a, b: 1, c: [1, 2])");
  EXPECT_EQ(Expression("x [0 , : , 2 : 5 , 1: , : -1, ...]"), "x[0, :, 2:5, 1:, :-1, ...]");
  EXPECT_EQ(Expression("(a ,b).0 . c"), "(a, b).0.c");
  EXPECT_EQ(Expression("if c{a}else{b}"), "if c { a } else { b }");
  EXPECT_EQ(Expression("[Linear(d,d)for i in 0..n]"), "[Linear(d, d) for i in 0..n]");
  EXPECT_EQ(Expression("fn(h,(x,k)){return h}"), "fn (h, (x, k)) { return h }");
  EXPECT_EQ(Body("fn f(x:f32[N,3],y:[int]=[])->(f32,f32)={ x }\n").substr(0, 8), "expected");
  EXPECT_EQ(Body("fn f(x:f32[N,3],y:[int]=[])->(f32,f32)=(x,y)\n"),
            "fn f(x: f32[N, 3], y: [int] = []) -> (f32, f32) = (x, y)\n");
  EXPECT_EQ(Body("vjp f(x;dout)=(dout)\n"), "vjp f(x; dout) = (dout)\n");
  EXPECT_EQ(Body("use \"a.nn\"\n"), "use \"a.nn\"\n");
}

TEST(Format, KnowsWordsThatLeadToOperands) {
  EXPECT_EQ(Body("train fit {\nminimize(a)+b over[p,q]using sgd(lr:0.1),over(c)using o\n}\n"),
            "train fit {\n  minimize (a) + b over [p, q] using sgd(lr: 0.1), over (c) using o\n}\n");
  EXPECT_EQ(Body("train fit {\nminimize -a using o\n}\n"), "train fit {\n  minimize -a using o\n}\n");
  EXPECT_EQ(Body("data d {\nnormalize x over[1,2]like y.x\n}\n"), "data d {\n  normalize x over [1, 2] like y.x\n}\n");
}

TEST(Format, IndentsBlocksAndBrackets) {
  EXPECT_EQ(Body("fn f(a: f32,\nb: f32) -> f32 {\nif c {\nreturn a\n}\nelse {\nreturn b\n}\n}\n"),
            "fn f(a: f32,\n     b: f32) -> f32 {\n  if c {\n    return a\n  } else {\n    return b\n  }\n}\n");
  EXPECT_EQ(Body("let x = f(\na,\ng(b,\nc),\n)\n"), "let x = f(\n  a,\n  g(b,\n    c),\n)\n");
  EXPECT_EQ(Body("fn f(a: f32) =\na +\nb\n"), "fn f(a: f32) =\n  a +\n  b\n");
  EXPECT_EQ(Body("let y = scan(fn (h, x) {\nreturn (h, x)\n}, init: 0.0,\nover: xs)\n"),
            "let y = scan(fn (h, x) {\n  return (h, x)\n}, init: 0.0,\n             over: xs)\n");
  EXPECT_EQ(Body("train t {\nminimize loss over a using o,\nover b using p\n}\n"),
            "train t {\n  minimize loss over a using o,\n                over b using p\n}\n");
}

TEST(Format, SeparatesStatements) {
  EXPECT_EQ(Body("\n\n\nlet a = 1;\n\n\n\nlet b = 2;let c = 3\n"), "\nlet a = 1\n\nlet b = 2; let c = 3\n");
  EXPECT_EQ(Body("fn f() {\n\na = 1;\nreturn a;\n\n}\n"), "fn f() {\n  a = 1\n  return a\n}\n");
  EXPECT_EQ(Body("let a =; 1;; let b = 2\n"), "let a = 1; let b = 2\n");
  EXPECT_EQ(Body("fn f() {a = 1;return a;}\n"), "fn f() { a = 1; return a }\n");
  EXPECT_EQ(Formatted("\xEF\xBB\xBFnn 1\r\nlet a = 1   \r\n"), "nn 1\nlet a = 1\n");
  EXPECT_EQ(Formatted("nn 1"), "nn 1\n");
}

TEST(Format, KeepsColumnsOfAssignments) {
  EXPECT_EQ(Body("data d {\nfield x: f32[2]       = a\nfield label: class(3) = b\n}\n"),
            "data d {\n  field x: f32[2]       = a\n  field label: class(3) = b\n}\n");
  // A name that has changed since.
  EXPECT_EQ(Body("train t {\ndata     = a\nvalidation = b\nbatch    = 3\nsteps    = 4\n}\n"),
            "train t {\n  data = a\n  validation = b\n  batch = 3\n  steps = 4\n}\n");
  EXPECT_EQ(Body("let a    = 1\nlet bcd   = 2\n"), "let a   = 1\nlet bcd = 2\n");
  // Locals behind settings are no part of their columns.
  EXPECT_EQ(Body("train t {\ndata   = a\nepochs = 3\nloss = b\n}\n"),
            "train t {\n  data   = a\n  epochs = 3\n  loss = b\n}\n");
  // Two columns that meet in padded lines are one.
  EXPECT_EQ(Body("let streams = 5\nlet piece   = 1\nlet late   = 3\nlet hidden = 2\n"),
            "let streams = 5\nlet piece   = 1\nlet late    = 3\nlet hidden  = 2\n");
  // One alone has nothing to stand under.
  EXPECT_EQ(Body("let a    = 1\n\nlet bcd  = 2\n"), "let a = 1\n\nlet bcd = 2\n");
}

TEST(Format, KeepsColumnsOfComments) {
  EXPECT_EQ(Body("let a=1      # one\nlet bc = 2   # two\n             # and more\n# other\n"),
            "let a = 1    # one\nlet bc = 2   # two\n             # and more\n# other\n");
  EXPECT_EQ(Body("let a=1 # one\nlet b=2 # two\nlet ccc=3\n"), "let a = 1  # one\nlet b = 2  # two\nlet ccc = 3\n");
  EXPECT_EQ(Body("model M() {\n# inside\n}\n      # outside\n"), "model M() {\n  # inside\n}\n# outside\n");
}

TEST(Format, BreaksLongLines) {
  std::string name(40, 'a');
  std::string call = "f(" + name + ", g(" + name + ", b), " + name + ", c)";
  EXPECT_EQ(Body("let x = " + call + "\n"),
            "let x = f(" + name + ", g(" + name + ", b),\n          " + name + ", c)\n");
  std::string head = "fn f(x: f32) -> f32 =";
  EXPECT_EQ(Body(head + " " + call + "\n"),
            head + "\n  " + call.substr(0, call.find(" c)") - 42) + "\n    " + name + ", c)\n");
  EXPECT_EQ(Body("let x = " + call + "   # first\n"),
            "let x = f(" + name + ", g(" + name + ", b),  # first\n          " + name + ", c)\n");
  std::string far = "let x = " + std::string(70, 'b') + "(";
  EXPECT_EQ(Body(far + name + ", c)\n"), far + "\n  " + name + ", c)\n");
  // Nowhere to break.
  std::string text = "let x = \"" + std::string(130, 'a') + "\"\n";
  EXPECT_EQ(Body(text), text);
}

TEST(Format, RefusesBrokenFiles) {
  EXPECT_EQ(Formatted("nn 1\nlet a = (1\nlet b = 2\n"), "expected `)` before this new statement");
}

// ---- Every .nn file there is ----

std::vector<std::filesystem::path> AllFiles() {
  std::vector<std::filesystem::path> files;
  const std::filesystem::path root = NNC_SOURCE_DIR;
  for (const char* folder : {"frontend/std", "examples", "bench/jobs", "tests", "../shared/design/programs"}) {
    if (!std::filesystem::exists(root / folder)) continue;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root / folder)) {
      if (entry.path().extension() == ".nn") files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::string Read(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

// The text without indentation, and with `blanks` for each blank outside comments and strings.
std::string Respaced(const std::string& text, const std::string& blanks) {
  std::string result;
  bool quoted = false, comment = false;
  for (char c : text) {
    bool starts_line = result.empty() || result.back() == '\n';
    if (c == '\n') quoted = comment = false;
    if (c == '"' && !comment) quoted = !quoted;
    if (c == '#' && !quoted) comment = true;
    if (c != ' ' || quoted || comment) {
      result += c;
    } else if (!starts_line) {
      result += blanks;
    }
  }
  return result;
}

// The text with line ends, comments and blanks put in at random where the language allows them.
std::string Scattered(const std::string& text, uint32_t seed) {
  std::mt19937 random(seed);
  auto once_in = [&](uint32_t n) { return random() % n == 0; };
  SourceManager sources;
  Diagnostics diagnostics;
  std::string result;
  std::vector<TokenKind> open;
  TokenKind previous = TokenKind::kEnd;
  uint32_t end = 0;
  for (const Token& token : Lex(sources.Add("test.nn", text), sources, diagnostics)) {
    std::string gap = text.substr(end, token.begin - end);
    bool goes_on = format::GoesOn(previous) || (!open.empty() && open.back() != TokenKind::kLeftBrace);
    if (gap.find('\n') != std::string::npos) {
      if (once_in(6)) gap += once_in(2) ? "\n\n" : "\n# its own line\n";
    } else if (goes_on && once_in(12)) {
      gap = once_in(3) ? " # behind\n" : "\n";
    } else if (once_in(6) && !gap.empty()) {
      gap = "\t  ";
    }
    if (format::IsOpen(token.kind)) open.push_back(token.kind);
    if (format::IsClose(token.kind)) open.pop_back();
    previous = token.kind;
    end = token.end;
    result += gap + text.substr(token.begin, token.end - token.begin);
  }
  return result;
}

void ExpectSameMeaning(const std::string& text, const std::filesystem::path& path) {
  std::string once = Formatted(text);
  EXPECT_EQ(Formatted(once), once) << path;
  EXPECT_EQ(Parsed(once).Printed(), Parsed(text).Printed()) << path;
  auto comments = [](const std::string& in) { return std::count(in.begin(), in.end(), '#'); };
  EXPECT_EQ(comments(once), comments(text)) << path;
}

TEST(Format, NeverChangesMeaningAndIsStable) {
  int formatted = 0;
  for (const std::filesystem::path& path : AllFiles()) {
    std::string text = Read(path);
    if (Parsed(text).diagnostics.has_errors()) continue;
    ExpectSameMeaning(text, path);
    ExpectSameMeaning(Respaced(text, " "), path);
    ExpectSameMeaning(Respaced(text, "   "), path);
    for (uint32_t seed = 0; seed < 5; ++seed) ExpectSameMeaning(Scattered(text, seed), path);
    ++formatted;
  }
  EXPECT_GT(formatted, 50);
}

}  // namespace
}  // namespace nnc
