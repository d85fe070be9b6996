// What joins the two sides of a picture.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace nnc::view {

// An SVG of Graphviz in which the edges of class `link` are straight, from box to box, or pass below the boxes
// between them: Graphviz leads them around clusters, where nobody can follow them.
std::string WithStraightLinks(const std::string& svg);

// The same with more edges, straight and of class `saved`, below all others; each is a pair of nodes by their names.
// Graphviz is not asked for them: they would take a good part of its time, and in a crowded picture it loses some.
std::string WithSaved(const std::string& svg, const std::vector<std::pair<std::string, std::string>>& edges);

}  // namespace nnc::view
