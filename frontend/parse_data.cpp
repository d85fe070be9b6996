#include <fmt/format.h>

#include "frontend/parser_impl.h"

namespace nnc {

ast::Data Parser::ParseData() {
  Take();
  ast::Data data;
  data.name = ExpectName("the data's name");
  Braces("`{`", [&] { ParseDataItem(data.items); });
  return data;
}

void Parser::ParseDataItem(std::vector<ast::DataItem>& items) {
  uint32_t begin = Begin();
  auto add = [&](auto node) { items.push_back({SpanFrom(begin), std::move(node)}); };
  if (AtHead("field")) return add(ParseField());
  if (AtHead("generate")) return add(ParseGenerate());
  if (AtHead("normalize")) return add(ParseNormalize());
  if (AtHead("split")) return add(ParseSplit());
  if (!At(TokenKind::kName)) {
    Unexpected("`field`, `generate`, `normalize`, `split` or a setting");
    return;
  }
  ast::Setting setting;
  setting.name = ExpectName("the setting's name");
  if (!At(TokenKind::kAssign)) {
    std::string close = Closest(setting.name.text, {"field", "generate", "normalize", "split"});
    bool typed = At(TokenKind::kColon);
    Diagnostic& diagnostic = Unexpected(fmt::format("`=` after `{}`", setting.name.text));
    if (typed) {
      diagnostic.Help(fmt::format("a field is written `field {}: TYPE = SOURCE`", setting.name.text));
    } else if (!close.empty()) {
      diagnostic.Help(fmt::format("did you mean `{}`?", close));
    }
  }
  Accept(TokenKind::kAssign);
  setting.value = ParseExpr();
  add(std::move(setting));
}

ast::Field Parser::ParseField() {
  Take();
  ast::Field field;
  field.name = ExpectName("the field's name");
  Expect(TokenKind::kColon, "`:` and a type");
  field.type = ParseType();
  Expect(TokenKind::kAssign);
  field.source = ParseExpr();
  return field;
}

ast::Generate Parser::ParseGenerate() {
  Take();
  ast::Generate generate;
  generate.variable = ExpectName("a name for the row's number");
  Expect(TokenKind::kIn);
  generate.range = ParseExpr();
  Braces("`{`", [&] {
    if (AtHead("field")) {
      generate.body.emplace_back(ParseField());
      return;
    }
    ast::Block statement;
    ParseStmt(statement);
    for (ast::Stmt& stmt : statement) generate.body.emplace_back(std::move(stmt));
  });
  return generate;
}

ast::Normalize Parser::ParseNormalize() {
  Take();
  ast::Normalize normalize;
  normalize.fields = ParseNames("a field's name");
  if (AcceptWord("over")) normalize.over = ParseExpr();
  if (AcceptWord("like")) normalize.like = ParseExpr();
  return normalize;
}

ast::Split Parser::ParseSplit() {
  Take();
  ast::Split split;
  do {
    ast::SplitPart part;
    part.name = ExpectName("a name for the part");
    Expect(TokenKind::kColon, "`:` and the part's size");
    part.size = ParseExpr();
    split.parts.push_back(std::move(part));
  } while (!panic() && Accept(TokenKind::kComma));
  return split;
}

}  // namespace nnc
