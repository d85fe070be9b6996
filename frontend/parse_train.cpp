#include <fmt/format.h>

#include "frontend/parser_impl.h"

namespace nnc {

ast::Train Parser::ParseTrain() {
  Take();
  ast::Train train;
  train.name = ExpectName("the run's name");
  Braces("`{`", [&] { ParseTrainItem(train.items); });
  return train;
}

void Parser::ParseTrainItem(std::vector<ast::TrainItem>& items) {
  uint32_t begin = Begin();
  if (AtHead("minimize")) {
    ast::Minimize minimize = ParseMinimize();
    items.push_back({SpanFrom(begin), std::move(minimize)});
  } else if (AtHead("metric")) {
    ast::Metric metric = ParseMetric();
    items.push_back({SpanFrom(begin), std::move(metric)});
  } else if (At(TokenKind::kReturn)) {
    Unexpected("an item of a run").Help("a run returns nothing: its figures are `metric NAME = ...`");
  } else {
    ast::Block statement;
    ParseStmt(statement);
    for (ast::Stmt& stmt : statement) items.push_back({stmt.span, std::move(stmt)});
  }
}

ast::Minimize Parser::ParseMinimize() {
  Take();
  ast::Minimize minimize;
  minimize.loss = ParseExpr();
  do {
    minimize.groups.push_back(ParseGroup());
  } while (!panic() && Accept(TokenKind::kComma));
  return minimize;
}

ast::MinimizeGroup Parser::ParseGroup() {
  uint32_t begin = Begin();
  ast::MinimizeGroup group;
  JoinGroupLine();
  if (AcceptWord("over")) group.over = ParseExpr();
  JoinGroupLine();
  if (!AcceptWord("using")) {
    Unexpected(group.over ? "`using`" : "`using` or `over`")
        .Help("say which optimizer to use: `minimize loss using adam(lr: 1e-3)`");
  }
  group.optimizer = ParseExpr();
  group.span = SpanFrom(begin);
  return group;
}

// Reports a line that begins with `using` or `over`, and reads it as the rest of the line before.
void Parser::JoinGroupLine() {
  bool joins = (IsWord(1, "using") || IsWord(1, "over")) && Peek(2).kind != TokenKind::kAssign;
  if (!At(TokenKind::kNewline) || !joins) return;
  Report(DiagnosticKind::kLeadingOperator, SpanOf(Peek(1)), fmt::format("a line cannot begin with `{}`", Text(Peek(1))))
      .Help("move it up to the end of the line before");
  Take();
}

ast::Metric Parser::ParseMetric() {
  Take();
  ast::Metric metric;
  metric.name = ExpectName("the metric's name");
  Expect(TokenKind::kAssign);
  metric.value = ParseExpr();
  return metric;
}

}  // namespace nnc
