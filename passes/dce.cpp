#include "passes/dce.h"

#include "ir/graph_view.h"
#include "passes/rewriter.h"

namespace nnc::passes {

ir::Function EliminateDeadCode(const ir::Function& function) {
  std::vector<ir::Value> results;
  for (const ir::Result& result : function.results()) results.push_back(result.value);
  std::vector<bool> needed = ir::Reaching(function, results);
  Rewriter rewriter(function);
  for (ir::Value v{0}; v.index < function.size(); ++v.index) {
    if (needed[v.index] || v.index < function.argument_count()) rewriter.Copy(v);
  }
  return rewriter.Finish();
}

}  // namespace nnc::passes
