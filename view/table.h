// Tables for a terminal.
#pragma once

#include <string>
#include <vector>

namespace nnc::view {

// Rows of cells as lines with aligned columns, two spaces apart: numbers to the right, anything else to the left. Each
// line is indented by `indent` spaces. A character of UTF-8 counts as one column.
std::string TableText(const std::vector<std::vector<std::string>>& rows, int indent);

}  // namespace nnc::view
