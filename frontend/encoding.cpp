#include "frontend/encoding.h"

#include <fmt/format.h>

namespace nnc {
namespace {

bool IsBidirectionalControl(uint32_t c) {
  return c == 0x061C || c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

// Bytes of a sequence by its first byte; 0 where none starts so.
uint32_t SequenceLength(unsigned char first) {
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return 2;
  if (first >= 0xE0 && first <= 0xEF) return 3;
  if (first >= 0xF0 && first <= 0xF4) return 4;
  return 0;
}

}  // namespace

CodePoint DecodeUtf8(std::string_view text) {
  if (text.empty()) return {};
  auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  uint32_t length = SequenceLength(byte(0));
  if (length <= 1) return {byte(0), length};
  if (text.size() < length) return {};
  uint32_t value = byte(0) & (0x7Fu >> length);
  for (uint32_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return {};
    value = value << 6 | (byte(i) & 0x3Fu);
  }
  bool overlong = (length == 3 && value < 0x800) || (length == 4 && value < 0x10000);
  bool surrogate = value >= 0xD800 && value <= 0xDFFF;
  if (overlong || surrogate || value > 0x10FFFF) return {};
  return {value, length};
}

bool CheckEncoding(uint32_t file, const SourceManager& sources, Diagnostics& diagnostics) {
  std::string_view text = sources.file(file).text;
  bool nul = false, broken = false, bidirectional = false;
  auto report_first = [&](bool& seen, size_t at, size_t length, std::string message) -> Diagnostic* {
    if (seen) return nullptr;
    seen = true;
    Span span = sources.At(file, static_cast<uint32_t>(at), static_cast<uint32_t>(at + length));
    return &diagnostics.Report(DiagnosticKind::kInvalidEncoding, span, std::move(message));
  };
  for (size_t i = 0; i < text.size();) {
    CodePoint c = DecodeUtf8(text.substr(i));
    if (c.length == 0) {
      auto* diagnostic = report_first(
          broken, i, 1, fmt::format("byte 0x{:02X} is not UTF-8 here", static_cast<unsigned char>(text[i])));
      if (diagnostic) diagnostic->Help("save the file as UTF-8");
    } else if (c.value == 0) {
      report_first(nul, i, 1, "the file holds a NUL byte: is it a text file?");
    } else if (IsBidirectionalControl(c.value)) {
      auto* diagnostic =
          report_first(bidirectional, i, c.length, fmt::format("bidirectional control character U+{:04X}", c.value));
      if (diagnostic) diagnostic->Help("remove it: it makes the text look other than it is read");
    }
    i += c.length == 0 ? 1 : c.length;
  }
  return !nul && !broken && !bidirectional;
}

}  // namespace nnc
