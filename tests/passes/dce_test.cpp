#include "passes/dce.h"

#include <gtest/gtest.h>

#include "tests/passes/ir_text.h"

namespace nnc::passes {
namespace {

TEST(Dce, ChangesNothingThatIsNeeded) {
  ir::Function f = FromText("%x: f32[3]", "%a = exp %x : f32[3]\n%y = neg %a : f32[3]", "a = %a, y = %y");
  EXPECT_EQ(BodyText(EliminateDeadCode(f)), BodyText(f));
}

TEST(Dce, LeavesOutWhatNoResultNeedsButKeepsArguments) {
  ir::Function f = FromText("%x: f32[3], %unused: f32[3]",
                            "%a = exp %x : f32[3]\n%y = neg %x : f32[3]\n%b = neg %a : f32[3]", "y = %y");
  ir::Function g = EliminateDeadCode(f);
  EXPECT_EQ(g.argument_count(), 2u);
  EXPECT_EQ(BodyText(g), "%y = neg %x : f32[3]\nreturn y = %y\n");
}

TEST(Dce, DropsAnOriginThatIsLeftOut) {
  ir::Function f = FromText("%x: f32", "%a = exp %x : f32\n%y = neg %x : f32 from(%a, vjp exp)", "y = %y");
  EXPECT_EQ(BodyText(EliminateDeadCode(f)), "%y = neg %x : f32\nreturn y = %y\n");
}

}  // namespace
}  // namespace nnc::passes
