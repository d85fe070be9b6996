// Reading back what Graphviz drew.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace nnc::view {

struct Bounds {
  double left = 0, right = 0, top = 0, bottom = 0;
  double x() const { return (left + right) / 2; }
  double y() const { return (top + bottom) / 2; }
};

// Of a polygon's points: "x,y x,y ...".
Bounds BoundsOf(std::string_view points);

// The text from the first `opening` to the next `closing`, without them; empty if there is none.
std::string_view Between(std::string_view text, std::string_view opening, std::string_view closing);

// The number that a text begins with; 0 if it begins with none.
double NumberIn(std::string_view text);

// The titles of the nodes that an edge joins; `group` is what stands in the edge's group of the SVG. Empty if there are
// none.
std::pair<std::string_view, std::string_view> EndsOf(std::string_view group);

// Where the nodes of a picture are, by the titles of their groups (escaped, as they stand in the SVG).
std::map<std::string_view, Bounds> NodeBounds(std::string_view svg);

}  // namespace nnc::view
