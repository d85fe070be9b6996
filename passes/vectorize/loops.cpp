// Loops for all rows: a loop over the rows around the loop of one row, since each row has a state of its own.
#include <fmt/format.h>

#include <memory>

#include "ir/scan.h"
#include "passes/vectorize/rules.h"

namespace nnc::passes {

using ir::Value;

namespace {

// Arguments of the body of the loop over rows: first one row of each operand that varies, then the others whole.
std::vector<size_t> OperandsInOrder(const RowsContext& c) {
  std::vector<size_t> order;
  for (bool varies : {true, false}) {
    for (size_t i = 0; i < c.operands.size(); ++i) {
      if (c.varies(i) == varies) order.push_back(i);
    }
  }
  return order;
}

}  // namespace

Value RowsScan(const RowsContext& c) {
  auto body = std::make_shared<ir::Function>("row");
  ir::Builder build(*body);
  std::vector<Value> outer, inner(c.operands.size());
  for (size_t i : OperandsInOrder(c)) {
    inner[i] = build.Argument(fmt::format("operand{}", i), c.row_type(i));
    outer.push_back(c.operands[i]);
  }
  Value loop = build.Apply(c.node.op, inner, c.node.attributes);
  for (size_t part = 0; part < c.node.type.parts.size(); ++part) {
    body->AddResult(fmt::format("part{}", part), build.Part(loop, part));
  }
  ir::ScanParts rows;
  rows.body = body;
  rows.length = c.rows;
  for (size_t i = 0; i < c.operands.size(); ++i) rows.scanned += c.varies(i);
  return ir::AppendScan(c.build, rows, outer);
}

Value RowsPart(const RowsContext& c) {
  return c.build.Part(c.operands[0], static_cast<size_t>(c.node.attribute<int64_t>(ir::AttributeKey::kIndex)));
}

}  // namespace nnc::passes
