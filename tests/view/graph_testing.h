// A small network with its gradient, for tests of pictures.
#pragma once

#include "ir/function.h"

namespace nnc::view {

// h = tanh(-exp(x @ net.fc.weight)), loss = sum(exp(-(h - y))): a part "net" that holds "net/fc" and its tanh, a part
// "cost" around the rest, and the gradient of the weight as result "d.net.fc.weight".
ir::Function Network();

}  // namespace nnc::view
