// The syntax tree of a .nn file, as grammar.ebnf has it. Names are not resolved and nothing is checked.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "ir/source.h"
#include "ir/type.h"

namespace nnc::ast {

struct Expr;
struct Stmt;
struct TypeExpr;
struct Pattern;
using ExprPtr = std::unique_ptr<Expr>;
using TypePtr = std::unique_ptr<TypeExpr>;

struct Name {
  std::string text;
  Span span;
};

using Block = std::vector<Stmt>;

// ---- Types ----

struct TensorTypeExpr {
  std::optional<ir::Element> element;  // nullopt: `real`
  bool shaped = false;                 // had brackets: tells `bool[]` from the static `bool`
  std::vector<ExprPtr> dims;           // null: `...`
};
struct ClassTypeExpr {
  ExprPtr classes;  // an expression; the name `_` alone: counted from the source
  std::vector<ExprPtr> dims;
};
enum class StaticType { kInt, kFloat, kBool, kStr, kModel, kFn };
struct ListTypeExpr {
  TypePtr element;
};
struct TupleTypeExpr {
  std::vector<TypePtr> elements;
};
struct TypeExpr {
  Span span;
  std::variant<TensorTypeExpr, ClassTypeExpr, StaticType, ListTypeExpr, TupleTypeExpr> node;
};

// ---- Patterns, parameters, bodies ----

struct Pattern {
  Span span;
  std::variant<Name, std::vector<Pattern>> node;  // a name, or a tuple of patterns
};

struct Param {
  Name name;
  TypePtr type;
  ExprPtr default_value;  // may be null
};

struct Signature {
  std::vector<Param> params;
  TypePtr result;  // null: inferred
  // `= expr` is a body of one return statement with `expression_body` set.
  Block body;
  bool expression_body = false;
  Span body_span;
};

// ---- Expressions ----

enum class BinaryOp { kAdd, kSub, kMul, kDiv, kMod, kMatMul, kPow, kEq, kNe, kLt, kLe, kGt, kGe, kAnd, kOr };
enum class UnaryOp { kNeg, kPlus, kNot };

struct Argument {
  std::optional<Name> name;
  ExprPtr value;
};
struct IntLiteral {
  int64_t value;
};
struct FloatLiteral {
  double value;
};
struct StringLiteral {
  std::string value;
};
struct BoolLiteral {
  bool value;
};
struct NameExpr {
  std::string name;
};
struct Binary {
  BinaryOp op;
  ExprPtr lhs, rhs;
  Span op_span;
};
struct Unary {
  UnaryOp op;
  ExprPtr operand;
};
struct Range {
  ExprPtr first, last;
};
struct Member {
  ExprPtr object;
  Name member;  // `.NAME`, `.0`, or `.` and a reserved word
};
struct Call {
  ExprPtr callee;
  std::vector<Argument> arguments;
};
struct IndexItem {
  enum Kind { kEllipsis, kSlice, kExpr } kind;
  ExprPtr first, last;  // kExpr: first; kSlice: either may be null
  Span span;
};
struct Index {
  ExprPtr object;
  std::vector<IndexItem> items;
};
struct IfExpr {
  ExprPtr condition, then, otherwise;  // `else if` is an IfExpr in `otherwise`
};
struct FnLiteral {
  std::vector<Pattern> params;
  Block body;
};
struct TupleExpr {
  std::vector<ExprPtr> elements;
};
struct ListExpr {
  std::vector<ExprPtr> elements;
};
struct Comprehension {
  ExprPtr element;
  Pattern pattern;
  ExprPtr source;
};
// What the parser leaves where it reported an error; the checker passes over it in silence.
struct ErrorExpr {};

struct Expr {
  Span span;  // the whole expression, cut to its first line
  bool parenthesized = false;
  std::variant<IntLiteral, FloatLiteral, StringLiteral, BoolLiteral, NameExpr, Binary, Unary, Range, Member, Call,
               Index, IfExpr, FnLiteral, TupleExpr, ListExpr, Comprehension, ErrorExpr>
      node;
  // Edges on the longest way down. The parser holds it to 256, so that recursion over a tree is safe.
  uint16_t height = 0;
};

// ---- Statements ----

struct Return {
  ExprPtr value;
};
struct For {
  Pattern pattern;
  ExprPtr source;
  Block body;
};
struct If {
  ExprPtr condition;
  Block then, otherwise;  // `else if` is an If alone in `otherwise`
};
struct Assign {
  Pattern target;
  ExprPtr value;
};
struct Stmt {
  Span span;
  std::variant<Return, For, If, Assign> node;
};

// ---- Declarations ----

struct Use {
  std::string path;
};
struct Let {
  Name name;
  ExprPtr value;
};
struct Fn {
  Name name;
  Signature signature;
};
struct Vjp {
  Name name;
  std::vector<Name> args, adjoints;
  Block body;
  bool expression_body = false;
};

struct ParamMember {
  bool buffer = false;
  Name name;
  TypePtr type;
  ExprPtr init;
};
struct SubMember {
  Name name;
  ExprPtr value;
};
struct ModelMember {
  Span span;
  std::variant<ParamMember, Fn, SubMember> node;  // `forward` is a Fn named "forward"
};
struct Model {
  Name name;
  std::vector<Param> params;
  std::vector<ModelMember> members;
};

struct State {
  Name name;
  ExprPtr init;
};
struct Optimizer {
  Name name;
  std::vector<Param> params;
  std::vector<State> states;
  std::vector<Name> update_params;  // p, g, t
  Block update;
};

struct Field {
  Name name;
  TypePtr type;
  ExprPtr source;
};
using GenerateItem = std::variant<Field, Stmt>;
struct Generate {
  Name variable;
  ExprPtr range;
  std::vector<GenerateItem> body;
};
struct Normalize {
  std::vector<Name> fields;
  ExprPtr over, like;  // may be null
};
struct SplitPart {
  Name name;
  ExprPtr size;
};
struct Split {
  std::vector<SplitPart> parts;
};
struct Setting {
  Name name;
  ExprPtr value;
};
struct DataItem {
  Span span;
  std::variant<Field, Generate, Normalize, Split, Setting> node;
};
struct Data {
  Name name;
  std::vector<DataItem> items;
};

struct MinimizeGroup {
  ExprPtr over;  // may be null
  ExprPtr optimizer;
  Span span;
};
struct Minimize {
  ExprPtr loss;
  std::vector<MinimizeGroup> groups;
};
struct Metric {
  Name name;
  ExprPtr value;
};
struct TrainItem {
  Span span;
  std::variant<Minimize, Metric, Stmt> node;  // a setting is an Assign to a setting's name
};
struct Train {
  Name name;
  std::vector<TrainItem> items;
};

struct Decl {
  Span span;  // of the head: keyword to name
  std::variant<Use, Let, Fn, Vjp, Model, Optimizer, Data, Train> node;
};

// The name that a declaration gives; null for `use` and `vjp`.
inline const Name* NameOf(const Decl& decl) {
  return std::visit(
      [](const auto& node) -> const Name* {
        using T = std::decay_t<decltype(node)>;
        if constexpr (std::is_same_v<T, Use> || std::is_same_v<T, Vjp>) {
          return nullptr;
        } else {
          return &node.name;
        }
      },
      decl.node);
}

struct File {
  uint32_t file = 0;
  int64_t version = 1;
  std::vector<Decl> decls;
};

}  // namespace nnc::ast
