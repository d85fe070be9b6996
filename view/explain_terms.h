// How the page of `nnc explain` writes values, so that one is found wherever it stands: each mention has the value's
// number as `data-value`, which view/assets/explain.js lights up together.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "view/lesson.h"
#include "view/op_formulas.h"

namespace nnc::view {

// The name of a value in mathematics: h₈ for %8, y₁ for %y.1, W with fc1 below it for %net.fc1.weight.
Math NameOf(const ir::Function& function, ir::Value value);

// The values of one function: the lesson's, or the body of a loop in it.
class Terms {
 public:
  explicit Terms(const Lesson& lesson) : Terms(lesson, lesson.function, "") {}
  // Of the body of loop `loop`: its values' numbers follow the loop's, "25.3".
  static Terms OfBody(const Terms& around, ir::Value loop);

  const Lesson& lesson() const { return lesson_; }
  const ir::Function& function() const { return function_; }
  std::string Attribute(ir::Value value) const;  // data-value="8"
  Math Name(ir::Value value) const;              // marked; a constant is its number
  Math AdjointName(ir::Value value) const;       // marked as the adjoint's value, where there is one
  Naming Names() const;

 private:
  Terms(const Lesson& lesson, const ir::Function& function, std::string prefix)
      : lesson_(lesson), function_(function), prefix_(std::move(prefix)) {}

  const Lesson& lesson_;
  const ir::Function& function_;
  std::string prefix_;
};

struct Equation {
  ir::Value value;
  Math formula;  // y = ...
};

// The equations of some values. One that has no name in the program and is used once is written where it is used, up to
// a length that can be read; so are constants.
std::vector<Equation> EquationsOf(const Terms& terms, const std::vector<ir::Value>& values);

// A value's line of IR, in which every value is marked; a loop's has several lines.
std::string IrLine(const Terms& terms, ir::Value value);

}  // namespace nnc::view
