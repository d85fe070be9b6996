// Copies of the part of a function that depends on one of its values, with another value in its place.
#pragma once

#include <functional>
#include <vector>

#include "ir/builder.h"

namespace nnc::passes {

// Appends what `to` would be if `with`, of the same type, stood for `from`. Only nodes on the way from `from` to `to`
// are copied; a value that does not depend on `from` is itself. Copies keep their place and origin; those without an
// origin get the builder's.
std::vector<ir::Value> AppendSubstituted(ir::Builder& build, ir::Value from, ir::Value with,
                                         const std::vector<ir::Value>& to);

// How a node is made again on new operands; an operand that does not depend on `from` is the node's own. The builder
// has the place and origin that the copy is to have.
using CopyRule = std::function<ir::Value(const ir::Node& node, const std::vector<ir::Value>& operands)>;

// The walk behind AppendSubstituted and AppendVectorized. The adjoint of a CustomVjp node that is copied counts as
// dependent, since the copy needs a stand-in of its own: a Constant, which `rule` makes as any other node.
std::vector<ir::Value> AppendCopies(ir::Builder& build, ir::Value from, ir::Value with,
                                    const std::vector<ir::Value>& to, const CopyRule& rule);

}  // namespace nnc::passes
