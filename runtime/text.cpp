#include "runtime/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <string_view>

#include "runtime/byte_source.h"
#include "runtime/fail.h"
#include "runtime/growing_tensor.h"

namespace nnc::runtime {
namespace {

// The bytes of the UTF-8 character at the front of `text`; 0 where none is there: a broken, overlong or surrogate
// sequence (The Unicode Standard 15.0, table 3-7).
size_t CharacterBytes(std::string_view text) {
  const auto byte = [&](size_t i) { return i < text.size() ? static_cast<uint8_t>(text[i]) : uint8_t{0}; };
  const auto tail = [&](size_t i) { return (byte(i) & 0xC0) == 0x80; };
  const uint8_t lead = byte(0), second = byte(1);
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return tail(1) ? 2 : 0;
  if (lead >= 0xE0 && lead <= 0xEF) {
    const bool overlong = lead == 0xE0 && second < 0xA0, surrogate = lead == 0xED && second > 0x9F;
    return tail(1) && tail(2) && !overlong && !surrogate ? 3 : 0;
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    const bool overlong = lead == 0xF0 && second < 0x90, beyond = lead == 0xF4 && second > 0x8F;
    return tail(1) && tail(2) && tail(3) && !overlong && !beyond ? 4 : 0;
  }
  return 0;
}

// The code point of a well-formed character.
uint32_t CodePoint(std::string_view character) {
  const uint8_t lead = static_cast<uint8_t>(character[0]);
  if (character.size() == 1) return lead;
  uint32_t point = lead & (0x7Fu >> character.size());
  for (const char tail : character.substr(1)) point = point << 6 | (static_cast<uint8_t>(tail) & 0x3F);
  return point;
}

// Gives characters numbers as they come by, and in the order of code points at the end.
class Vocabulary {
 public:
  int32_t IdOf(std::string_view character) {
    int32_t& id = ids_[CodePoint(character)];
    if (id < 0) {
      id = static_cast<int32_t>(characters_.size());
      characters_.emplace_back(character);
    }
    return id;
  }

  // The characters by code point. `rank[id]` becomes the place among them of what had `id`.
  std::vector<std::string> Sorted(std::vector<int32_t>& rank) const {
    std::vector<std::string> sorted;
    rank.resize(characters_.size());
    for (const int32_t id : ids_) {
      if (id < 0) continue;
      rank[static_cast<size_t>(id)] = static_cast<int32_t>(sorted.size());
      sorted.push_back(characters_[static_cast<size_t>(id)]);
    }
    return sorted;
  }

 private:
  static constexpr size_t kCodePoints = 0x110000;
  std::vector<int32_t> ids_ = std::vector<int32_t>(kCodePoints, -1);
  std::vector<std::string> characters_;  // by id
};

// Calls `take` with each character of the file.
template <class Take>
void ForEachCharacter(const std::string& path, Take take) {
  constexpr size_t kPiece = 1 << 16, kLongest = 4;
  const auto source = OpenStream(path);
  std::vector<char> buffer(kPiece + kLongest);
  size_t held = 0;
  uint64_t passed = 0;  // bytes before the buffer
  for (bool at_end = false; !at_end;) {
    const size_t got = source->Read(buffer.data() + held, kPiece);
    at_end = got < kPiece;
    held += got;
    const std::string_view text(buffer.data(), held);
    size_t at = 0;
    // A character that the buffer's end may cut waits for the next piece.
    while (at < held && (at_end || at + kLongest <= held)) {
      const size_t bytes = CharacterBytes(text.substr(at));
      if (bytes == 0) {
        Fail(DiagnosticKind::kBadDataFile, fmt::format("{}@{}", path, passed + at), "the text is not UTF-8",
             "Convert it to UTF-8.");
      }
      take(text.substr(at, bytes));
      at += bytes;
    }
    passed += at;
    held -= at;
    std::memmove(buffer.data(), buffer.data() + at, held);
  }
}

}  // namespace

Text ReadText(const std::string& path) {
  GrowingTensor ids(ir::Element::kI32);
  Vocabulary vocabulary;
  ForEachCharacter(path, [&](std::string_view character) { ids.Append(vocabulary.IdOf(character)); });
  std::vector<int32_t> rank;
  Text text;
  text.characters = vocabulary.Sorted(rank);
  const int64_t count = ids.elements();
  text.ids = ids.Finish({count});
  for (int32_t& id : text.ids.as<int32_t>()) id = rank[static_cast<size_t>(id)];
  return text;
}

Tensor CutWindows(const Text& text, const TextWindows& windows, const std::string& path) {
  const int64_t count = text.ids.elements(), window = windows.window;
  const int64_t stride = windows.stride > 0 ? windows.stride : window;
  const int64_t last = count - windows.shift - window;  // where the last window may begin
  if (last < 0) {
    Fail(DiagnosticKind::kDataShape, path,
         fmt::format("{} characters are too few for a window of {} shifted by {}", count, window, windows.shift));
  }
  const int64_t rows = last / stride + 1;
  if (stride == window) return text.ids.Part(windows.shift, {rows, window});
  Tensor cut(ir::Element::kI32, {rows, window});
  const int32_t* const from = text.ids.as<int32_t>().data() + windows.shift;
  int32_t* const to = cut.as<int32_t>().data();
  for (int64_t row = 0; row < rows; ++row) std::copy_n(from + row * stride, window, to + row * window);
  return cut;
}

}  // namespace nnc::runtime
