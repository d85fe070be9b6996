// The recursive descent parser. Each method reads one production of grammar.ebnf, named in its comment, and returns a
// node in any case: after an error, one that is incomplete. parse_*.cpp hold the methods, by what they parse.
#pragma once

#include <algorithm>
#include <initializer_list>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "frontend/ast.h"
#include "frontend/token_cursor.h"

namespace nnc {

class Parser : private TokenCursor {
 public:
  using TokenCursor::TokenCursor;

  ast::File ParseFile(uint32_t file);   // file
  ast::ExprPtr ParseWholeExpression();  // expr NL EOF

 private:
  // ---- parse_declarations.cpp ----
  bool ParseVersion();                            // "nn" INT; whether it was there
  void ParseDecl(std::vector<ast::Decl>& decls);  // decl
  ast::Use ParseUse();
  ast::Let ParseLet();
  ast::Fn ParseFn();
  ast::Vjp ParseVjp();
  ast::Signature ParseSignature();        // signature
  std::vector<ast::Param> ParseParams();  // params
  ast::Param ParseParam();                // param
  // `= expr` or a block; whether it was an expression.
  bool ParseBody(ast::Block& body, Span& span);
  std::vector<ast::Name> ParseNames(std::string_view what);  // NAME { "," NAME }
  void ReportNotADeclaration();

  // ---- parse_models.cpp ----
  ast::Model ParseModel();
  void ParseModelMember(std::vector<ast::ModelMember>& members);  // member
  ast::ParamMember ParseParamMember(bool buffer);
  ast::Optimizer ParseOptimizer();
  void ParseOptimizerItem(ast::Optimizer& optimizer, bool& has_update);

  // ---- parse_data.cpp ----
  ast::Data ParseData();
  void ParseDataItem(std::vector<ast::DataItem>& items);  // ditem
  ast::Field ParseField();
  ast::Generate ParseGenerate();
  ast::Normalize ParseNormalize();
  ast::Split ParseSplit();

  // ---- parse_train.cpp ----
  ast::Train ParseTrain();
  void ParseTrainItem(std::vector<ast::TrainItem>& items);  // titem
  ast::Minimize ParseMinimize();
  ast::MinimizeGroup ParseGroup();  // group
  void JoinGroupLine();
  ast::Metric ParseMetric();

  // ---- parse_statements.cpp ----
  ast::Block ParseBlock(std::string_view expected = "`{`");  // block
  void ParseStmt(ast::Block& block);                         // stmt
  ast::If ParseIf();                                         // ifstmt
  ast::For ParseFor();
  ast::Assign ParseAssign();
  void ReportNotAnAssignment(uint32_t begin);
  ast::Pattern ParsePattern();                // pattern
  std::vector<ast::Pattern> ParsePatterns();  // pattern { "," pattern }
  ast::ExprPtr ParseCondition();

  // ---- parse_types.cpp ----
  ast::TypePtr ParseType();  // type
  ast::TypePtr ParseNamedType();
  ast::TypePtr ParseClassType();
  ast::TypePtr ParseListType();
  ast::TypePtr ParseTupleType();
  std::vector<ast::ExprPtr> ParseShape();  // shape

  // ---- parse_expressions.cpp ----
  ast::ExprPtr ParseExpr();             // expr
  ast::ExprPtr ParseBinary(int level);  // or, and, comparison, sum, term
  ast::ExprPtr ParseNot();              // not
  ast::ExprPtr ParseSign();             // unary
  ast::ExprPtr ParsePower();            // power
  ast::ExprPtr ParsePostfix();          // postfix
  ast::ExprPtr ParseMember(ast::ExprPtr object, uint32_t begin);
  ast::ExprPtr ParseCall(ast::ExprPtr callee, uint32_t begin);
  ast::ExprPtr ParseIndex(ast::ExprPtr object, uint32_t begin);
  ast::Argument ParseArgument(bool& named);  // arg
  ast::IndexItem ParseIndexItem();           // index
  ast::ExprPtr ReportTooDeep();
  void CheckChain(uint32_t begin, uint32_t rhs_begin, const Token& op);

  // ---- parse_primary.cpp ----
  ast::ExprPtr ParsePrimary();  // primary
  ast::ExprPtr ParseLiteral();
  ast::ExprPtr ParseParenthesized();
  ast::ExprPtr ParseList();
  ast::ExprPtr ParseIfExpr();
  ast::ExprPtr ParseBranch(std::string_view expected);  // branch
  ast::ExprPtr ParseFnLiteral();
  ast::ExprPtr ReportNoExpression();

  // ---- Nodes ----
  // An expression that began at byte `begin` and ends with the token taken last.
  ast::ExprPtr Make(uint32_t begin, decltype(ast::Expr::node) node, int children_height = -1) {
    auto expr = std::make_unique<ast::Expr>();
    expr->span = SpanFrom(begin);
    expr->height = static_cast<uint16_t>(children_height + 1);
    expr->node = std::move(node);
    tallest_ = std::max<int>(tallest_, expr->height);
    if (expr->height > kMaxNesting) TooDeep(expr->span);
    return expr;
  }
  static int Height(std::initializer_list<const ast::Expr*> children) {
    int height = -1;
    for (const ast::Expr* child : children) height = std::max<int>(height, child ? child->height : -1);
    return height;
  }
  static int Height(const std::vector<ast::ExprPtr>& children) {
    int height = -1;
    for (const ast::ExprPtr& child : children) height = std::max<int>(height, child->height);
    return height;
  }

  // Counts the recursion that no bracket bounds: chains of signs, `**`, and `else if`.
  class Nesting {
   public:
    explicit Nesting(Parser& parser) : parser_(parser) { ++parser_.nesting_; }
    ~Nesting() { --parser_.nesting_; }
    bool too_deep() const { return parser_.nesting_ > kMaxNesting + 1; }

   private:
    Parser& parser_;
  };

  int nesting_ = 0;
  int tallest_ = 0;  // height of the tallest expression since the outermost function literal began
};

}  // namespace nnc
