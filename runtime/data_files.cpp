#include "runtime/data_files.h"

#include <utility>

namespace nnc::runtime {

void DataFiles::Read(const DataPlan& plan) {
  std::vector<Column> columns = ReadColumns(plan.fields);
  for (const Column& column : columns) {
    for (const DataField& field : plan.fields) {
      if (field.name != column.name || field.classes != 0) continue;
      read_[plan.name + "." + field.name] = {runtime::CountClasses(column), column.classes};
    }
  }
  held_[plan.name] = std::move(columns);
}

int64_t DataFiles::CountClasses(const DataPlan& plan, const DataField& field) {
  const std::string name = plan.name + "." + field.name;
  const auto known = known_.find(name);
  if (known != known_.end()) return known->second.count;
  if (!read_.contains(name)) Read(plan);
  return read_.at(name).count;
}

std::vector<Column> DataFiles::Take(const DataPlan& plan) {
  if (!held_.contains(plan.name)) Read(plan);
  std::vector<Column> columns = std::move(held_.at(plan.name));
  held_.erase(plan.name);
  return columns;
}

}  // namespace nnc::runtime
