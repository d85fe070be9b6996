// Pictures from Graphviz's language.
#pragma once

#include <string>

namespace nnc::view {

struct Layout {
  std::string svg;
  bool good = true;  // whether Graphviz could draw all edges as it wants to
};

// Lays `dot` out from top to bottom and draws it as SVG. The layout engine and the renderer are linked in: no program,
// plugin directory or configuration of Graphviz needs to be installed. Throws Failure Internal where Graphviz refuses
// the text.
Layout LayoutOf(const std::string& dot);

// The picture of LayoutOf, however good.
std::string LayoutSvg(const std::string& dot);

}  // namespace nnc::view
