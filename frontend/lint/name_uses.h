// Which names a piece of a syntax tree reads and binds, whatever they mean there.
#pragma once

#include <string_view>
#include <unordered_set>
#include <vector>

#include "frontend/ast.h"

namespace nnc::lint {

class NameUses {
 public:
  // What is null is left out.
  void Add(const ast::ExprPtr& expr);
  void Add(const ast::TypePtr& type);
  void Add(const ast::Block& block);
  void Add(const ast::Param& param);  // its type and default
  void Add(const ast::Signature& signature);
  void Add(const ast::Decl& decl);

  // Whether a name is read, as `x` or as `object.x`.
  bool Reads(std::string_view name) const { return read_.contains(name); }
  bool ReadsMember(std::string_view name) const { return members_.contains(name); }
  // Whether it is read other than to call it: passed on, say.
  bool ReadsAsValue(std::string_view name) const { return values_.contains(name); }

  // The names that each assignment binds.
  const std::vector<std::vector<const ast::Name*>>& bindings() const { return bindings_; }
  // The first statement of each block that comes after a `return`.
  const std::vector<const ast::Stmt*>& unreachable() const { return unreachable_; }

 private:
  template <class T>
  void AddAll(const std::vector<T>& nodes) {
    for (const T& node : nodes) Add(node);
  }
  void Add(const ast::Stmt& statement);
  void Add(const ast::IndexItem& item);
  void Add(const ast::MinimizeGroup& group);
  void AddCall(const ast::Call& call);
  void AddModel(const ast::Model& model);
  void AddData(const ast::Data& data);
  void AddTrain(const ast::Train& train);

  std::unordered_set<std::string_view> read_, members_, values_;
  std::vector<std::vector<const ast::Name*>> bindings_;
  std::vector<const ast::Stmt*> unreachable_;
};

}  // namespace nnc::lint
