// What `nnc doc` shows.
#include "frontend/doc/documentation.h"

#include <algorithm>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace nnc {
namespace {

using ::testing::EndsWith;
using ::testing::StartsWith;

const Documentation& Find(const std::vector<Documentation>& all, std::string_view name) {
  return *std::find_if(all.begin(), all.end(), [&](const Documentation& each) { return each.name == name; });
}

TEST(Documentation, EveryDeclarationHasAComment) {
  for (const Documentation& each : AllDocumentation()) {
    EXPECT_FALSE(each.comment.empty()) << each.place << ": `" << each.name << "` has no comment";
    EXPECT_FALSE(each.source.empty()) << each.place;
  }
}

TEST(Documentation, ShowsTheWholeDeclarationAlone) {
  std::vector<Documentation> all = AllDocumentation();
  const Documentation& adam = Find(all, "adam");
  EXPECT_EQ(adam.file(), "std/optimizers.nn");
  EXPECT_THAT(adam.source, StartsWith("optimizer adam(lr: f32 = 1e-3"));
  EXPECT_THAT(adam.source, EndsWith("  }\n}\n"));
  EXPECT_EQ(adam.source.find("adamw"), std::string::npos);
}

TEST(Documentation, ShowsSignaturesOfBuiltins) {
  std::vector<Documentation> all = AllDocumentation();
  EXPECT_EQ(Find(all, "sum").source, "sum(x, *, axis = ..., keepdims = ...)\n");
  EXPECT_EQ(Find(all, "einsum").source, "einsum(pattern, ...)\n");
  EXPECT_EQ(Find(all, "rearrange").source, "rearrange(pattern, x, NAME: ...)\n");
  EXPECT_EQ(Find(all, "grad").source, "grad(y, *, wrt)\n");
}

}  // namespace
}  // namespace nnc
