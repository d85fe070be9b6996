#include <fmt/format.h>

#include <array>

#include "frontend/parser_impl.h"

namespace nnc {
namespace {

constexpr int64_t kLanguageVersion = 1;

constexpr std::array<std::string_view, 7> kParts = {"param",    "buffer", "forward", "field",
                                                    "minimize", "metric", "state"};
constexpr std::array<std::string_view, 7> kHomes = {"model", "model", "model", "data", "train", "train", "optimizer"};

// Declarations as other languages write them, and ours.
constexpr std::array<std::pair<std::string_view, std::string_view>, 9> kForeignWords = {{
    {"def", "fn"},
    {"func", "fn"},
    {"function", "fn"},
    {"class", "model"},
    {"struct", "model"},
    {"import", "use"},
    {"include", "use"},
    {"const", "let"},
    {"var", "let"},
}};

}  // namespace

ast::File Parser::ParseFile(uint32_t file) {
  ast::File tree{.file = file, .version = kLanguageVersion, .decls = {}};
  bool first = true;
  Items(0, [&] {
    if (std::exchange(first, false) && ParseVersion()) return;
    ParseDecl(tree.decls);
  });
  if (first) ParseVersion();
  return tree;
}

bool Parser::ParseVersion() {
  constexpr std::string_view kHelp = "write `nn 1` on a line of its own before everything else";
  bool present = AtWord("nn");
  if (!present) {
    Report(DiagnosticKind::kLanguageVersion, SpanOf(Peek()), "the file does not begin with its language version")
        .Help(std::string(kHelp));
    return false;
  }
  Take();
  Span span = SpanOf(Peek());
  if (!At(TokenKind::kInt)) {
    Unexpected("the language version").Help(std::string(kHelp));
  } else if (int64_t version = std::get<int64_t>(Take().value); version != kLanguageVersion) {
    Report(DiagnosticKind::kLanguageVersion, span,
           fmt::format("this is version {} of the language; nnc reads version {}", version, kLanguageVersion));
  }
  return true;
}

void Parser::ParseDecl(std::vector<ast::Decl>& decls) {
  uint32_t begin = Begin();
  auto named = [&](auto node) {
    Span head = SpanFrom(begin);
    const Span& name = node.name.span;
    if (name.line == head.line) head.length = name.column + name.length - head.column;
    decls.push_back({head, std::move(node)});
  };
  if (AtHead("use")) {
    ast::Use use = ParseUse();
    decls.push_back({SpanFrom(begin), std::move(use)});
    return;
  }
  if (At(TokenKind::kLet)) return named(ParseLet());
  if (At(TokenKind::kFn)) return named(ParseFn());
  if (AtHead("vjp")) return named(ParseVjp());
  if (AtHead("model") || AtHead("layer")) return named(ParseModel());
  if (AtHead("optimizer")) return named(ParseOptimizer());
  if (AtHead("data")) return named(ParseData());
  if (AtHead("train")) return named(ParseTrain());
  ReportNotADeclaration();
}

void Parser::ReportNotADeclaration() {
  std::string word(Text(Peek()));
  bool is_name = At(TokenKind::kName);
  bool assigned = is_name && Peek(1).kind == TokenKind::kAssign;
  Diagnostic& diagnostic = Unexpected("a declaration");
  if (!is_name) return;
  if (assigned) {
    diagnostic.Help(fmt::format("write `let {} = ...`", word));
    return;
  }
  for (size_t i = 0; i < kParts.size(); ++i) {
    if (word == kParts[i]) diagnostic.Help(fmt::format("`{}` stands inside the braces of a `{}`", word, kHomes[i]));
  }
  for (auto [foreign, ours] : kForeignWords) {
    if (word == foreign) diagnostic.Help(fmt::format("did you mean `{}`?", ours));
  }
  std::string close = Closest(word, {"use", "let", "fn", "vjp", "model", "layer", "optimizer", "data", "train"});
  if (diagnostic.help.empty() && !close.empty()) diagnostic.Help(fmt::format("did you mean `{}`?", close));
}

ast::Use Parser::ParseUse() {
  Take();
  ast::Use use;
  if (At(TokenKind::kString)) {
    use.path = std::get<std::string>(Take().value);
  } else {
    Unexpected("the file's path as a string, as in `use \"blocks.nn\"`");
  }
  return use;
}

ast::Let Parser::ParseLet() {
  Take();
  ast::Let let;
  let.name = ExpectName("a name after `let`");
  Expect(TokenKind::kAssign);
  let.value = ParseExpr();
  return let;
}

ast::Fn Parser::ParseFn() {
  Take();
  ast::Fn fn;
  fn.name = ExpectName("the function's name");
  fn.signature = ParseSignature();
  return fn;
}

ast::Vjp Parser::ParseVjp() {
  Take();
  ast::Vjp vjp;
  vjp.name = ExpectName("the name of the function whose derivative this is");
  if (At(TokenKind::kLeftParen)) {
    const Token& open = Take();
    vjp.args = ParseNames("an argument's name");
    if (Expect(TokenKind::kSemicolon, "`,` or `;`")) vjp.adjoints = ParseNames("the name of the result's derivative");
    Close(open, "`,` or `)`");
  } else {
    Unexpected("`(`");
  }
  Span body_span;
  vjp.expression_body = ParseBody(vjp.body, body_span);
  return vjp;
}

std::vector<ast::Name> Parser::ParseNames(std::string_view what) {
  std::vector<ast::Name> names;
  do {
    names.push_back(ExpectName(what));
  } while (!panic() && Accept(TokenKind::kComma));
  return names;
}

ast::Signature Parser::ParseSignature() {
  ast::Signature signature;
  signature.params = ParseParams();
  if (Accept(TokenKind::kArrow)) signature.result = ParseType();
  signature.expression_body = ParseBody(signature.body, signature.body_span);
  return signature;
}

bool Parser::ParseBody(ast::Block& body, Span& span) {
  uint32_t begin = Begin();
  if (!panic() && Accept(TokenKind::kAssign)) {
    begin = Begin();
    ast::ExprPtr value = ParseExpr();
    span = SpanFrom(begin);
    body.push_back({span, ast::Return{std::move(value)}});
    return true;
  }
  body = ParseBlock("`=` or `{`");
  span = SpanFrom(begin);
  return false;
}

std::vector<ast::Param> Parser::ParseParams() {
  std::vector<ast::Param> params;
  if (!At(TokenKind::kLeftParen)) {
    Unexpected("`(`");
    return params;
  }
  const Token& open = Take();
  while (!panic() && !At(TokenKind::kRightParen)) {
    params.push_back(ParseParam());
    if (!Accept(TokenKind::kComma)) break;
  }
  Close(open, "`,` or `)`");
  return params;
}

ast::Param Parser::ParseParam() {
  ast::Param param;
  param.name = ExpectName("a parameter's name");
  if (!At(TokenKind::kColon) && !panic()) {
    std::string name = param.name.text;
    Unexpected("`:` and a type").Help(fmt::format("write `{0}: int` or `{0}: f32[N, 2]`, say", name));
  }
  Accept(TokenKind::kColon);
  param.type = ParseType();
  if (Accept(TokenKind::kAssign)) param.default_value = ParseExpr();
  return param;
}

}  // namespace nnc
