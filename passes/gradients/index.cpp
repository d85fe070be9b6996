// Gradients of indexing. Operand 1 holds the ids, which have no gradient.
#include "passes/gradients/rules.h"

namespace nnc::passes {

using ir::Value;

namespace {

// The ids, in a type that holds the size of every table.
Expression Ids(const VjpContext& v) { return {v.g.build, v.build().Cast(v.x(1), ir::Element::kI64)}; }

Expression RowsOf(const VjpContext& v, Value table) {
  return {v.g.build, v.build().Size(v.build().type(table).shape[0])};
}

}  // namespace

// An id outside has taken the nearest row.
Value VjpTake(const VjpContext& v, size_t) {
  Expression ids = Ids(v);
  Expression nearest = Min(Max(ids, ids.Number(0)), RowsOf(v, v.x(0)) - 1.0);
  return v.build().ScatterAdd(v.build().ConstantLike(0, v.x(0)), nearest, v.g);
}

// The row of an id outside was dropped.
Value VjpScatterAdd(const VjpContext& v, size_t i) {
  if (i == 0) return v.g;
  Expression ids = Ids(v);
  Expression inside = And(Ge(ids, ids.Number(0)), Lt(ids, RowsOf(v, v.x(0))));
  ir::Shape one_a_row = ids.type().shape;
  one_a_row.resize(v.x(2).type().shape.size(), 1);
  Expression added{v.g.build, v.build().Reshape(inside, one_a_row)};
  Expression taken{v.g.build, v.build().Take(v.g, v.x(1))};
  return Select(added, taken, v.g.Number(0));
}

}  // namespace nnc::passes
