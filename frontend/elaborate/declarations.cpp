#include "frontend/elaborate/declarations.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "frontend/frontend.h"
#include "frontend/parser.h"
#include "ir/source_file.h"

namespace nnc {

void Declarations::Load(const std::string& path) {
  LoadLibrary();
  LoadUser(sources_.Add(path, ReadSourceFile(path)));
}

void Declarations::LoadLibrary() {
  for (const EmbeddedFile& source : StandardLibrary()) {
    uint32_t id = sources_.Add(std::string(source.path), std::string(source.text), true);
    ProgramFile& file = files_[id];
    file.library = true;
    file.ast = ParseFile(id, sources_, diagnostics_);
    Declare(file, id);
    for (const auto& [name, declaration] : file.names) library_names_[name] = declaration;
  }
}

void Declarations::LoadUser(uint32_t id) {
  active_.push_back(id);
  ProgramFile& file = files_[id];  // a map: stays where it is while used files are added
  file.ast = ParseFile(id, sources_, diagnostics_);
  for (const ast::Decl& decl : file.ast.decls) {
    if (auto* use = std::get_if<ast::Use>(&decl.node)) FollowUse(decl, *use, id);
  }
  Declare(file, id);
  active_.pop_back();
  user_files_.push_back(id);
}

void Declarations::FollowUse(const ast::Decl& decl, const ast::Use& use, uint32_t id) {
  std::filesystem::path path = std::filesystem::path(sources_.file(id).path).parent_path() / use.path;
  std::string name = path.lexically_normal().string(), text;
  try {
    text = ReadSourceFile(name);
  } catch (const Failure& failure) {
    diagnostics_.Report(DiagnosticKind::kCannotRead, decl.span, failure.diagnostic().message);
    return;
  }
  uint32_t used = sources_.Intern(name);
  if (std::find(active_.begin(), active_.end(), used) != active_.end()) {
    diagnostics_.Report(DiagnosticKind::kUseCycle, decl.span,
                        fmt::format("`{}` uses `{}`, which leads back here", sources_.file(id).path, name));
    return;
  }
  files_[id].uses.push_back(used);
  if (!files_.contains(used)) LoadUser(sources_.Add(name, std::move(text)));
}

void Declarations::Declare(ProgramFile& file, uint32_t id) {
  for (const ast::Decl& decl : file.ast.decls) {
    const ast::Name* name = ast::NameOf(decl);
    if (name == nullptr) continue;
    auto declaration = std::make_unique<Declaration>();
    declaration->decl = &decl;
    declaration->name = name->text;
    declaration->span = name->span;
    declaration->file = id;
    auto [first, fresh] = file.names.try_emplace(declaration->name, declaration.get());
    if (!fresh) {
      diagnostics_.Report(DiagnosticKind::kDuplicateName, name->span, fmt::format("`{}` is declared twice", name->text))
          .AddNote(first->second->span, "first here");
      continue;
    }
    file.declarations.push_back(std::move(declaration));
  }
  for (const ast::Decl& decl : file.ast.decls) {
    if (auto* vjp = std::get_if<ast::Vjp>(&decl.node)) DeclareDerivative(file, *vjp);
  }
}

void Declarations::DeclareDerivative(ProgramFile& file, const ast::Vjp& vjp) {
  const ast::Name& name = vjp.name;
  auto declared = file.names.find(name.text);
  bool is_fn = declared != file.names.end() && std::holds_alternative<ast::Fn>(declared->second->decl->node);
  if (!is_fn) {
    diagnostics_
        .Report(DiagnosticKind::kUnknownFunction, name.span, fmt::format("no `fn {}` stands in this file", name.text))
        .Help("a `vjp` stands in the file of the top-level `fn` whose derivative it gives");
    return;
  }
  auto [first, fresh] = file.derivatives.try_emplace(name.text, &vjp);
  if (fresh) return;
  diagnostics_.Report(DiagnosticKind::kDuplicateName, name.span, fmt::format("`{}` has two `vjp`s", name.text))
      .AddNote(first->second->name.span, "the first is here");
}

Declarations::Found Declarations::Find(std::string_view name, uint32_t id) const {
  const ProgramFile& here = file(id);
  auto own = here.names.find(name);
  if (own != here.names.end()) return {own->second, nullptr};
  Found found;
  for (uint32_t used : here.uses) {
    const ProgramFile& other = file(used);
    auto declared = other.names.find(name);
    if (declared == other.names.end() || declared->second == found.declaration) continue;
    (found.declaration == nullptr ? found.declaration : found.other) = declared->second;
  }
  if (found.declaration != nullptr) return found;
  auto library = library_names_.find(name);
  return {library == library_names_.end() ? nullptr : library->second, nullptr};
}

std::vector<std::string> Declarations::Visible(uint32_t id) const {
  std::vector<std::string> names;
  auto add = [&](const std::unordered_map<std::string_view, Declaration*>& from) {
    for (const auto& [name, declaration] : from) names.emplace_back(name);
  };
  add(file(id).names);
  for (uint32_t used : file(id).uses) add(file(used).names);
  add(library_names_);
  std::sort(names.begin(), names.end());  // so that the closest name never depends on hashing
  return names;
}

}  // namespace nnc
