#include "view/graphviz_layout.h"

#include <gvc.h>

#include <memory>

#include "ir/diagnostics.h"

// NOLINTBEGIN(readability-identifier-naming): Graphviz's names
extern "C" {
extern gvplugin_library_t gvplugin_core_LTX_library;
extern gvplugin_library_t gvplugin_dot_layout_LTX_library;
}
// NOLINTEND(readability-identifier-naming)

namespace nnc::view {
namespace {

// The plugins that are linked in. Graphviz looks for no others.
lt_symlist_t plugins[] = {
    {"gvplugin_core_LTX_library", &gvplugin_core_LTX_library},
    {"gvplugin_dot_layout_LTX_library", &gvplugin_dot_layout_LTX_library},
    {nullptr, nullptr},
};

[[noreturn]] void Refuse(const std::string& what) {
  throw Failure(DiagnosticKind::kInternal, "", "Graphviz cannot " + what + " the graph");
}

}  // namespace

std::string LayoutSvg(const std::string& dot) {
  std::unique_ptr<GVC_t, decltype(&gvFreeContext)> context(gvContextPlugins(plugins, /*demand_loading=*/0),
                                                           gvFreeContext);
  std::unique_ptr<Agraph_t, decltype(&agclose)> graph(agmemread(dot.c_str()), agclose);
  if (!graph) Refuse("read");
  if (gvLayout(context.get(), graph.get(), "dot") != 0) Refuse("lay out");
  char* svg = nullptr;
  unsigned length = 0;
  int failed = gvRenderData(context.get(), graph.get(), "svg", &svg, &length);
  std::unique_ptr<char, decltype(&gvFreeRenderData)> owner(svg, gvFreeRenderData);
  std::string text(svg == nullptr ? "" : svg, svg == nullptr ? 0 : length);
  gvFreeLayout(context.get(), graph.get());
  if (failed != 0) Refuse("draw");
  return text;
}

}  // namespace nnc::view
