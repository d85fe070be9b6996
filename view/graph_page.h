// The graph as a page: parts fold and unfold, the source stands beside it.
#pragma once

#include <string>

#include "ir/source.h"
#include "view/graph_picture.h"

namespace nnc::view {

// The views of graph_views.h are all laid out when the page is made; it shows one at a time, first what Readable
// unfolds, and for a fold or an unfold that view which does what is asked and differs least elsewhere. Nodes and the
// lines they come from point to each other.
std::string GraphPage(const ir::Function& function, const SourceManager& sources, GraphStyle style);

}  // namespace nnc::view
