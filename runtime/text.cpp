#include "runtime/text.h"

#include <fmt/format.h>

#include <map>

#include "runtime/fail.h"
#include "runtime/files.h"

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

std::vector<std::string_view> Characters(std::string_view text, const std::string& path) {
  std::vector<std::string_view> characters;
  characters.reserve(text.size());
  for (size_t at = 0; at < text.size();) {
    const size_t bytes = CharacterBytes(text.substr(at));
    if (bytes == 0) {
      Fail(DiagnosticKind::kBadDataFile, fmt::format("{}@{}", path, at), "the text is not UTF-8",
           "Convert it to UTF-8.");
    }
    characters.push_back(text.substr(at, bytes));
    at += bytes;
  }
  return characters;
}

}  // namespace

Text ReadText(const std::string& path, const TextWindows& windows) {
  const std::string text = ReadFile(path);
  const std::vector<std::string_view> characters = Characters(text, path);
  // The byte order of UTF-8 is the order of code points.
  std::map<std::string_view, int32_t> ids;
  for (const std::string_view character : characters) ids.emplace(character, 0);
  Text result;
  for (auto& [character, id] : ids) {
    id = static_cast<int32_t>(result.characters.size());
    result.characters.emplace_back(character);
  }
  const int64_t count = static_cast<int64_t>(characters.size());
  const int64_t stride = windows.stride > 0 ? windows.stride : windows.window;
  const int64_t last = count - windows.shift - windows.window;  // where the last window may begin
  if (last < 0) {
    Fail(DiagnosticKind::kDataShape, path,
         fmt::format("{} characters are too few for a window of {} shifted by {}", count, windows.window,
                     windows.shift));
  }
  const int64_t rows = last / stride + 1;
  result.ids = Tensor(ir::Element::kI32, {rows, windows.window});
  for (int64_t row = 0; row < rows; ++row) {
    for (int64_t i = 0; i < windows.window; ++i) {
      const auto character = characters[static_cast<size_t>(row * stride + windows.shift + i)];
      result.ids.as<int32_t>()[row * windows.window + i] = ids.at(character);
    }
  }
  return result;
}

}  // namespace nnc::runtime
