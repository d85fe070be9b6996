// Where statements end, and brackets.
#pragma once

#include <vector>

#include "frontend/token.h"
#include "ir/diagnostics.h"

namespace nnc {

// Puts kNewline tokens where a line end or `;` ends a statement, by the rules at the head of grammar.ebnf, and sets
// Token::depth. In the result brackets are balanced: one that is never closed or that closes nothing is reported, and a
// closing bracket with `repair` set is put where the statement, or the declaration, seems to end. Nesting past
// kMaxNesting is reported and ends the tokens there, with a kEnd that has `repair` set.
std::vector<Token> Layout(std::vector<Token> tokens, uint32_t file, const SourceManager& sources,
                          Diagnostics& diagnostics);

}  // namespace nnc
