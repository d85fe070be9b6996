// `name = value` in data and train blocks, where `name` is a setting of the block.
#pragma once

#include "frontend/elaborate/elaborator.h"

namespace nnc {

// Reads one setting's value into a plan. Each method reports a value of another kind and leaves its target as it was.
struct SettingReader {
  Elaborator& elaborator;
  Frame& frame;  // without a graph: settings are static
  const ast::Name& name;
  const ast::Expr& value;

  void Int(int64_t& target);
  void Count(int64_t& target, int64_t least);  // an int that is at least `least`
  void Bool(bool& target);
  void PositiveFloat(double& target);
};

}  // namespace nnc
