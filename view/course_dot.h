// The notation of lectures as a picture.
#pragma once

#include <string>

#include "view/course_graph.h"

namespace nnc::view {

// Reads upwards, the backward graph downwards beside it. Shapes that Graphviz lacks are near ones: a function is a
// house whose roof points the way that is easy to compute. Ids and classes as in Dot.
std::string CourseDot(const std::string& title, const CourseGraph& graph, const GraphParts& parts,
                      const std::set<int>& open);

// A layout of CourseDot with boxes with one round side for the houses.
std::string WithRoundSides(const std::string& svg);

}  // namespace nnc::view
