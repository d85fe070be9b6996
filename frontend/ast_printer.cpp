// The tree as text: a line a node, children two spaces further in.

#include <fmt/format.h>

#include <array>

#include "frontend/parser.h"

namespace nnc {
namespace {

// In the order of ast::BinaryOp, ast::UnaryOp and ast::StaticType.
constexpr std::array<std::string_view, 15> kBinaryOps = {
    "+", "-", "*", "/", "%", "@", "**", "==", "!=", "<", "<=", ">", ">=", "and", "or"};
constexpr std::array<std::string_view, 3> kUnaryOps = {"-", "+", "not"};
constexpr std::array<std::string_view, 6> kStaticTypes = {"int", "float", "bool", "str", "model", "fn"};

std::string Quote(std::string_view text) {
  std::string quoted = "\"";
  for (char c : text) {
    if (c == '\n') {
      quoted += "\\n";
    } else if (c == '\t') {
      quoted += "\\t";
    } else {
      if (c == '"' || c == '\\') quoted += '\\';
      quoted += c;
    }
  }
  return quoted + '"';
}

class AstPrinter {
 public:
  std::string Print(const ast::File& file) {
    Line("file, version {}", file.version);
    Inside([&] {
      for (const ast::Decl& decl : file.decls) std::visit([&](const auto& node) { Visit(node); }, decl.node);
    });
    return std::move(out_);
  }

 private:
  // ---- Lines ----

  template <class... T>
  void Line(fmt::format_string<T...> format, T&&... values) {
    out_.append(static_cast<size_t>(indent_) * 2, ' ');
    fmt::format_to(std::back_inserter(out_), format, std::forward<T>(values)...);
    out_ += '\n';
  }
  template <class F>
  void Inside(F print) {
    ++indent_;
    print();
    --indent_;
  }
  // A line with a word, and children below it; nothing where there are none.
  template <class Children>
  void Group(std::string_view word, const Children& children) {
    if (children.empty()) return;
    Line("{}", word);
    Inside([&] {
      for (const auto& child : children) Visit(child);
    });
  }
  void Labelled(std::string_view label, const ast::ExprPtr& expr) {
    if (!expr) return;
    Line("{}", label);
    Inside([&] { Visit(expr); });
  }

  // ---- Declarations ----

  void Visit(const ast::Use& use) { Line("use {}", Quote(use.path)); }
  void Visit(const ast::Let& let) {
    Line("let {}", let.name.text);
    Inside([&] { Visit(let.value); });
  }
  void Visit(const ast::Fn& fn) {
    Line("fn {}", fn.name.text);
    Inside([&] { Visit(fn.signature); });
  }
  void Visit(const ast::Signature& signature) {
    for (const ast::Param& param : signature.params) Visit(param);
    if (signature.result) {
      Line("result");
      Inside([&] { Visit(signature.result); });
    }
    Group("body", signature.body);
  }
  void Visit(const ast::Vjp& vjp) {
    Line("vjp {}", vjp.name.text);
    Inside([&] {
      for (const ast::Name& name : vjp.args) Line("argument {}", name.text);
      for (const ast::Name& name : vjp.adjoints) Line("adjoint {}", name.text);
      Group("body", vjp.body);
    });
  }
  void Visit(const ast::Param& param) {
    Line("parameter {}", param.name.text);
    Inside([&] {
      Visit(param.type);
      Labelled("default", param.default_value);
    });
  }

  void Visit(const ast::Model& model) {
    Line("model {}", model.name.text);
    Inside([&] {
      for (const ast::Param& param : model.params) Visit(param);
      for (const ast::ModelMember& member : model.members)
        std::visit([&](const auto& node) { Visit(node); }, member.node);
    });
  }
  void Visit(const ast::ParamMember& member) {
    Line("{} {}", member.buffer ? "buffer" : "param", member.name.text);
    Inside([&] {
      Visit(member.type);
      Visit(member.init);
    });
  }
  void Visit(const ast::SubMember& member) {
    Line("member {}", member.name.text);
    Inside([&] { Visit(member.value); });
  }

