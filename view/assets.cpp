#include "view/assets.h"

#include <algorithm>
#include <string>

#include "ir/diagnostics.h"

namespace nnc::view {

std::string_view Asset(std::string_view name) {
  auto asset =
      std::find_if(Assets().begin(), Assets().end(), [&](const EmbeddedFile& each) { return each.path == name; });
  if (asset == Assets().end()) throw Failure(DiagnosticKind::kInternal, "", "no asset is named " + std::string(name));
  return asset->text;
}

}  // namespace nnc::view
