// Names that nothing reads, statements that are not reached, declarations that nothing uses.
#include <fmt/format.h>

#include <algorithm>

#include "frontend/elaborate/overloaded.h"
#include "frontend/lint/name_uses.h"
#include "frontend/lint/rules.h"

namespace nnc::lint {
namespace {

bool IsStaticType(const ast::TypeExpr& type) {
  return std::holds_alternative<ast::StaticType>(type.node) || std::holds_alternative<ast::ListTypeExpr>(type.node);
}

// A dimension variable of the parameter's type that `uses` reads: the parameter is there for its shape.
bool GivesDimension(const ast::Param& param, const NameUses& uses) {
  auto* tensor = std::get_if<ast::TensorTypeExpr>(&param.type->node);
  if (tensor == nullptr) return false;
  return std::any_of(tensor->dims.begin(), tensor->dims.end(), [&](const ast::ExprPtr& dim) {
    auto* name = dim == nullptr ? nullptr : std::get_if<ast::NameExpr>(&dim->node);
    return name != nullptr && name->name[0] >= 'A' && name->name[0] <= 'Z' && uses.Reads(name->name);
  });
}

class NameCheck {
 public:
  NameCheck(const Declarations& declarations, Diagnostics& found) : declarations_(declarations), found_(found) {}

  void Run() {
    for (uint32_t file : declarations_.user_files()) {
      for (const ast::Decl& decl : declarations_.file(file).ast.decls) {
        all_.Add(decl);
        trains_ |= file == declarations_.main_file() && std::holds_alternative<ast::Train>(decl.node);
      }
    }
    for (uint32_t file : declarations_.user_files()) {
      for (const ast::Decl& decl : declarations_.file(file).ast.decls) CheckDeclaration(decl);
    }
    if (trains_) CheckUnused(declarations_.file(declarations_.main_file()));
  }

 private:
  void CheckDeclaration(const ast::Decl& decl) {
    std::visit(Overloaded{
                   [&](const ast::Fn& node) { CheckFunction(node, {}); },
                   [&](const ast::Model& node) { CheckModel(node); },
                   [&](const ast::Optimizer& node) { CheckOptimizer(node); },
                   [](const auto&) {},
               },
               decl.node);
    // A train block reports its own locals (E0210).
    bool trains = std::holds_alternative<ast::Train>(decl.node);
    bool plain = std::holds_alternative<ast::Data>(decl.node) || std::holds_alternative<ast::Let>(decl.node) ||
                 std::holds_alternative<ast::Vjp>(decl.node);
    NameUses uses;
    uses.Add(decl);
    if (plain) CheckLocals(uses, {});
    if (plain || trains) CheckReached(uses);
  }

  using Names = std::vector<std::string_view>;

  // A body's locals and statements. `kept`: names whose assignment has an effect of its own.
  void CheckBody(const NameUses& body, const Names& kept) {
    CheckLocals(body, kept);
    CheckReached(body);
  }

  // Of a tuple, some parts may be unread.
  void CheckLocals(const NameUses& body, const Names& kept) {
    for (const std::vector<const ast::Name*>& names : body.bindings()) {
      bool needed = std::any_of(names.begin(), names.end(), [&](const ast::Name* name) {
        return body.Reads(name->text) || std::find(kept.begin(), kept.end(), name->text) != kept.end();
      });
      if (!needed && !names.empty()) ReportUnread(*names.front(), "the local", "");
    }
  }

  void CheckReached(const NameUses& body) {
    for (const ast::Stmt* statement : body.unreachable()) {
      found_.Report(DiagnosticKind::kUnreachableCode, statement->span, "this is never reached")
          .Help("a `return` comes before it in every case");
    }
  }

  void CheckFunction(const ast::Fn& fn, const Names& buffers) {
    NameUses body;
    body.Add(fn.signature.body);
    CheckBody(body, buffers);
    // What is passed on as a function has the arguments that its caller gives.
    if (all_.ReadsAsValue(fn.name.text) || all_.ReadsMember(fn.name.text)) return;
    NameUses defaults;
    for (const ast::Param& param : fn.signature.params) defaults.Add(param.default_value);
    for (const ast::Param& param : fn.signature.params) {
      bool protocol = &param == &fn.signature.params.front() && param.name.text == "shape";
      bool needed = body.Reads(param.name.text) || defaults.Reads(param.name.text) || GivesDimension(param, body);
      if (!needed && !protocol) ReportUnread(param.name, "the argument", fn.name.text);
    }
  }

