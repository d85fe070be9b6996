// Values that are much larger than what they are made from.
#pragma once

#include <set>
#include <vector>

#include "ir/function.h"

namespace nnc::codegen {

// For each value, whether a kernel that reads it had better make it again than read it from memory: it comes by a few
// cheap elementwise operations and views from values that have at most half as many elements together. Such are the
// outer products, the sums with a bias and the activations of a layer of two inputs. `products` are matrix products of
// few terms that count as elementwise, as they are about to become (thin_products.h).
std::vector<bool> FindExpansions(const ir::Function& function, const std::set<ir::Value>& products = {});

}  // namespace nnc::codegen
