// Blanks between the words of a line.
#include <algorithm>
#include <array>

#include "frontend/format/lines.h"

namespace nnc::format {
namespace {

using enum TokenKind;

// Goes over all words in order and knows which of them end an operand: so `-` is a sign or a difference, and `(` begins
// a call or a tuple.
class Spacer {
 public:
  void Run(std::vector<Line>& lines) {
    for (Line& line : lines) {
      for (size_t i = 0; i < line.words.size(); ++i) {
        Word& word = line.words[i];
        bool head = i == 0 && !line.continues;
        ends_operand_ = ends_operand_ && !head;
        word.binary = InfoOf(word.kind).token_class == TokenClass::kBinary && ends_operand_;
        bool apart = Apart(word);
        if (word.binary) after_apart_ = apart = !StaysTight(line, i);
        word.space = apart ? 1 : 0;
        Pass(word, head);
      }
    }
  }

 private:
  bool InSquare() const { return !open_.empty() && open_.back().kind == kLeftSquare; }
  bool InIndex() const { return InSquare() && open_.back().index; }

  // Whether a blank comes between the last word and this one.
  bool Apart(const Word& word) const {
    if (previous_ == kLeftParen || previous_ == kLeftSquare || previous_ == kDot || previous_ == kDotDot) return false;
    switch (word.kind) {
      case kComma:
      case kRightParen:
      case kRightSquare:
      case kSemicolon:
      case kDot:
      case kDotDot:
        return false;
      case kRightBrace:
        return previous_ != kLeftBrace;
      case kColon:
        return previous_ == kComma;
      case kLeftParen:
      case kLeftSquare:
        if (ends_operand_) return false;
        break;
      default:
        break;
    }
    if (previous_binary_) return after_apart_;
    if (previous_ == kColon) return !InIndex();
    return previous_ != kMinus && previous_ != kPlus;  // else they are signs
  }

  // An operator that the author wrote without blanks may stay so if it binds tightly.
  bool StaysTight(const Line& line, size_t i) const {
    TokenKind kind = line.words[i].kind;
    bool may = kind == kStar || kind == kSlash || kind == kPercent || kind == kStarStar ||
               ((kind == kPlus || kind == kMinus) && InSquare());
    return may && i > 0 && i + 1 < line.words.size() && line.words[i].tight && line.words[i + 1].tight;
  }

  // Behind an operand, these words are no names but lead to the next operand, as `minimize` does at a statement's head.
  bool IsKeyword(const Word& word, bool head) const {
    static constexpr std::array<std::string_view, 3> kBetween = {"over", "using", "like"};
    if (head && word.text == "minimize") return true;
    bool next_group = previous_ == kComma && word.text == "over" && (open_.empty() || open_.back().kind == kLeftBrace);
    if (next_group) return true;
    return ends_operand_ && std::find(kBetween.begin(), kBetween.end(), word.text) != kBetween.end();
  }

  void Pass(const Word& word, bool head) {
    if (IsOpen(word.kind)) open_.push_back({word.kind, ends_operand_});
    if (IsClose(word.kind)) open_.pop_back();
    switch (word.kind) {
      case kName:
        ends_operand_ = !IsKeyword(word, head);
        break;
      case kInt:
      case kFloat:
      case kString:
      case kTrue:
      case kFalse:
      case kRightParen:
      case kRightSquare:
      case kRightBrace:
        ends_operand_ = true;
        break;
      default:
        ends_operand_ = false;
    }
    previous_ = word.kind;
    previous_binary_ = word.binary;
  }

  struct Bracket {
    TokenKind kind;
    bool index;  // behind an operand: `[` of an index or of a shape
  };
  std::vector<Bracket> open_;
  TokenKind previous_ = kEnd;
  bool previous_binary_ = false;
  bool after_apart_ = true;  // what stands behind the last binary operator
  bool ends_operand_ = false;
};

}  // namespace

void SpaceWords(std::vector<Line>& lines) { Spacer().Run(lines); }

}  // namespace nnc::format
