// Which bytes a source file may hold.
#pragma once

#include "ir/diagnostics.h"

namespace nnc {

// Reports NUL bytes, sequences that are not UTF-8 (Unicode 15, table 3-7: no overlong forms, no surrogates, nothing
// past U+10FFFF) and bidirectional control characters, which make text read otherwise than it is compiled ("Trojan
// Source", CVE-2021-42574). Reports the first of each sort. Returns whether the file is clean.
bool CheckEncoding(uint32_t file, const SourceManager& sources, Diagnostics& diagnostics);

// The length in bytes of the UTF-8 character at the front of `text` and its code point; length 0 where there is none.
struct CodePoint {
  uint32_t value = 0;
  uint32_t length = 0;
};
CodePoint DecodeUtf8(std::string_view text);

}  // namespace nnc
