// A data block's rows in memory: read or generated, checked, split, normalized.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "frontend/frontend.h"
#include "runtime/backend.h"
#include "runtime/tensor.h"

namespace nnc::runtime {

// One field of every row.
struct Column {
  std::string name;
  Tensor values;                          // [rows, ...the field's shape], of the field's element type
  std::vector<std::string> classes;       // names of a class(_) field's classes where its source gives names
  std::optional<Tensor> mean, deviation;  // of a normalized field: f64, the row's shape with pooled axes of size 1
};

struct Split {
  std::string name;           // empty: the whole set
  std::vector<int64_t> rows;  // which rows, in the order that the seeded shuffle gave
};

struct Dataset {
  std::string name;
  int64_t rows = 0;
  std::vector<Column> columns;
  std::vector<Split> splits;  // as declared; one without a name where there is no `split`

  // Both throw std::logic_error on a name that is not there: the frontend has checked names.
  const Column& column(const std::string& field) const;
  const Split& split(const std::string& split) const;
  int64_t bytes() const;  // of all columns
};

// The datasets of a program, each loaded when it is first asked for.
class DataStore {
 public:
  // Both references must outlive the store. `backend` runs `generate`.
  DataStore(const Program& program, Backend backend) : program_(program), backend_(backend) {}

  // Throws Failure: CannotRead, BadDataFile, BadRow, BadLabel, DataShape, BadSplit.
  const Dataset& Load(const std::string& name);
  // The value of "spiral.x.mean", of the constant's type.
  Tensor Constant(const DataConstant& constant);
  // Of every field loaded so far whose classes have names, by "data.field".
  std::map<std::string, std::vector<std::string>> class_names() const;

 private:
  const Program& program_;
  Backend backend_;
  std::map<std::string, std::unique_ptr<Dataset>> loaded_;
};

// For FrontendOptions::count_classes: the number of names, or one more than the largest label where the source holds
// numbers.
int64_t CountClasses(const DataField& field);

}  // namespace nnc::runtime
