#include "frontend/elaborate/loop_body.h"

#include <algorithm>
#include <set>

#include "ir/scan.h"

namespace nnc {

namespace {

// Gives each wish once, with a suffix where it is taken.
class Names {
 public:
  std::string Take(std::string_view wish) {
    std::string name(wish);
    for (int i = 1; !taken_.insert(name).second; ++i) name = std::string(wish) + "." + std::to_string(i);
    return name;
  }

 private:
  std::set<std::string> taken_;
};

class Cut {
 public:
  Cut(Graph& graph, const std::vector<ir::Value>& inputs) : graph_(graph), inputs_(inputs) {
    inside_.resize(function().size());
    roots_.insert(inputs.begin(), inputs.end());
    while (MarkInside()) {
    }
  }

  LoopBody Run(size_t carries, const std::vector<ir::Value>& values) {
    LoopBody body;
    Names names;
    std::vector<ir::Result> arguments, results;
    auto add = [&](ir::Value value, std::string_view otherwise) {
      std::string_view name = graph_.NameOf(value);
      arguments.push_back({names.Take(name.empty() ? otherwise : name), value});
    };
    for (ir::Value input : inputs_) add(input, arguments.size() < carries ? "h" : "x");
    body.captures = Captures(values);
    for (ir::Value capture : body.captures) add(capture, "k");
    for (size_t i = 0; i < values.size(); ++i) {
      results.push_back({i < carries ? arguments[i].name : names.Take("y"), values[i]});
    }
    body.function = graph_.CutOut("body", arguments, results);
    return body;
  }

 private:
  const ir::Function& function() const { return graph_.function(); }

  // Marks what is computed from a root. Returns whether that made new roots: what derivatives inside are taken by.
  bool MarkInside() {
    bool more = false;
    for (uint32_t i = 0; i < function().size(); ++i) {
      const ir::Node& node = function().nodes()[i];
      for (ir::Value operand : node.operands) {
        if (inside_[operand.index] || roots_.contains(operand)) inside_[i] = true;
      }
      const bool is_request = node.op == ir::Op::kVjp || node.op == ir::Op::kJacobian;
      if (!inside_[i] || !is_request || inside_[node.operands[1].index]) continue;
      more |= roots_.insert(node.operands[1]).second;
    }
    return more;
  }

  // Constants, sizes and index ranges are made again inside.
  bool IsCaptured(ir::Value value) const {
    bool is_input = std::ranges::find(inputs_, value) != inputs_.end();
    bool is_source = function().node(value).operands.empty() && !graph_.IsPlaceholder(value);
    return !is_input && !inside_[value.index] && !is_source;
  }

  std::vector<ir::Value> Captures(const std::vector<ir::Value>& results) const {
    std::vector<bool> needed(function().size());
    for (ir::Value result : results) needed[result.index] = true;
    std::vector<ir::Value> captures;
    for (uint32_t i = function().size(); i-- > 0;) {
      if (!needed[i]) continue;
      if (IsCaptured({i})) captures.push_back({i});
      if (!inside_[i]) continue;
      for (ir::Value operand : function().nodes()[i].operands) needed[operand.index] = true;
    }
    std::ranges::reverse(captures);
    return captures;
  }

  Graph& graph_;
  const std::vector<ir::Value>& inputs_;
  std::set<ir::Value> roots_;
  std::vector<bool> inside_;
};

}  // namespace

LoopBody CutLoopBody(Graph& graph, const std::vector<ir::Value>& inputs, size_t carries,
                     const std::vector<ir::Value>& results) {
  return Cut(graph, inputs).Run(carries, results);
}

}  // namespace nnc
