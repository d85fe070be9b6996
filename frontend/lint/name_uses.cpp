#include "frontend/lint/name_uses.h"

#include "frontend/elaborate/overloaded.h"

namespace nnc::lint {
namespace {

void CollectNames(const ast::Pattern& pattern, std::vector<const ast::Name*>& names) {
  if (auto* name = std::get_if<ast::Name>(&pattern.node)) names.push_back(name);
  if (auto* parts = std::get_if<std::vector<ast::Pattern>>(&pattern.node)) {
    for (const ast::Pattern& part : *parts) CollectNames(part, names);
  }
}

bool AlwaysReturns(const ast::Block& block);

bool AlwaysReturns(const ast::Stmt& statement) {
  if (std::holds_alternative<ast::Return>(statement.node)) return true;
  auto* branches = std::get_if<ast::If>(&statement.node);
  return branches != nullptr && AlwaysReturns(branches->then) && AlwaysReturns(branches->otherwise);
}

bool AlwaysReturns(const ast::Block& block) {
  for (const ast::Stmt& statement : block) {
    if (AlwaysReturns(statement)) return true;
  }
  return false;
}

}  // namespace

void NameUses::Add(const ast::ExprPtr& expr) {
  if (expr == nullptr) return;
  std::visit(
      Overloaded{
          [&](const ast::NameExpr& node) { read_.insert(node.name), values_.insert(node.name); },
          [&](const ast::Binary& node) { Add(node.lhs), Add(node.rhs); },
          [&](const ast::Unary& node) { Add(node.operand); },
          [&](const ast::Range& node) { Add(node.first), Add(node.last); },
          [&](const ast::Member& node) { Add(node.object), members_.insert(node.member.text); },
          [&](const ast::Call& node) { AddCall(node); },
          [&](const ast::Index& node) { Add(node.object), AddAll(node.items); },
          [&](const ast::IfExpr& node) { Add(node.condition), Add(node.then), Add(node.otherwise); },
          [&](const ast::FnLiteral& node) { Add(node.body); },
          [&](const ast::TupleExpr& node) { AddAll(node.elements); },
          [&](const ast::ListExpr& node) { AddAll(node.elements); },
          [&](const ast::Comprehension& node) { Add(node.element), Add(node.source); }, [](const auto&) {},  // literals
      },
      expr->node);
}

void NameUses::Add(const ast::IndexItem& item) { Add(item.first), Add(item.last); }

void NameUses::AddCall(const ast::Call& call) {
  auto* name = std::get_if<ast::NameExpr>(&call.callee->node);
  name != nullptr ? void(read_.insert(name->name)) : Add(call.callee);
  for (const ast::Argument& argument : call.arguments) Add(argument.value);
}

void NameUses::Add(const ast::TypePtr& type) {
  if (type == nullptr) return;
  std::visit(Overloaded{
                 [&](const ast::TensorTypeExpr& node) { AddAll(node.dims); },
                 [&](const ast::ClassTypeExpr& node) { Add(node.classes), AddAll(node.dims); },
                 [&](const ast::ListTypeExpr& node) { Add(node.element); },
                 [&](const ast::TupleTypeExpr& node) { AddAll(node.elements); },
                 [](const ast::StaticType&) {},
             },
             type->node);
}

void NameUses::Add(const ast::Block& block) {
  bool returned = false;
  for (const ast::Stmt& statement : block) {
    if (returned) {
      unreachable_.push_back(&statement);
      returned = false;  // one report a block
    }
    Add(statement);
    returned = AlwaysReturns(statement);
  }
}

void NameUses::Add(const ast::Stmt& statement) {
  std::visit(Overloaded{
                 [&](const ast::Return& node) { Add(node.value); },
                 [&](const ast::For& node) { Add(node.source), Add(node.body); },
                 [&](const ast::If& node) { Add(node.condition), Add(node.then), Add(node.otherwise); },
                 [&](const ast::Assign& node) {
                   CollectNames(node.target, bindings_.emplace_back());
                   Add(node.value);
                 },
             },
             statement.node);
}

void NameUses::Add(const ast::Param& param) { Add(param.type), Add(param.default_value); }

void NameUses::Add(const ast::Signature& signature) {
  AddAll(signature.params);
  Add(signature.result);
  Add(signature.body);
}

void NameUses::AddModel(const ast::Model& model) {
  AddAll(model.params);
  for (const ast::ModelMember& member : model.members) {
    std::visit(Overloaded{
                   [&](const ast::ParamMember& node) { Add(node.type), Add(node.init); },
                   [&](const ast::Fn& node) { Add(node.signature); },
                   [&](const ast::SubMember& node) { Add(node.value); },
               },
               member.node);
  }
}

void NameUses::AddData(const ast::Data& data) {
  auto add_field = [&](const ast::Field& field) { Add(field.type), Add(field.source); };
  for (const ast::DataItem& item : data.items) {
    std::visit(Overloaded{
                   [&](const ast::Field& node) { add_field(node); },
                   [&](const ast::Generate& node) {
                     Add(node.range);
                     for (const ast::GenerateItem& each : node.body) {
                       std::visit(Overloaded{add_field, [&](const ast::Stmt& statement) { Add(statement); }}, each);
                     }
                   },
                   [&](const ast::Normalize& node) { Add(node.over), Add(node.like); },
                   [&](const ast::Split& node) {
                     for (const ast::SplitPart& part : node.parts) Add(part.size);
                   },
                   [&](const ast::Setting& node) { Add(node.value); },
               },
               item.node);
  }
}

void NameUses::Add(const ast::MinimizeGroup& group) { Add(group.over), Add(group.optimizer); }

void NameUses::AddTrain(const ast::Train& train) {
  for (const ast::TrainItem& item : train.items) {
    std::visit(Overloaded{
                   [&](const ast::Minimize& node) { Add(node.loss), AddAll(node.groups); },
                   [&](const ast::Metric& node) { Add(node.value); },
                   [&](const ast::Stmt& node) { Add(node); },
               },
               item.node);
  }
}

void NameUses::Add(const ast::Decl& decl) {
  std::visit(Overloaded{
                 [](const ast::Use&) {},
                 [&](const ast::Let& node) { Add(node.value); },
                 [&](const ast::Fn& node) { Add(node.signature); },
                 [&](const ast::Vjp& node) { read_.insert(node.name.text), Add(node.body); },
                 [&](const ast::Model& node) { AddModel(node); },
                 [&](const ast::Optimizer& node) {
                   AddAll(node.params);
                   for (const ast::State& state : node.states) Add(state.init);
                   Add(node.update);
                 },
                 [&](const ast::Data& node) { AddData(node); },
                 [&](const ast::Train& node) { AddTrain(node); },
             },
             decl.node);
}

}  // namespace nnc::lint
