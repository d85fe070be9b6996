// Indexing for all rows at once: the tables of all rows stand one below the other, and a row's ids count from where its
// own table begins.
#include "passes/expression.h"
#include "passes/vectorize/rules.h"

namespace nnc::passes {

using ir::Element;
using ir::Value;

namespace {

// The tables of operand 0 as one of rows * V rows.
Value Stacked(const RowsContext& c) {
  ir::Shape shape = c.row_type(0).shape;
  shape[0] = c.rows * shape[0];
  return c.build.Reshape(c.Repeated(0), shape);
}

// The ids of operand 1 for one table, and what counts them.
struct Ids {
  explicit Ids(const RowsContext& c)
      : build(&c.build),
        own(build, c.build.Cast(c.Repeated(1), Element::kI64)),
        size(build, c.build.Size(c.row_type(0).shape[0])),
        first(Expression(build, c.build.Cast(c.build.Iota(own.type().shape, 0), Element::kI64)) * size) {}

  ir::Builder* build;
  Expression own, size;  // size: V
  Expression first;      // where the row's table begins
};

}  // namespace

// An id outside means the nearest row of its own table.
Value RowsTake(const RowsContext& c) {
  Ids ids(c);
  Expression inside = Max(ids.own.Number(0), Min(ids.own, ids.size - 1.0));
  return c.build.Take(Stacked(c), ids.first + inside);
}

// An id outside is dropped: -1 is outside all tables.
Value RowsScatterAdd(const RowsContext& c) {
  Ids ids(c);
  Expression inside = And(Ge(ids.own, ids.own.Number(0)), Lt(ids.own, ids.size));
  Expression moved = Select(inside, ids.first + ids.own, ids.own.Number(-1));
  return c.build.Reshape(c.build.ScatterAdd(Stacked(c), moved, c.Repeated(2)), c.WithRows(c.node.type.shape));
}

}  // namespace nnc::passes
