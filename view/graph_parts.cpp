#include "view/graph_parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "ir/graph_view.h"

namespace nnc::view {
namespace {

constexpr int kLeast = 4;  // forward values that make a function's call worth a part

using ir::Value;

std::string ParentPath(const std::string& path) {
  size_t slash = path.rfind('/');
  return slash == std::string::npos ? "" : path.substr(0, slash);
}

// Whether a parameter's name says that it belongs to the part: "net.fc1.weight" to "net/fc1".
bool Owns(std::string path, const std::string& parameter) {
  std::replace(path.begin(), path.end(), '/', '.');
  return parameter.starts_with(path + ".");
}

// A name without the number that makes it unique; "" for a number alone.
std::string GivenName(const ir::Node& node) {
  std::string name = node.name;
  size_t dot = name.rfind('.');
  bool counted = dot != std::string::npos && dot + 1 < name.size() &&
                 name.find_first_not_of("0123456789", dot + 1) == std::string::npos;
  if (counted && node.op != ir::Op::kArgument) name.resize(dot);
  bool number = name.find_first_not_of("0123456789") == std::string::npos;
  return number ? "" : name;
}

class Finder {
 public:
  explicit Finder(const ir::Function& function) : function_(function) {}

  GraphParts Find() {
    FindSides();
    FindPaths();
    DissolveSmall();
    MakeParts();
    MakeIds();
    return std::move(found_);
  }

 private:
  const ir::Node& Node(uint32_t v) const { return function_.node(Value{v}); }

  void FindSides() {
    found_.side_of.assign(function_.size(), Side::kForward);
    std::vector<Value> gradients;
    for (uint32_t v = 0; v < function_.size(); ++v) {
      if (Node(v).origin) gradients.push_back(Value{v});
    }
    std::vector<bool> after = ir::ReachableFrom(function_, gradients);
    for (uint32_t v = 0; v < function_.size(); ++v) {
      if (after[v]) found_.side_of[v] = Node(v).origin ? Side::kGradient : Side::kUpdate;
    }
    FindSeeds();
  }

  // What gradients alone read and nothing makes: the 1 that they start from.
  void FindSeeds() {
    std::vector<bool> forward(function_.size()), gradient(function_.size());
    for (uint32_t v = 0; v < function_.size(); ++v) {
      for (Value operand : Node(v).operands) (Node(v).origin ? gradient : forward)[operand.index] = true;
    }
    for (uint32_t v = function_.argument_count(); v < function_.size(); ++v) {
      if (Node(v).operands.empty() && gradient[v] && !forward[v]) found_.side_of[v] = Side::kGradient;
    }
  }

  void FindPaths() {
    paths_.resize(function_.size());
    for (uint32_t v = 0; v < function_.size(); ++v) {
      const ir::Node& node = Node(v);
      if (node.origin) continue;
      paths_[v] = node.part;
      for (Value operand : node.operands) {
        if (operand.index < function_.argument_count()) PlaceArgument(operand.index, node.part);
      }
    }
    for (uint32_t v = 0; v < function_.size(); ++v) {
      if (Node(v).origin) paths_[v] = paths_[Node(v).origin->forward.index];
    }
  }

  // An argument has a user in the part `path`.
  void PlaceArgument(uint32_t v, std::string path) {
    while (!path.empty() && !Owns(path, Node(v).name)) path = ParentPath(path);
    models_.insert(path);
    if (path.size() > paths_[v].size()) paths_[v] = path;
  }

  // Takes away parts with one forward value, and parts that hold all of another one.
  void DissolveSmall() {
    std::map<std::string, int> sizes;
    for (uint32_t v = 0; v < function_.size(); ++v) {
      if (found_.side_of[v] != Side::kForward) continue;
      for (std::string path = paths_[v]; !path.empty(); path = ParentPath(path)) ++sizes[path];
    }
    for (std::string& path : paths_) {
      auto is_small = [&] { return sizes[path] < (models_.contains(path) ? 2 : kLeast); };
      while (!path.empty() && (is_small() || sizes[path] == sizes[ParentPath(path)])) path = ParentPath(path);
    }
  }

  int PartOf(const std::string& path) {
    auto known = index_.find(path);
    if (known != index_.end()) return known->second;
    Part part{.path = path, .name = path.empty() ? function_.name() : path.substr(path.rfind('/') + 1)};
    if (!path.empty()) part.parent = PartOf(ParentPath(path));
    int index = index_[path] = static_cast<int>(found_.parts.size());
    if (!path.empty()) found_.parts[static_cast<size_t>(part.parent)].children.push_back(index);
    found_.parts.push_back(std::move(part));
    return index;
  }

  void MakeParts() {
    PartOf("");
    for (uint32_t v = function_.argument_count(); v < function_.size(); ++v) PartOf(paths_[v]);
    for (uint32_t v = 0; v < function_.size(); ++v) {
      int part = PartOf(paths_[v]);
      found_.part_of.push_back(part);
      found_.parts[static_cast<size_t>(part)].values.push_back(v);
      bool parameter = v < function_.argument_count();
      for (int at = part; parameter && at >= 0; at = found_.parts[static_cast<size_t>(at)].parent) {
        found_.parts[static_cast<size_t>(at)].model = true;
      }
      if (found_.side_of[v] != Side::kForward) continue;
      for (int at = part; at >= 0; at = found_.parts[static_cast<size_t>(at)].parent) {
        ++found_.parts[static_cast<size_t>(at)].size;
      }
    }
  }

  void MakeIds() {
    std::map<std::string, int> times;
    std::map<std::string, uint32_t> named;
    for (uint32_t v = 0; v < function_.size(); ++v) {
      auto of = found_.side_of[v] == Side::kGradient && Node(v).name.starts_with("d.")
                    ? named.find(Node(v).name.substr(2))
                    : named.end();
      found_.names.push_back(of == named.end() ? GivenName(Node(v)) : GradientName(of->second));
      std::string id = of == named.end() ? Wish(v) : "d " + found_.ids[of->second];
      int count = ++times[id];
      found_.ids.push_back(count == 1 ? id : fmt::format("{}({})", id, count));
      named[Node(v).name] = v;
    }
  }

  std::string GradientName(uint32_t of) const { return found_.names[of].empty() ? "" : "d " + found_.names[of]; }

  // The id of value v, before it is made unique.
  std::string Wish(uint32_t v) const {
    const ir::Node& node = Node(v);
    if (node.op == ir::Op::kArgument) return node.name;
    std::string name = found_.names[v].empty() ? std::string(ir::InfoOf(node.op).mnemonic) : found_.names[v];
    if (node.origin) return fmt::format("d {}/{}", found_.ids[node.origin->forward.index], name);
    return (paths_[v].empty() ? "" : paths_[v] + "/") + name;
  }

  const ir::Function& function_;
  GraphParts found_;
  std::vector<std::string> paths_;
  std::set<std::string> models_;  // paths that own parameters
  std::map<std::string, int> index_;
};

}  // namespace

bool GraphParts::Within(int part, int ancestor) const {
  while (part >= 0 && part != ancestor) part = parts[static_cast<size_t>(part)].parent;
  return part == ancestor;
}

GraphParts PartsOf(const ir::Function& function) { return Finder(function).Find(); }

}  // namespace nnc::view