  void Visit(const ast::Optimizer& optimizer) {
    Line("optimizer {}", optimizer.name.text);
    Inside([&] {
      for (const ast::Param& param : optimizer.params) Visit(param);
      for (const ast::State& state : optimizer.states) {
        Line("state {}", state.name.text);
        Inside([&] { Visit(state.init); });
      }
      for (const ast::Name& name : optimizer.update_params) Line("argument {}", name.text);
      Group("update", optimizer.update);
    });
  }

  void Visit(const ast::Data& data) {
    Line("data {}", data.name.text);
    Inside([&] {
      for (const ast::DataItem& item : data.items) std::visit([&](const auto& node) { Visit(node); }, item.node);
    });
  }
  void Visit(const ast::Field& field) {
    Line("field {}", field.name.text);
    Inside([&] {
      Visit(field.type);
      Visit(field.source);
    });
  }
  void Visit(const ast::Generate& generate) {
    Line("generate {}", generate.variable.text);
    Inside([&] {
      Visit(generate.range);
      for (const ast::GenerateItem& item : generate.body) std::visit([&](const auto& node) { Visit(node); }, item);
    });
  }
  void Visit(const ast::Normalize& normalize) {
    Line("normalize");
    Inside([&] {
      for (const ast::Name& field : normalize.fields) Line("name {}", field.text);
      Labelled("over", normalize.over);
      Labelled("like", normalize.like);
    });
  }
  void Visit(const ast::Split& split) {
    Line("split");
    Inside([&] {
      for (const ast::SplitPart& part : split.parts) Labelled("part " + part.name.text, part.size);
    });
  }
  void Visit(const ast::Setting& setting) { Labelled("setting " + setting.name.text, setting.value); }

  void Visit(const ast::Train& train) {
    Line("train {}", train.name.text);
    Inside([&] {
      for (const ast::TrainItem& item : train.items) std::visit([&](const auto& node) { Visit(node); }, item.node);
    });
  }
  void Visit(const ast::Minimize& minimize) {
    Line("minimize");
    Inside([&] {
      Visit(minimize.loss);
      for (const ast::MinimizeGroup& group : minimize.groups) {
        Labelled("over", group.over);
        Labelled("using", group.optimizer);
      }
    });
  }
  void Visit(const ast::Metric& metric) { Labelled("metric " + metric.name.text, metric.value); }

  // ---- Statements and patterns ----

  void Visit(const ast::Stmt& stmt) {
    std::visit([&](const auto& node) { Visit(node); }, stmt.node);
  }
  void Visit(const ast::Return& statement) { Labelled("return", statement.value); }
  void Visit(const ast::For& loop) {
    Line("for {}", Text(loop.pattern));
    Inside([&] {
      Visit(loop.source);
      Group("do", loop.body);
    });
  }
  void Visit(const ast::If& branches) {
    Line("if");
    Inside([&] {
      Visit(branches.condition);
      Group("then", branches.then);
      Group("else", branches.otherwise);
    });
  }
  void Visit(const ast::Assign& assign) {
    Line("assign {}", Text(assign.target));
    Inside([&] { Visit(assign.value); });
  }

  static std::string Text(const ast::Pattern& pattern) {
    if (auto* name = std::get_if<ast::Name>(&pattern.node)) return name->text;
    std::string text;
    for (const ast::Pattern& part : std::get<1>(pattern.node)) text += (text.empty() ? "(" : ", ") + Text(part);
    return text + ")";
  }

  // ---- Types ----

