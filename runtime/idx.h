// The IDX format of the MNIST files (yann.lecun.com/exdb/mnist, "the IDX file format"), as it is or gzipped.
#pragma once

#include <string>

#include "runtime/stored.h"

namespace nnc::runtime {

// u8 stays; i8 and i16 widen to i32; i32, f32 and f64 stay. Throws Failure BadDataFile.
StoredArray OpenIdx(const std::string& path);
Tensor ReadIdx(const std::string& path);

}  // namespace nnc::runtime
