#include "tests/view/xml.h"

#include <regex>
#include <vector>

namespace nnc::view {

std::string XmlFault(std::string_view markup) {
  static const std::regex one_token(R"(<(/?)([a-z]+)((?: [a-z-]+="[^"<&]*")*)\s*(/?)>|&(amp|lt|gt|quot|#39);|[^<&])");
  std::vector<std::string> open;
  std::match_results<std::string_view::const_iterator> token;
  for (auto at = markup.begin(); at != markup.end(); at = token[0].second) {
    if (!std::regex_search(at, markup.end(), token, one_token, std::regex_constants::match_continuous)) {
      return "cannot read: " + std::string(at, markup.end()).substr(0, 60);
    }
    std::string name = token[2];
    if (name.empty() || token[4].length() > 0) continue;
    if (token[1].length() == 0) {
      open.push_back(name);
    } else if (open.empty() || open.back() != name) {
      return "</" + name + "> closes " + (open.empty() ? "nothing" : "<" + open.back() + ">");
    } else {
      open.pop_back();
    }
  }
  return open.empty() ? "" : "<" + open.back() + "> is not closed";
}

}  // namespace nnc::view
