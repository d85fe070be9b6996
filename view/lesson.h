// One evaluation of a loss, forward and backward, cut into the modules of the program: what the page of `nnc explain`
// tells about. The driver makes the first part, `LessonOf` the second.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "codegen/step_plan.h"
#include "ir/evaluate.h"
#include "ir/function.h"
#include "ir/source.h"
#include "view/statistics.h"

namespace nnc::view {

// What is kept of a tensor: enough to show it, whatever its size.
struct Numbers {
  std::vector<int64_t> shape = {};
  Statistics statistics = {};
  std::vector<double> first = {};
  std::vector<int64_t> counts = {};  // of the histogram's bins
};
Numbers NumbersOf(const ir::Tensor& tensor);

struct LessonInput {
  std::string title = {};
  std::vector<std::pair<std::string, std::string>> facts = {};  // ("run", "fit")
  std::string remark = {};                                      // about the sample; may be empty
  const SourceManager* sources = nullptr;
  ir::Function function;  // the loss and behind it the adjoints
  ir::Value loss = {};
  std::vector<std::pair<ir::Value, ir::Value>> adjoints = {};  // of values, in order
  std::vector<Numbers> numbers = {};                           // of each value
  codegen::StepPlan step = {};                                 // the optimised training step
  std::string step_text = {};                                  // its IR
};

// What one expression of the program computes.
struct LessonModule {
  std::string name;   // the callee or operator at its place: "fc1", "relu"
  std::string block;  // of layers in a list, which one: "gpt.blocks.2"
  Span span;
  std::vector<ir::Value> values;           // its nodes, in order
  std::vector<ir::Value> inputs, outputs;  // from outside; what others, or nobody but the reader, use
  std::vector<ir::Value> backward;         // the nodes that its rules made, in order
};

struct Lesson : LessonInput {
  std::vector<LessonModule> modules;
  std::vector<int> module_of;                     // by value, its forward module; -1: an argument or none
  std::vector<int> rule_of;                       // by value, the module whose rule made it; -1: none
  std::vector<std::optional<ir::Value>> adjoint;  // by value
  std::vector<std::vector<ir::Value>> users;      // by value, in the forward pass

  bool is_forward(ir::Value v) const { return forward[v.index]; }
  std::vector<bool> forward;
};

// Cuts the loss into modules: nodes that the program has at one place, and of several layers in a loop each. A node
// without a place goes with the one before.
Lesson LessonOf(LessonInput input);

}  // namespace nnc::view
