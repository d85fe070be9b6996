#include "view/course_graph.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "view/course_variables.h"

namespace nnc::view {
namespace {

using ir::Value;

// "12" as "₁₂".
std::string Subscript(int number) {
  std::string text;
  for (char digit : std::to_string(number)) text += std::string("\xE2\x82") + static_cast<char>(0x80 + (digit - '0'));
  return text;
}

class Maker {
 public:
  Maker(const ir::Function& function, const GraphParts& parts, const std::set<int>& open)
      : function_(function),
        parts_(parts),
        boxes_(BoxesOf(function, parts, open)),
        variables_(function, parts, boxes_),
        loss_(variables_.loss()) {}

  CourseGraph Make() {
    for (uint32_t v = 0; v < function_.argument_count(); ++v) {
      if (!variables_.IsShown(v) || variables_.Source(v) != v) continue;
      AddVariable(v, variables_.IsTrained(v) ? CourseKind::kParameter : CourseKind::kObserved);
    }
    std::vector<int> order;
    for (uint32_t v = function_.argument_count(); v < function_.size(); ++v) {
      int box = boxes_.box_of[v];
      if (variables_.IsShown(v) && !variables_.Moves(v) && std::find(order.begin(), order.end(), box) == order.end())
        order.push_back(box);
    }
    FindCosts(boxes_.box_of[loss_]);
    for (int box : order) AddFunction(box);
    for (int box : order) ConnectInputs(box);
    if (variables_.IsActive(loss_)) AddBackward(order);
    return std::move(made_);
  }

 private:
  const Box& BoxAt(int box) const { return boxes_.boxes[static_cast<size_t>(box)]; }

  int Add(CourseNode node) {
    made_.nodes.push_back(std::move(node));
    return static_cast<int>(made_.nodes.size()) - 1;
  }
  void Connect(int from, int to) { made_.edges.emplace_back(from, to); }

  void AddVariable(uint32_t v, CourseKind kind) {
    node_of_[v] = Add({.kind = kind,
                       .id = parts_.ids[v],
                       .label = NameOfVariable(v),
                       .part = BoxAt(boxes_.box_of[v]).part,
                       .value = v});
  }

  // Parameters have the names of the last part, too: "fc1.weight"; those of a folded part are θ, together.
  std::string NameOfVariable(uint32_t v) {
    const Box& box = BoxAt(boxes_.box_of[v]);
    const std::string& name = parts_.names[v];
    if (name.empty()) return "h" + Subscript(++unnamed_);
    if (!variables_.IsTrained(v)) return name;
    if (box.folded >= 0) return "θ " + parts_.parts[static_cast<size_t>(box.folded)].name;
    size_t part = name.rfind('.', name.rfind('.') - 1);
    return part == std::string::npos ? name : name.substr(part + 1);
  }

  // The function of the loss, and what gives the terms and factors that a loss is put together from.
  void FindCosts(int box) {
    if (!costs_.insert(box).second || BoxAt(box).folded >= 0) return;
    for (uint32_t v : variables_.Inputs(box)) {
      if (v >= function_.argument_count() && function_.type(Value{v}).is_scalar()) FindCosts(boxes_.box_of[v]);
    }
  }

  void AddFunction(int box) {
    const Box& shown = BoxAt(box);
    uint32_t first = shown.values.front();
    bool folded = shown.folded >= 0;
    std::string label = folded ? parts_.parts[static_cast<size_t>(shown.folded)].name
                               : std::string(ir::InfoOf(function_.node(Value{first}).op).mnemonic);
    int function = Add({.kind = costs_.contains(box) ? CourseKind::kCost : CourseKind::kFunction,
                        .id = folded ? shown.id : "f " + shown.id,
                        .label = label,
                        .part = shown.part,
                        .value = first,
                        .folded = folded});
    function_of_[box] = function;
    for (uint32_t v : variables_.Outputs(box)) {
      if (v == loss_) continue;  // the square says it
      AddVariable(v, CourseKind::kComputed);
      Connect(function, node_of_[v]);
    }
  }

