// Which side of a picture is which.
#pragma once

#include <string>

namespace nnc::view {

// An SVG of Graphviz turned round, as in a mirror, if the end of its first edge of class `link` is left of its start:
// Graphviz places two clusters side by side, but does not let itself be told in which order. Labels stay readable,
// since they are centred.
std::string WithForwardLeft(const std::string& svg);

}  // namespace nnc::view
