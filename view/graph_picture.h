// The graph as one picture.
#pragma once

#include <set>
#include <string>

#include "ir/source.h"
#include "view/graph_parts.h"

namespace nnc::view {

enum class GraphStyle {
  kPlain,   // every value: see graph_dot.h
  kCourse,  // variables, functions and costs in the notation of lectures: see course_graph.h
};

// The parts that a picture unfolds so that it stays readable: few in the notation of lectures, which is about
// functions.
std::set<int> Readable(const GraphParts& parts, GraphStyle style);

// The picture in Graphviz's language. `sources`, if given, makes tooltips.
std::string PictureDot(const ir::Function& function, const GraphParts& parts, const std::set<int>& open,
                       GraphStyle style, const SourceManager* sources = nullptr);

// The same, laid out. The same function gives the same text.
std::string PictureSvg(const ir::Function& function, const GraphParts& parts, const std::set<int>& open,
                       GraphStyle style, const SourceManager* sources = nullptr);

}  // namespace nnc::view
