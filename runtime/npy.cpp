#include "runtime/npy.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "runtime/bytes.h"
#include "runtime/fail.h"
#include "runtime/files.h"

namespace nnc::runtime {
namespace {

constexpr std::string_view kMagic = "\x93NUMPY";

[[noreturn]] void FailAt(const std::string& place, size_t byte, const std::string& message,
                         const std::string& help = "") {
  Fail(DiagnosticKind::kBadDataFile, fmt::format("{}@{}", place, byte), message, help);
}

// What the header's dictionary says.
struct Header {
  std::string descr;
  bool fortran_order = false;
  std::vector<int64_t> shape;
};

// Reads the Python dictionary literal of three known keys that every header is.
class HeaderParser {
 public:
  HeaderParser(std::string_view text, size_t base, const std::string& place)
      : text_(text), base_(base), place_(place) {}

  Header Parse() {
    Header header;
    bool has_descr = false, has_order = false, has_shape = false;
    Expect('{');
    while (!Accept('}')) {
      const std::string key = ParseString();
      Expect(':');
      if (key == "descr") {
        has_descr = true;
        header.descr = ParseDescr();
      } else if (key == "fortran_order") {
        has_order = true;
        header.fortran_order = ParseBool();
      } else if (key == "shape") {
        has_shape = true;
        header.shape = ParseShape();
      } else {
        FailHere(fmt::format("unknown key `{}` in the npy header", key));
      }
      if (!Accept(',') && Peek() != '}') FailHere("`,` or `}` expected in the npy header");
    }
    if (!has_descr || !has_order || !has_shape) FailHere("the npy header lacks descr, fortran_order or shape");
    return header;
  }

 private:
  [[noreturn]] void FailHere(const std::string& message) { FailAt(place_, base_ + at_, message); }
  char Peek() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n')) ++at_;
    return at_ < text_.size() ? text_[at_] : '\0';
  }
  bool Accept(char c) {
    if (Peek() != c) return false;
    ++at_;
    return true;
  }
  void Expect(char c) {
    if (!Accept(c)) FailHere(fmt::format("`{}` expected in the npy header", c));
  }
  std::string ParseString() {
    const char quote = Peek();
    if (quote != '\'' && quote != '"') FailHere("a string expected in the npy header");
    const size_t end = text_.find(quote, at_ + 1);
    if (end == std::string_view::npos) FailHere("a string of the npy header is never closed");
    const std::string value(text_.substr(at_ + 1, end - at_ - 1));
    at_ = end + 1;
    return value;
  }
  std::string ParseDescr() {
    if (Peek() != '[') return ParseString();
    Fail(DiagnosticKind::kBadDataFile, place_, "an array of records", "Save each field as an array of its own.");
  }
  bool ParseBool() {
    Peek();
    for (const std::string_view word : {"True", "False"}) {
      if (!text_.substr(at_).starts_with(word)) continue;
      at_ += word.size();
      return word == "True";
    }
    FailHere("True or False expected in the npy header");
  }
  std::vector<int64_t> ParseShape() {
    std::vector<int64_t> shape;
    Expect('(');
    while (!Accept(')')) {
      Peek();
      int64_t size = 0;
      const auto [end, error] = std::from_chars(text_.data() + at_, text_.data() + text_.size(), size);
      if (error != std::errc() || size < 0) FailHere("a size expected in the npy header's shape");
      at_ = static_cast<size_t>(end - text_.data());
      Accept('L');  // written by Python 2
      if (shape.size() == kMostAxes) FailHere(fmt::format("an array of more than {} axes", kMostAxes));
      shape.push_back(size);
      if (!Accept(',') && Peek() != ')') FailHere("`,` or `)` expected in the npy header's shape");
    }
    return shape;
  }