  void Visit(const ast::TypePtr& type) {
    std::visit([&](const auto& node) { Visit(node); }, type->node);
  }
  void Visit(const ast::TensorTypeExpr& tensor) {
    Line("{}{}", tensor.element ? ir::Name(*tensor.element) : "real", tensor.shaped ? "[]" : "");
    PrintDims(tensor.dims);
  }
  void Visit(const ast::ClassTypeExpr& classes) {
    Line("class{}", classes.dims.empty() ? "" : "[]");
    Inside([&] { Labelled("of", classes.classes); });
    PrintDims(classes.dims);
  }
  void PrintDims(const std::vector<ast::ExprPtr>& dims) {
    Inside([&] {
      for (const ast::ExprPtr& dim : dims) dim ? Visit(dim) : Line("...");
    });
  }
  void Visit(ast::StaticType type) { Line("{}", kStaticTypes[static_cast<size_t>(type)]); }
  void Visit(const ast::ListTypeExpr& list) {
    Line("list of");
    Inside([&] { Visit(list.element); });
  }
  void Visit(const ast::TupleTypeExpr& tuple) { Group("tuple of", tuple.elements); }

  // ---- Expressions ----

  void Visit(const ast::ExprPtr& expr) {
    std::visit([&](const auto& node) { Visit(node); }, expr->node);
  }
  void Visit(const ast::IntLiteral& literal) { Line("int {}", literal.value); }
  void Visit(const ast::FloatLiteral& literal) { Line("float {:#}", literal.value); }
  void Visit(const ast::StringLiteral& literal) { Line("string {}", Quote(literal.value)); }
  void Visit(const ast::BoolLiteral& literal) { Line("bool {}", literal.value); }
  void Visit(const ast::NameExpr& name) { Line("name {}", name.name); }
  void Visit(const ast::Binary& binary) {
    Line("binary {}", kBinaryOps[static_cast<size_t>(binary.op)]);
    Inside([&] {
      Visit(binary.lhs);
      Visit(binary.rhs);
    });
  }
  void Visit(const ast::Unary& unary) {
    Labelled(fmt::format("unary {}", kUnaryOps[static_cast<size_t>(unary.op)]), unary.operand);
  }
  void Visit(const ast::Range& range) {
    Line("range");
    Inside([&] {
      Visit(range.first);
      Visit(range.last);
    });
  }
  void Visit(const ast::Member& member) { Labelled("member ." + member.member.text, member.object); }
  void Visit(const ast::Call& call) {
    Line("call");
    Inside([&] {
      Visit(call.callee);
      for (const ast::Argument& argument : call.arguments) {
        argument.name ? Labelled("argument " + argument.name->text, argument.value) : Visit(argument.value);
      }
    });
  }
  void Visit(const ast::Index& index) {
    Line("index");
    Inside([&] {
      Visit(index.object);
      for (const ast::IndexItem& item : index.items) Visit(item);
    });
  }
  void Visit(const ast::IndexItem& item) {
    switch (item.kind) {
      case ast::IndexItem::kEllipsis:
        return Line("...");
      case ast::IndexItem::kExpr:
        return Visit(item.first);
      case ast::IndexItem::kSlice:
        Line("slice");
        Inside([&] {
          Labelled("from", item.first);
          Labelled("to", item.last);
        });
    }
  }
  void Visit(const ast::IfExpr& branches) {
    Line("if");
    Inside([&] {
      Visit(branches.condition);
      Labelled("then", branches.then);
      Labelled("else", branches.otherwise);
    });
  }
  void Visit(const ast::FnLiteral& literal) {
    Line("fn");
    Inside([&] {
      for (const ast::Pattern& param : literal.params) Line("parameter {}", Text(param));
      Group("body", literal.body);
    });
  }
  void Visit(const ast::TupleExpr& tuple) { Group("tuple", tuple.elements); }
  void Visit(const ast::ListExpr& list) {
    if (list.elements.empty()) return Line("list");
    Group("list", list.elements);
  }
  void Visit(const ast::Comprehension& comprehension) {
    Line("list for {}", Text(comprehension.pattern));
    Inside([&] {
      Visit(comprehension.element);
      Labelled("in", comprehension.source);
    });
  }
  void Visit(const ast::ErrorExpr&) { Line("error"); }

  std::string out_;
  int indent_ = 0;
};

}  // namespace

std::string PrintAst(const ast::File& file) { return AstPrinter().Print(file); }

}  // namespace nnc
