// Safetensors files that carry a checksum of themselves.
#pragma once

#include <string>
#include <string_view>

#include "runtime/safetensors.h"

namespace nnc::runtime {

// The file's pieces, with a CRC-32 of them in the metadata, computed with zeros in its own place.
SafetensorsText FormatChecked(Safetensors& file);

enum class CheckResult { kGood, kNoChecksum, kWrong };
CheckResult VerifyChecksum(std::string_view bytes);

}  // namespace nnc::runtime
