// Reads what `nnc inspect` shows.
#pragma once

#include <string>
#include <vector>

#include "driver/session.h"
#include "runtime/csv_rows.h"
#include "view/inspection.h"

namespace nnc::driver {

// The data blocks of a .nn file; else a file of weights or arrays, told by its first bytes, not by its name: a
// checkpoint or another safetensors file, npy, npz or idx, as they are or gzipped; else csv, read by `csv`. Throws
// Failure as the readers of these formats do.
std::vector<view::Inspected> ReadInspected(const std::string& path, const std::vector<std::string>& settings,
                                           const runtime::CsvOptions& csv, Session& session);

}  // namespace nnc::driver
