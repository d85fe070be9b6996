#include "passes/extract.h"

#include "ir/graph_view.h"
#include "ir/scan.h"

namespace nnc::passes {

ir::Function Extract(const ir::Function& function, std::string name, const std::vector<ir::Result>& results) {
  std::vector<ir::Value> roots;
  for (const ir::Result& result : results) roots.push_back(result.value);
  const std::vector<bool> needed = ir::Reaching(function, roots);
  std::vector<ir::Result> arguments;
  for (ir::Value v{0}; v.index < function.argument_count(); ++v.index) {
    if (needed[v.index]) arguments.push_back({function.node(v).name, v});
  }
  return ir::CutOut(function, std::move(name), arguments, results);
}

}  // namespace nnc::passes
