#include "frontend/token.h"

#include <array>
#include <cctype>
#include <stdexcept>
#include <unordered_map>

namespace nnc {
namespace {

constexpr std::array kTokens = {
#define NNC_TOKEN(name, spelling, token_class) TokenInfo{spelling, TokenClass::k##token_class},
#include "frontend/tokens.def"
#undef NNC_TOKEN
};

}  // namespace

const TokenInfo& InfoOf(TokenKind kind) { return kTokens[static_cast<size_t>(kind)]; }

std::optional<TokenKind> KindSpelled(std::string_view spelling) {
  static const auto* kinds = [] {
    auto* map = new std::unordered_map<std::string_view, TokenKind>;
    for (size_t i = 0; i < kTokens.size(); ++i) {
      if (kTokens[i].token_class != TokenClass::kVaried) map->emplace(kTokens[i].spelling, static_cast<TokenKind>(i));
    }
    return map;
  }();
  auto found = kinds->find(spelling);
  if (found == kinds->end()) return std::nullopt;
  return found->second;
}

bool IsReservedWord(TokenKind kind) {
  const TokenInfo& info = InfoOf(kind);
  return info.token_class != TokenClass::kVaried && std::isalpha(static_cast<unsigned char>(info.spelling[0]));
}

TokenKind CloserOf(TokenKind open) {
  if (open == TokenKind::kLeftParen) return TokenKind::kRightParen;
  if (open == TokenKind::kLeftSquare) return TokenKind::kRightSquare;
  if (open == TokenKind::kLeftBrace) return TokenKind::kRightBrace;
  throw std::logic_error("CloserOf: not an opening bracket");
}

}  // namespace nnc
