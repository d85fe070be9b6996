#include "view/page.h"

#include <fmt/format.h>

#include "view/assets.h"
#include "view/html.h"

namespace nnc::view {

std::string Html(const Page& page) {
  std::string styles(Asset("theme.css")), scripts(Asset("page.js")), data;
  for (std::string_view name : page.styles) styles += Asset(name);
  for (std::string_view name : page.scripts) scripts += fmt::format("{{\n{}}}\n", Asset(name));
  if (!page.data.empty()) data = fmt::format("const nnc = {};\n", page.data);
  std::string refresh;
  if (page.refresh_seconds > 0) {
    refresh = fmt::format("<meta http-equiv=\"refresh\" content=\"{}\">\n", page.refresh_seconds);
  }
  return fmt::format(
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
      "script-src 'unsafe-inline'; img-src data:\">\n"
      "<link rel=\"icon\" href=\"data:,\">\n{0}<title>{1}</title>\n<style>\n{2}</style>\n</head>\n<body>\n"
      "<header><h1>{1}</h1><button id=\"theme\" type=\"button\" aria-label=\"light or dark\">◐</button></header>\n"
      "<main>\n{3}\n</main>\n<script>\n{4}{5}</script>\n</body>\n</html>\n",
      refresh, Escaped(page.title), styles, page.body, data, scripts);
}

}  // namespace nnc::view
