// Numbers as files store them, and their conversion to the element types here.
#pragma once

#include <bit>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ir/diagnostics.h"
#include "runtime/tensor.h"

namespace nnc::runtime {

enum class Stored : uint8_t { kBool, kI8, kU8, kI16, kU16, kI32, kU32, kI64, kU64, kF16, kBF16, kF32, kF64 };

int64_t ByteSize(Stored stored);
// The element type that holds it: a narrow integer widens to i32, u32 and u64 to i64, f16 to f32.
ir::Element ElementOf(Stored stored);

// The bytes that an array of this shape takes; nullopt where a size is negative or the product does not fit in 63 bits.
std::optional<int64_t> StoredBytes(Stored stored, const std::vector<int64_t>& shape);

// The array in `bytes`, of which there must be StoredBytes, in C order. A bool other than 0 becomes 1. A u64 from 2^63
// throws Failure `kind` at `place`.
Tensor DecodeArray(std::string_view bytes, Stored stored, std::endian order, std::vector<int64_t> shape,
                   DiagnosticKind kind, const std::string& place);

}  // namespace nnc::runtime
