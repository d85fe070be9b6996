// Dead code elimination.
#pragma once

#include "ir/function.h"

namespace nnc::passes {

// Leaves out every node that no result needs. Arguments stay. An origin that names a node left out is dropped.
ir::Function EliminateDeadCode(const ir::Function& function);

}  // namespace nnc::passes
