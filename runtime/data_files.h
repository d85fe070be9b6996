// What the files of data blocks hold, read once in an invocation, whoever asks first.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "frontend/frontend.h"
#include "runtime/column.h"

namespace nnc::runtime {

// The classes of a class(_) field.
struct Classes {
  int64_t count = 0;
  std::vector<std::string> names;  // empty where the source holds numbers

  bool operator==(const Classes&) const = default;
};
using ClassMap = std::map<std::string, Classes>;  // by "data.field"

class DataFiles {
 public:
  // Says classes beforehand, as a weights file keeps them, so that counting needs no data.
  void Know(const ClassMap& classes) { known_ = classes; }

  // For FrontendOptions::count_classes. Reads all of the block's fields, so that checking a program and loading its
  // data is one pass. Throws Failure as ReadColumns does.
  int64_t CountClasses(const DataPlan& plan, const DataField& field);
  // As ReadColumns(plan.fields), kept from counting if that was needed. They are the caller's from then on.
  std::vector<Column> Take(const DataPlan& plan);
  // Of every class(_) field that was read so far.
  const ClassMap& classes() const { return read_; }

 private:
  void Read(const DataPlan& plan);

  ClassMap known_, read_;
  std::map<std::string, std::vector<Column>> held_;  // by block
};

}  // namespace nnc::runtime
