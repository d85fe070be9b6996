#include "view/page.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "view/html.h"

namespace nnc::view {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(Escaped, LeavesNothingThatHtmlWouldRead) {
  EXPECT_EQ(Escaped("a<b> & \"c\" 'd'"), "a&lt;b&gt; &amp; &quot;c&quot; &#39;d&#39;");
}

TEST(Escaped, ReplacesWhatIsNotText) { EXPECT_EQ(Escaped("\xff|\x01|é"), "\uFFFD|\uFFFD|é"); }

TEST(ScriptJson, CannotEndItsElement) {
  EXPECT_EQ(ScriptJson({{"name", "</script>"}}), R"({"name":"\u003c/script>"})");
}

TEST(Page, HoldsAllItNeeds) {
  std::string html = Html({.title = "a < b", .body = "<p>text</p>", .data = "[1]"});
  EXPECT_THAT(html, HasSubstr("<title>a &lt; b</title>"));
  EXPECT_THAT(html, HasSubstr("<p>text</p>"));
  EXPECT_THAT(html, HasSubstr("const nnc = [1];"));
  EXPECT_THAT(html, HasSubstr("default-src 'none'"));
  EXPECT_THAT(html, Not(HasSubstr("http://")));
  EXPECT_THAT(html, Not(HasSubstr("https://")));
  EXPECT_THAT(html, Not(HasSubstr("http-equiv=\"refresh\"")));
}

TEST(Page, LoadsItselfAgainWhereAsked) {
  EXPECT_THAT(Html({.title = "t", .refresh_seconds = 5}), HasSubstr("<meta http-equiv=\"refresh\" content=\"5\">"));
}

}  // namespace
}  // namespace nnc::view
