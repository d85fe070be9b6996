// Text to tokens.
#pragma once

#include <vector>

#include "frontend/token.h"
#include "ir/diagnostics.h"

namespace nnc {

// The tokens of a file of clean UTF-8 (see encoding.h), the last of them kEnd. Line ends are not tokens yet, only
// Token::line_start; `;` always is kSemicolon: see layout.h. A word or number after a `.` is a member's name, so the
// word is a kName even if it is reserved, and `x.0.1` is `x` `.` `0` `.` `1`. Reports characters and literals that
// cannot be read; where it is clear what was meant (`&&`), that token is given, else kInvalid.
std::vector<Token> Lex(uint32_t file, const SourceManager& sources, Diagnostics& diagnostics);

}  // namespace nnc
