// NumPy's array file, .npy (numpy/lib/format.py, versions 1.0 to 3.0).
#pragma once

#include <memory>
#include <string>

#include "runtime/stored.h"

namespace nnc::runtime {

// Little- and big-endian, C and Fortran order. Types without an element type here widen: f2 to f32; i1, i2, u2 to i32;
// u4, u8 to i64 (a u8 from 2^63 is an error). Throws Failure BadDataFile on anything else, object arrays among it.
StoredArray OpenNpy(const std::string& path);
// The same from the bytes of an npy file; `place` names them in messages.
StoredArray OpenNpy(std::unique_ptr<ByteSource> file, const std::string& place);
Tensor ReadNpy(const std::string& path);

// Version 1.0, little-endian, C order; bf16 is written as f4, which NumPy can read.
std::string FormatNpy(const Tensor& tensor);
void WriteNpy(const std::string& path, const Tensor& tensor);

}  // namespace nnc::runtime