  std::string_view text_;
  size_t base_;
  const std::string& place_;
  size_t at_ = 0;
};

std::optional<Stored> StoredOf(std::string_view code) {
  static constexpr std::pair<std::string_view, Stored> kCodes[] = {
      {"b1", Stored::kBool}, {"i1", Stored::kI8},  {"u1", Stored::kU8},  {"i2", Stored::kI16},
      {"u2", Stored::kU16},  {"i4", Stored::kI32}, {"u4", Stored::kU32}, {"i8", Stored::kI64},
      {"u8", Stored::kU64},  {"f2", Stored::kF16}, {"f4", Stored::kF32}, {"f8", Stored::kF64}};
  for (const auto& [name, stored] : kCodes) {
    if (name == code) return stored;
  }
  return std::nullopt;
}

Stored StoredOfDescr(const std::string& descr, const std::string& place) {
  const bool ordered = !descr.empty() && std::string_view("<>|=").find(descr[0]) != std::string_view::npos;
  const std::optional<Stored> stored = ordered ? StoredOf(std::string_view(descr).substr(1)) : std::nullopt;
  if (!stored) {
    const bool object = descr.find('O') != std::string::npos;
    Fail(DiagnosticKind::kBadDataFile, place,
         object ? "an array of Python objects" : fmt::format("an array of type `{}`", descr),
         "Save it as an array of numbers: `numpy.save(path, a.astype(numpy.float32))`.");
  }
  return *stored;
}

std::string_view DescrOf(ir::Element element) {
  switch (element) {
    case ir::Element::kF32:
    case ir::Element::kBF16:
      return "<f4";
    case ir::Element::kF64:
      return "<f8";
    case ir::Element::kI32:
      return "<i4";
    case ir::Element::kI64:
      return "<i8";
    case ir::Element::kU8:
      return "|u1";
    case ir::Element::kBool:
      return "|b1";
  }
  throw std::logic_error("unknown element type");
}

}  // namespace

StoredArray OpenNpy(std::unique_ptr<ByteSource> file, const std::string& place) {
  const auto read = [&](size_t at, uint64_t count) {
    // At most what there is, before memory is got for it.
    std::string bytes(static_cast<size_t>(std::min(count, file->at_most())), '\0');
    bytes.resize(file->Read(bytes.data(), bytes.size()));
    if (at == 0 && !bytes.starts_with(kMagic)) FailAt(place, 0, "not an npy file");
    if (bytes.size() < count) FailAt(place, at + bytes.size(), "the file ends within its header");
    return bytes;
  };
  std::string start = read(0, 8);
  const int version = static_cast<uint8_t>(start[6]);
  if (version < 1 || version > 3) FailAt(place, 6, fmt::format("npy version {} is not known", version));
  start += read(start.size(), version == 1 ? 2 : 4);  // the header's length
  const size_t length = version == 1 ? LoadNumber<uint16_t>(start, 8) : LoadNumber<uint32_t>(start, 8);
  const std::string dictionary = read(start.size(), length);
  const Header header = HeaderParser(dictionary, start.size(), place).Parse();
  StoredArray array;
  array.stored = StoredOfDescr(header.descr, place);
  array.order = header.descr[0] == '>' ? std::endian::big : std::endian::little;
  array.fortran_order = header.fortran_order;
  array.shape = header.shape;
  array.data = std::move(file);
  array.file = place;
  array.begin = start.size() + length;
  return array;
}

StoredArray OpenNpy(const std::string& path) { return OpenNpy(OpenMapped(path), path); }
Tensor ReadNpy(const std::string& path) { return ReadArray(OpenNpy(path)); }

std::string FormatNpy(const Tensor& tensor) {
  const std::string shape = fmt::format("({}{})", fmt::join(tensor.shape(), ", "), tensor.rank() == 1 ? "," : "");
  std::string header =
      fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': {}, }}", DescrOf(tensor.element()), shape);
  constexpr size_t kPreamble = 10;                            // magic, version, length
  header.append(63 - (kPreamble + header.size()) % 64, ' ');  // with the newline, data begins at a multiple of 64
  header += '\n';
  std::string bytes(kMagic);
  bytes += {'\x01', '\x00', static_cast<char>(header.size() & 0xFF), static_cast<char>(header.size() >> 8)};
  bytes += header;
  const Tensor stored = tensor.element() == ir::Element::kBF16 ? tensor.Converted(ir::Element::kF32) : tensor;
  bytes.append(reinterpret_cast<const char*>(stored.data()), static_cast<size_t>(stored.bytes()));
  return bytes;
}

void WriteNpy(const std::string& path, const Tensor& tensor) { WriteAtomically(path, FormatNpy(tensor)); }

}  // namespace nnc::runtime
