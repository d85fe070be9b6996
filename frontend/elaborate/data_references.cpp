// What functions may know of a data block: statistics of normalized fields, and numbers of classes.
#include <fmt/format.h>

#include <algorithm>

#include "frontend/elaborate/blocks.h"
#include "frontend/elaborate/elaborator.h"

namespace nnc {

namespace {

const DataField& FieldOf(const DataPlan& plan, const std::string& name) {
  return *std::find_if(plan.fields.begin(), plan.fields.end(), [&](const DataField& f) { return f.name == name; });
}

const NormalizeStep* NormalizeOf(const DataPlan& plan, const std::string& field) {
  for (const NormalizeStep& step : plan.normalize) {
    if (std::find(step.fields.begin(), step.fields.end(), field) != step.fields.end()) return &step;
  }
  return nullptr;
}

// The shape of a field's statistics: a row's. Pooled axes are 1; then the batch axis is there too, as 1, because strict
// broadcasting stretches 1 only between equal ranks.
ir::Shape StatisticsShape(const ir::Type& row, const std::vector<int64_t>& over) {
  ir::Shape shape = row.shape;
  for (int64_t axis : over) shape[axis] = 1;
  if (!over.empty()) shape.insert(shape.begin(), 1);
  return shape;
}

}  // namespace

const DataPlan& Elaborator::PlanOf(const ast::Data& data, uint32_t file) {
  auto found = plans_.find(&data);
  if (found != plans_.end()) return found->second;
  // Kept before it is complete: a plan without a place is what a block that refers to itself sees.
  DataPlan& plan = plans_[&data];
  plan.name = data.name.text;
  plan = ElaborateData(*this, data, file);
  return plan;
}

Value Elaborator::ReadDataConstant(Frame& frame, Span span, const FieldRef& reference, bool deviation) {
  const DataPlan& plan = PlanOf(*reference.data, reference.file);
  const DataField& field = FieldOf(plan, reference.field);
  const NormalizeStep* normalize = NormalizeOf(plan, reference.field);
  std::string of = fmt::format("{}.{}", plan.name, field.name);
  if (normalize == nullptr) {
    return Fail(frame, DiagnosticKind::kUnknownMember, span,
                fmt::format("`{}` is not normalized, so its mean and deviation are not computed", of),
                fmt::format("add `normalize {}` to the data block", field.name));
  }
  DataConstant constant;
  constant.name = of + (deviation ? ".std" : ".mean");
  constant.data = plan.name;
  constant.field = field.name;
  constant.deviation = deviation;
  constant.type = ir::Type(field.type.element, StatisticsShape(field.type, normalize->over));
  if (frame.context->graph == nullptr) {
    return Fail(frame, DiagnosticKind::kNotStatic, span,
                fmt::format("`{}` is only known when the data is read", constant.name));
  }
  auto same = [&](const DataConstant& c) { return c.name == constant.name; };
  if (std::none_of(program_.constants.begin(), program_.constants.end(), same)) program_.constants.push_back(constant);
  return Value::Tensor(frame.graph().Read(ArgumentKind::kConstant, constant.name, constant.type, field.span));
}

Value Elaborator::ReadClassCount(Frame& frame, Span span, const FieldRef& reference) {
  const DataPlan& plan = PlanOf(*reference.data, reference.file);
  const DataField& field = FieldOf(plan, reference.field);
  if (field.classes > 0) return Value::Int(field.classes);
  if (field.classes == 0 && options_.count_classes) return Value::Int(options_.count_classes(plan, field));
  return Fail(frame, DiagnosticKind::kUnknownMember, span,
              fmt::format("`{}.{}` is not a `class` field", plan.name, field.name));
}

// `edge.x` where a train block has a batch of it: that batch. Elsewhere the field itself.
Value Elaborator::ReadField(const FieldRef& field, Frame& frame) {
  std::optional<Value> batch = FindLocal(fmt::format("{}.{}", field.data->name.text, field.field), frame);
  return batch ? *batch : Value(field);
}

}  // namespace nnc
