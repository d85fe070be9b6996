#include <fmt/format.h>

#include "frontend/parser_impl.h"

namespace nnc {

ast::Model Parser::ParseModel() {
  Take();
  ast::Model model;
  model.name = ExpectName("the model's name");
  model.params = ParseParams();
  Braces("`{`", [&] { ParseModelMember(model.members); });
  return model;
}

void Parser::ParseModelMember(std::vector<ast::ModelMember>& members) {
  uint32_t begin = Begin();
  auto add = [&](auto node) { members.push_back({SpanFrom(begin), std::move(node)}); };
  if (AtHead("param")) return add(ParseParamMember(/*buffer=*/false));
  if (AtHead("buffer")) return add(ParseParamMember(/*buffer=*/true));
  if (At(TokenKind::kFn)) return add(ParseFn());
  if (AtHead("forward")) {
    Span span = SpanOf(Take());
    return add(ast::Fn{{"forward", span}, ParseSignature()});
  }
  if (At(TokenKind::kLet)) {
    Report(DiagnosticKind::kUnexpectedToken, SpanOf(Peek()), "`let` stands only at the top level of a file")
        .Help("a model's member is written without it: `fc = Linear(2, 3)`");
    Take();
  }
  if (!At(TokenKind::kName)) {
    Unexpected("a member of the model: `param`, `buffer`, `fn`, `forward` or a name");
    return;
  }
  ast::SubMember member;
  member.name = ExpectName("the member's name");
  if (!At(TokenKind::kAssign)) {
    bool typed = At(TokenKind::kColon);
    Diagnostic& diagnostic = Unexpected(fmt::format("`=` after `{}`", member.name.text));
    if (typed) diagnostic.Help(fmt::format("a parameter is written `param {}: TYPE = INIT`", member.name.text));
  }
  Accept(TokenKind::kAssign);
  member.value = ParseExpr();
  add(std::move(member));
}

ast::ParamMember Parser::ParseParamMember(bool buffer) {
  Take();
  ast::ParamMember member{.buffer = buffer, .name = {}, .type = nullptr, .init = nullptr};
  member.name = ExpectName(buffer ? "the buffer's name" : "the parameter's name");
  Expect(TokenKind::kColon, "`:` and a type");
  member.type = ParseType();
  if (!At(TokenKind::kAssign)) Unexpected("`=` and an initial value").Help("write `= zeros`, say");
  Accept(TokenKind::kAssign);
  member.init = ParseExpr();
  return member;
}

ast::Optimizer Parser::ParseOptimizer() {
  Take();
  ast::Optimizer optimizer;
  optimizer.name = ExpectName("the optimizer's name");
  optimizer.params = ParseParams();
  bool has_update = false;
  Braces("`{`", [&] { ParseOptimizerItem(optimizer, has_update); });
  if (!has_update) {
    Report(DiagnosticKind::kMissingSetting, optimizer.name.span, "an optimizer needs an `update`")
        .Help("write `update(p, g, t) { ... return NEW_VALUE }` as its last member");
  }
  return optimizer;
}

void Parser::ParseOptimizerItem(ast::Optimizer& optimizer, bool& has_update) {
  bool at_update = AtHead("update");
  if (has_update && (at_update || AtHead("state"))) {
    Unexpected(at_update ? "`}`" : "`}` after `update`")
        .Help(at_update ? "an optimizer has one `update`" : "the states come before `update`");
  } else if (AtHead("state")) {
    Take();
    ast::State state;
    state.name = ExpectName("the state's name");
    Expect(TokenKind::kAssign);
    state.init = ParseExpr();
    optimizer.states.push_back(std::move(state));
  } else if (at_update) {
    Take();
    has_update = true;
    if (At(TokenKind::kLeftParen)) {
      const Token& open = Take();
      optimizer.update_params = ParseNames("a parameter's name");
      Close(open, "`,` or `)`");
    } else {
      Unexpected("`(p, g, t)`");
    }
    optimizer.update = ParseBlock();
  } else {
    Unexpected("`state` or `update`");
  }
}

}  // namespace nnc
