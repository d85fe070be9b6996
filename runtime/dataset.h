// A data block's rows in memory: read or generated, checked, split, normalized.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "codegen/codegen.h"
#include "frontend/frontend.h"
#include "runtime/backend.h"
#include "runtime/column.h"
#include "runtime/data_files.h"
#include "runtime/row_order.h"
#include "runtime/tensor.h"

namespace nnc::runtime {

struct Split {
  std::string name;  // empty: the whole set
  RowOrder rows;     // in the order that the seeded shuffle gave
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
  // `program` must outlive the store. `backend`, with `options`, runs `generate`; `files` may have read some of the
  // data already.
  DataStore(const Program& program, Backend backend, std::shared_ptr<DataFiles> files = std::make_shared<DataFiles>(),
            codegen::Options options = {})
      : program_(program), backend_(backend), options_(std::move(options)), files_(std::move(files)) {}

  // Throws Failure: CannotRead, BadDataFile, BadRow, BadLabel, DataShape, BadSplit.
  const Dataset& Load(const std::string& name);
  // The value of "spiral.x.mean", of the constant's type.
  Tensor Constant(const DataConstant& constant);
  // Of every class(_) field that was read so far.
  const ClassMap& classes() const { return files_->classes(); }

 private:
  const Program& program_;
  Backend backend_;
  codegen::Options options_;
  std::shared_ptr<DataFiles> files_;
  std::map<std::string, std::unique_ptr<Dataset>> loaded_;
};

}  // namespace nnc::runtime
