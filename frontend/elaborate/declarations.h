// The files of a program and the names they declare.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "frontend/ast.h"
#include "frontend/elaborate/value.h"
#include "ir/diagnostics.h"

namespace nnc {

// A top-level declaration with a name. Its value is found at the first use.
struct Declaration {
  enum class State { kNew, kActive, kDone };

  const ast::Decl* decl = nullptr;
  std::string_view name;
  Span span;  // of the name
  uint32_t file = 0;
  State state = State::kNew;
  Value value;
};

struct ProgramFile {
  ast::File ast;
  bool library = false;
  std::vector<std::unique_ptr<Declaration>> declarations;  // in file order
  std::unordered_map<std::string_view, Declaration*> names;
  std::unordered_map<std::string_view, const ast::Vjp*> derivatives;  // `vjp NAME(...)` by NAME
  std::vector<uint32_t> uses;
};

class Declarations {
 public:
  Declarations(SourceManager& sources, Diagnostics& diagnostics) : sources_(sources), diagnostics_(diagnostics) {}

  // Parses the standard library, the file at `path` and all files it uses. Reports syntax errors, files that cannot be
  // read, use cycles (E0208) and names declared twice in one file (E0202). Throws Failure where `path` itself cannot be
  // read.
  void Load(const std::string& path);

  // What a top-level name means in `file`: the file's own declaration, else that of a file it uses, else the library's.
  struct Found {
    Declaration* declaration = nullptr;  // null: none
    Declaration* other = nullptr;        // set: two used files declare it
  };
  Found Find(std::string_view name, uint32_t file) const;
  // All top-level names that `file` sees.
  std::vector<std::string> Visible(uint32_t file) const;

  // Files of the user, the main file last: what a file uses comes before it.
  const std::vector<uint32_t>& user_files() const { return user_files_; }
  const ProgramFile& file(uint32_t id) const { return files_.at(id); }
  uint32_t main_file() const { return user_files_.back(); }

 private:
  void LoadLibrary();
  void LoadUser(uint32_t id);
  void Declare(ProgramFile& file, uint32_t id);
  void DeclareDerivative(ProgramFile& file, const ast::Vjp& vjp);
  void FollowUse(const ast::Decl& decl, const ast::Use& use, uint32_t id);

  SourceManager& sources_;
  Diagnostics& diagnostics_;
  std::map<uint32_t, ProgramFile> files_;
  std::unordered_map<std::string_view, Declaration*> library_names_;
  std::vector<uint32_t> user_files_;
  std::vector<uint32_t> active_;  // files whose uses are being followed
};

}  // namespace nnc
