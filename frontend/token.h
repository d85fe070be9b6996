// Tokens of .nn files.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace nnc {

// How deep brackets, blocks, and operators in operators may nest.
inline constexpr int kMaxNesting = 256;
// Syntax errors of one file, after which the rest of it is not read: it is not a .nn file.
inline constexpr int kMaxErrors = 100;

enum class TokenKind : uint8_t {
#define NNC_TOKEN(name, spelling, token_class) k##name,
#include "frontend/tokens.def"
#undef NNC_TOKEN
};

enum class TokenClass : uint8_t { kVaried, kBinary, kJoint, kOpen, kClose, kPlain };

struct TokenInfo {
  std::string_view spelling;
  TokenClass token_class;
};
const TokenInfo& InfoOf(TokenKind kind);

// The kind with this spelling: a reserved word, or a symbol.
std::optional<TokenKind> KindSpelled(std::string_view spelling);
bool IsReservedWord(TokenKind kind);
// The bracket that closes `open`.
TokenKind CloserOf(TokenKind open);

struct Token {
  TokenKind kind = TokenKind::kEnd;
  bool line_start = false;  // the first token of its line
  // Put there to repair the text after an error was reported: an error at this token says nothing new.
  bool repair = false;
  uint16_t depth = 0;           // open brackets around it; an opening bracket and the one that closes it have the same
  uint32_t begin = 0, end = 0;  // bytes of the file
  std::variant<std::monostate, int64_t, double, std::string> value;  // of kInt, kFloat, kString
};

}  // namespace nnc
