#include "view/course_variables.h"

#include <algorithm>

#include "ir/graph_view.h"

namespace nnc::view {

using ir::Value;

CourseVariables::CourseVariables(const ir::Function& function, const GraphParts& parts, const Boxes& boxes)
    : function_(function), parts_(parts), boxes_(boxes), loss_(function.results().front().value.index) {
  std::vector<Value> arguments, trained;
  for (uint32_t v = 0; v < function.argument_count(); ++v) {
    arguments.push_back(Value{v});
    if (!HasGradient(v)) continue;
    trained.push_back(Value{v});
    trained_.insert(v);
  }
  known_ = ir::ReachableFrom(function, arguments);
  active_ = ir::ReachableFrom(function, trained);
  needed_ = ir::Reaching(function, {Value{loss_}});
  FindOutputs();
}

bool CourseVariables::HasGradient(uint32_t v) const {
  const auto& results = function_.results();
  std::string name = "d." + function_.node(Value{v}).name;
  return std::any_of(results.begin(), results.end(), [&](const ir::Result& each) { return each.name == name; });
}

bool CourseVariables::IsShown(uint32_t v) const {
  return needed_[v] && known_[v] && parts_.side_of[v] == Side::kForward;
}

bool CourseVariables::Moves(uint32_t v) const {
  const ir::Node& node = function_.node(Value{v});
  bool moves = ir::InfoOf(node.op).op_class == ir::OpClass::kMovement || node.op == ir::Op::kCast ||
               node.op == ir::Op::kStopGradient;
  return moves && node.operands.size() == 1 && BoxOf(v).folded < 0 && v != loss_;
}

uint32_t CourseVariables::Source(uint32_t v) const {
  while (Moves(v)) v = function_.node(Value{v}).operands[0].index;
  const Box& box = BoxOf(v);
  if (!IsTrained(v) || box.folded < 0) return v;
  return *std::find_if(box.values.begin(), box.values.end(), [&](uint32_t each) { return IsTrained(each); });
}

void CourseVariables::FindOutputs() {
  outputs_.resize(boxes_.boxes.size());
  for (uint32_t user = 0; user < function_.size(); ++user) {
    if (!IsShown(user) || Moves(user)) continue;
    for (Value operand : function_.node(Value{user}).operands) {
      uint32_t v = Source(operand.index);
      int box = boxes_.box_of[v];
      if (box != boxes_.box_of[user] && !IsOutside(v, box)) outputs_[static_cast<size_t>(box)].insert(v);
    }
  }
  outputs_[static_cast<size_t>(boxes_.box_of[loss_])].insert(loss_);
}

std::vector<uint32_t> CourseVariables::Inputs(int box) const {
  std::vector<uint32_t> inputs;
  for (uint32_t v : boxes_.boxes[static_cast<size_t>(box)].values) {
    if (!IsShown(v)) continue;
    for (Value operand : function_.node(Value{v}).operands) {
      uint32_t from = Source(operand.index);
      bool fresh = std::find(inputs.begin(), inputs.end(), from) == inputs.end();
      if (IsShown(from) && IsOutside(from, box) && fresh) inputs.push_back(from);
    }
  }
  return inputs;
}

}  // namespace nnc::view
