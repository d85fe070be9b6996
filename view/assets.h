// The styles and scripts of pages, embedded when nnc is built.
#pragma once

#include <string_view>
#include <vector>

#include "ir/embedded_file.h"

namespace nnc::view {

const std::vector<EmbeddedFile>& Assets();

// The text of view/assets/NAME. Throws Failure Internal if there is none.
std::string_view Asset(std::string_view name);

}  // namespace nnc::view
