#include "view/graphviz_layout.h"

#include <fcntl.h>
#include <gvc.h>
#include <unistd.h>

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

int complaints = 0;  // Graphviz's warnings and errors
int Complain(char* /*text*/) { return ++complaints; }

// Keeps from the terminal what Graphviz writes there, as long as it lives. Its router of edges writes by itself; the
// rest is counted.
class Silence {
 public:
  Silence() : before_(agseterrf(Complain)), terminal_(dup(STDERR_FILENO)) {
    int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
    dup2(nowhere, STDERR_FILENO);
    close(nowhere);
  }
  ~Silence() {
    agseterrf(before_);
    dup2(terminal_, STDERR_FILENO);
    close(terminal_);
  }
  Silence(const Silence&) = delete;
  Silence& operator=(const Silence&) = delete;

 private:
  agusererrf before_;
  int terminal_;
};

// Numbers for the graph's objects, in the order of the text. Those that Graphviz gives are addresses, and the order of
// clusters, with much that follows from it, would change from run to run.
class Numbers {
 public:
  // Says no to names, so that Graphviz keeps its own table of them.
  static long Map(void* next, int /*type*/, char* name, IDTYPE* id, int /*create*/) {
    if (name != nullptr) return 0;
    *id = (*static_cast<IDTYPE*>(next))++;
    return 1;
  }
  static void* Open(Agraph_t* /*graph*/, Agdisc_t* /*discipline*/) { return new IDTYPE(1); }
  static void Close(void* next) { delete static_cast<IDTYPE*>(next); }
  static long Allocate(void* /*next*/, int /*type*/, IDTYPE /*id*/) { return 0; }
  static void Free(void* /*next*/, int /*type*/, IDTYPE /*id*/) {}
  static char* Print(void* /*next*/, int /*type*/, IDTYPE /*id*/) { return nullptr; }
  static void Register(void* /*next*/, int /*type*/, void* /*object*/) {}
};

Agiddisc_t numbers = {Numbers::Open,  Numbers::Map,   Numbers::Allocate, Numbers::Free,
                      Numbers::Print, Numbers::Close, Numbers::Register};

Agraph_t* Read(std::string dot) {
  std::unique_ptr<FILE, decltype(&fclose)> file(fmemopen(dot.data(), dot.size(), "r"), fclose);
  Agdisc_t discipline = {&AgMemDisc, &numbers, &AgIoDisc};
  return agread(file.get(), &discipline);
}

}  // namespace

Layout LayoutOf(const std::string& dot) {
  Silence silence;
  complaints = 0;
  std::unique_ptr<GVC_t, decltype(&gvFreeContext)> context(gvContextPlugins(plugins, /*demand_loading=*/0),
                                                           gvFreeContext);
  std::unique_ptr<Agraph_t, decltype(&agclose)> graph(Read(dot), agclose);
  if (!graph) Refuse("read");
  if (gvLayout(context.get(), graph.get(), "dot") != 0) Refuse("lay out");
  char* svg = nullptr;
  unsigned length = 0;
  int failed = gvRenderData(context.get(), graph.get(), "svg", &svg, &length);
  std::unique_ptr<char, decltype(&gvFreeRenderData)> owner(svg, gvFreeRenderData);
  std::string text(svg == nullptr ? "" : svg, svg == nullptr ? 0 : length);
  gvFreeLayout(context.get(), graph.get());
  if (failed != 0) Refuse("draw");
  return {std::move(text), complaints == 0};
}

std::string LayoutSvg(const std::string& dot) { return LayoutOf(dot).svg; }

}  // namespace nnc::view
