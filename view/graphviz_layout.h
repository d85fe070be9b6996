// Pictures from Graphviz's language.
#pragma once

#include <string>

namespace nnc::view {

// Lays `dot` out from top to bottom and draws it as SVG. The layout engine and the renderer are linked in: no program,
// plugin directory or configuration of Graphviz needs to be installed. Throws Failure Internal where Graphviz refuses
// the text.
std::string LayoutSvg(const std::string& dot);

}  // namespace nnc::view