  void ConnectInputs(int box) {
    for (uint32_t v : variables_.Inputs(box)) Connect(node_of_.at(v), function_of_[box]);
  }

  std::string LabelAt(uint32_t v) const {
    return v == loss_ ? "C" : made_.nodes[static_cast<size_t>(node_of_.at(v))].label;
  }

  // From the cost down: for each function the products of its results' gradients with its derivatives.
  void AddBackward(const std::vector<int>& order) {
    int cost = function_of_[boxes_.box_of[loss_]];
    int one = Add({.kind = CourseKind::kOne, .id = "d C", .label = "1", .beside = -1, .value = loss_});
    made_.nodes[static_cast<size_t>(one)].beside = cost;
    gradient_[loss_] = one;
    for (auto box = order.rbegin(); box != order.rend(); ++box) {
      for (uint32_t y : variables_.Outputs(*box)) {
        if (!variables_.IsActive(y)) continue;
        int above = GradientOf(y);
        if (above < 0) continue;
        for (uint32_t x : variables_.Inputs(*box)) {
          if (variables_.IsActive(x)) AddProduct(*box, y, x, above);
        }
      }
    }
    for (uint32_t v = 0; v < function_.argument_count(); ++v) {
      if (variables_.IsShown(v) && variables_.IsActive(v)) GradientOf(v);
    }
  }

  void AddProduct(int box, uint32_t y, uint32_t x, int above) {
    int function = function_of_[box];
    std::string ratio = fmt::format("d {}/d {}", y == loss_ ? "C" : parts_.ids[y], parts_.ids[x]);
    CourseNode derivative{
        .kind = CourseKind::kDerivative, .id = ratio, .label = fmt::format("∂{}/∂{}", LabelAt(y), LabelAt(x))};
    CourseNode product{.kind = CourseKind::kProduct, .id = "product " + ratio, .label = "×"};
    derivative.beside = product.beside = function;
    derivative.value = product.value = y;
    int from = Add(derivative), to = Add(product);
    Connect(from, to);
    Connect(above, to);
    shares_[x].push_back(to);
  }

  // The gradient of a variable, once all that reads it has added its share; -1 if nothing has.
  int GradientOf(uint32_t v) {
    auto known = gradient_.find(v);
    if (known != gradient_.end()) return known->second;
    const std::vector<int>& shares = shares_[v];
    if (shares.empty()) return -1;
    CourseNode node{
        .kind = CourseKind::kGradient, .id = "d " + parts_.ids[v], .label = fmt::format("∂C/∂{}", LabelAt(v))};
    node.beside = node_of_.at(v);
    node.value = v;
    int gradient = Add(node);
    int into = gradient;
    if (shares.size() > 1) {
      CourseNode sum{.kind = CourseKind::kSum, .id = "sum d " + parts_.ids[v], .label = "+"};
      sum.beside = node.beside;
      sum.value = v;
      into = Add(sum);
      Connect(into, gradient);
    }
    for (int share : shares) Connect(share, into);
    return gradient_[v] = gradient;
  }

  const ir::Function& function_;
  const GraphParts& parts_;
  Boxes boxes_;
  CourseVariables variables_;
  uint32_t loss_;
  CourseGraph made_;
  std::map<uint32_t, int> node_of_, gradient_;
  std::map<uint32_t, std::vector<int>> shares_;
  std::map<int, int> function_of_;  // by box
  std::set<int> costs_;             // boxes
  int unnamed_ = 0;
};

}  // namespace

CourseGraph CourseGraphOf(const ir::Function& function, const GraphParts& parts, const std::set<int>& open) {
  return function.results().empty() ? CourseGraph() : Maker(function, parts, open).Make();
}

}  // namespace nnc::view