  void CheckModel(const ast::Model& model) {
    Names buffers;
    NameUses members;
    for (const ast::ModelMember& member : model.members) {
      auto* param = std::get_if<ast::ParamMember>(&member.node);
      if (param != nullptr) buffers.push_back(param->name.text);
    }
    for (const ast::ModelMember& member : model.members) {
      std::visit(Overloaded{
                     [&](const ast::ParamMember& node) { members.Add(node.type), members.Add(node.init); },
                     [&](const ast::Fn& node) { members.Add(node.signature), CheckFunction(node, buffers); },
                     [&](const ast::SubMember& node) { members.Add(node.value); },
                 },
                 member.node);
    }
    CheckParams(model.params, members, model.name.text);
    for (const ast::ModelMember& member : model.members) {
      auto* sub = std::get_if<ast::SubMember>(&member.node);
      if (sub == nullptr || !trains_ || members.Reads(sub->name.text) || all_.ReadsMember(sub->name.text)) continue;
      ReportUnused(sub->name.span, fmt::format("{}` of `{}", sub->name.text, model.name.text));
    }
  }

  void CheckOptimizer(const ast::Optimizer& optimizer) {
    Names states;
    NameUses uses;
    for (const ast::State& state : optimizer.states) {
      states.push_back(state.name.text);
      uses.Add(state.init);
    }
    uses.Add(optimizer.update);
    CheckBody(uses, states);
    CheckParams(optimizer.params, uses, optimizer.name.text);
  }

  // Static arguments of a model, arguments of an optimizer. A model's can be read from outside: `net.hidden`.
  void CheckParams(const std::vector<ast::Param>& params, NameUses& uses, std::string_view owner) {
    for (const ast::Param& param : params) uses.Add(param);
    for (const ast::Param& param : params) {
      if (uses.Reads(param.name.text) || all_.ReadsMember(param.name.text)) continue;
      ReportUnread(param.name, "the argument", owner);
    }
  }

  void ReportUnread(const ast::Name& name, std::string_view what, std::string_view owner) {
    if (name.text.starts_with('_') || name.text.empty()) return;
    found_
        .Report(DiagnosticKind::kUnreadName, name.span,
                fmt::format("nothing reads {} `{}`{}", what, name.text,
                            owner.empty() ? "" : fmt::format(" of `{}`", owner)))
        .Help(fmt::format("remove it, or call it `_{}` if it has to be there", name.text));
  }

  void ReportUnused(Span span, const std::string& name) {
    found_.Report(DiagnosticKind::kUnusedDeclaration, span, fmt::format("nothing uses `{}`", name))
        .Help("remove it, or use it");
  }

  // Only in a file that trains: what a file without a train block declares is for those who use it.
  void CheckUnused(const ProgramFile& file) {
    for (const auto& declaration : file.declarations) {
      if (!CanGoUnused(*declaration->decl) || all_.Reads(declaration->name)) continue;
      ReportUnused(declaration->span, std::string(declaration->name));
    }
  }

  // `nnc run` calls functions whose arguments are tensors; data and train blocks stand for themselves.
  static bool CanGoUnused(const ast::Decl& decl) {
    if (auto* fn = std::get_if<ast::Fn>(&decl.node)) {
      return std::any_of(fn->signature.params.begin(), fn->signature.params.end(), [](const ast::Param& param) {
        return param.default_value == nullptr && IsStaticType(*param.type);
      });
    }
    return std::holds_alternative<ast::Let>(decl.node) || std::holds_alternative<ast::Model>(decl.node) ||
           std::holds_alternative<ast::Optimizer>(decl.node);
  }

  const Declarations& declarations_;
  Diagnostics& found_;
  NameUses all_;         // of all files of the user
  bool trains_ = false;  // the main file has a train block
};

}  // namespace

void CheckNames(const Declarations& declarations, Diagnostics& found) { NameCheck(declarations, found).Run(); }

}  // namespace nnc::lint
