#include "runtime/safetensors_header.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <unordered_set>

#include "runtime/bytes.h"
#include "runtime/fail.h"

namespace nnc::runtime {
namespace {

using Json = nlohmann::json;
using Entry = SafetensorsHeader::Entry;

constexpr uint64_t kLengthBytes = 8;
constexpr uint64_t kLongestHeader =
    100'000'000;  // as the reference reader (safetensors/src/tensor.rs, MAX_HEADER_SIZE)
constexpr std::string_view kMetadata = "__metadata__";

constexpr std::pair<std::string_view, Stored> kTypes[] = {
    {"BOOL", Stored::kBool}, {"I8", Stored::kI8},   {"U8", Stored::kU8},   {"I16", Stored::kI16}, {"U16", Stored::kU16},
    {"I32", Stored::kI32},   {"U32", Stored::kU32}, {"I64", Stored::kI64}, {"U64", Stored::kU64}, {"F16", Stored::kF16},
    {"BF16", Stored::kBF16}, {"F32", Stored::kF32}, {"F64", Stored::kF64}};

[[noreturn]] void FailAt(const std::string& path, uint64_t byte, const std::string& message) {
  Fail(DiagnosticKind::kBadWeights, fmt::format("{}@{}", path, byte), message);
}

// What the JSON parser calls: `{name: {dtype, shape, data_offsets}, ..., __metadata__: {key: text, ...}}`.
class Reader : public nlohmann::json_sax<Json> {
 public:
  Reader(SafetensorsHeader& header, const std::string& path) : header_(header), path_(path) {}

  bool null() override { return Refuse(); }
  bool boolean(bool) override { return Refuse(); }
  bool number_integer(int64_t) override { return RefuseNumber(); }
  bool number_float(double, const std::string&) override { return RefuseNumber(); }
  bool binary(Json::binary_t&) override { return Refuse(); }

  bool number_unsigned(uint64_t number) override {
    if (place_ != Place::kArray || number > INT64_MAX) return RefuseNumber();
    std::vector<uint64_t>& numbers = key_ == "shape" ? shape_ : offsets_;
    if (numbers.size() == kMostAxes) Throw(fmt::format("`{}` has more than {} axes", name_, kMostAxes));
    numbers.push_back(number);
    return true;
  }

  bool string(std::string& text) override {
    if (place_ == Place::kNotes) {
      header_.metadata.emplace(key_, std::move(text));
    } else if (place_ == Place::kEntry && key_ == "dtype") {
      stored_ = StoredNamed(text);
    } else {
      Refuse();
    }
    return true;
  }

  bool start_object(size_t) override {
    if (place_ == Place::kStart) {
      place_ = Place::kNames;
    } else if (place_ == Place::kNames) {
      place_ = name_ == kMetadata ? Place::kNotes : Place::kEntry;
      keys_.clear();
      stored_.reset();
      shape_.clear();
      offsets_.clear();
    } else {
      Refuse();
    }
    return true;
  }

  bool key(std::string& text) override {
    const bool fresh = place_ == Place::kNames ? names_.insert(text).second : keys_.insert(text).second;
    if (!fresh) Throw(fmt::format("the header names `{}` twice", text));
    if (place_ == Place::kEntry && text != "dtype" && text != "shape" && text != "data_offsets") Refuse();
    (place_ == Place::kNames ? name_ : key_) = text;
    return true;
  }

  bool end_object() override {
    if (place_ == Place::kEntry) {
      if (keys_.size() != 3 || offsets_.size() != 2) Refuse();
      header_.entries.push_back({name_, *stored_, {shape_.begin(), shape_.end()}, offsets_[0], offsets_[1]});
    }
    place_ = place_ == Place::kNames ? Place::kStart : Place::kNames;
    return true;
  }

  bool start_array(size_t) override {
    if (place_ != Place::kEntry || key_ == "dtype") Refuse();
    place_ = Place::kArray;
    return true;
  }

  bool end_array() override {
    place_ = Place::kEntry;
    return true;
  }

  bool parse_error(size_t at, const std::string&, const Json::exception&) override {
    FailAt(path_, kLengthBytes + at, "the header is not JSON");
  }

 private:
  // Within what the next value stands.
  enum class Place { kStart, kNames, kNotes, kEntry, kArray };

  [[noreturn]] void Throw(const std::string& message) const { FailAt(path_, kLengthBytes, message); }

  [[noreturn]] bool Refuse() const {
    if (place_ == Place::kNotes) Throw(fmt::format("`{}` holds `{}`, which is not a string", kMetadata, key_));
    if (name_ == kMetadata) Throw(fmt::format("`{}` is not an object", kMetadata));
    Throw(fmt::format("`{}` needs dtype, shape and two data_offsets, and nothing else", name_));
  }
  [[noreturn]] bool RefuseNumber() const {
    if (place_ == Place::kArray) Throw(fmt::format("`{}` has a size or offset that is not a whole number", name_));
    Refuse();
  }

  Stored StoredNamed(const std::string& type) const {
    for (const auto& [known, stored] : kTypes) {
      if (known == type) return stored;
    }
    Throw(fmt::format("`{}` has type {}, which nnc does not read", name_, type));
  }

  SafetensorsHeader& header_;
  const std::string& path_;
  Place place_ = Place::kStart;
  std::unordered_set<std::string> names_;  // so far
  std::set<std::string> keys_;             // of the object within, so far
  std::string name_, key_;                 // the last ones
  std::optional<Stored> stored_;
  std::vector<uint64_t> shape_, offsets_;
};

std::string_view FindHeader(std::string_view bytes, const std::string& path) {
  if (bytes.size() < kLengthBytes) FailAt(path, bytes.size(), "the file is too short for a safetensors header");
  const uint64_t length = LoadNumber<uint64_t>(bytes, 0);
  if (length > kLongestHeader) FailAt(path, 0, "not a safetensors file: its header would be longer than 100 MB");
  if (length > bytes.size() - kLengthBytes) FailAt(path, 0, "the file ends within its header");
  if (length == 0 || bytes[kLengthBytes] != '{') FailAt(path, kLengthBytes, "the header does not begin with `{`");
  return bytes.substr(kLengthBytes, length);
}

void CheckLayout(const SafetensorsHeader& header, uint64_t size, const std::string& path) {
  const uint64_t data_bytes = size - header.data;
  uint64_t at = 0;
  for (const Entry& entry : header.entries) {
    if (entry.begin != at || entry.end < entry.begin) {
      FailAt(path, header.data + at,
             fmt::format("the bytes of `{}` do not follow those before: a gap or an overlap", entry.name));
    }
    at = entry.end;
    const std::optional<int64_t> bytes = StoredBytes(entry.stored, entry.shape);
    if (!bytes || static_cast<uint64_t>(*bytes) != entry.end - entry.begin) {
      FailAt(path, header.data + entry.begin,
             fmt::format("`{}` of shape {} does not take the {} bytes that it is given", entry.name,
                         ShapeText(entry.shape), entry.end - entry.begin));
    }
  }
  if (at != data_bytes) {
    FailAt(path, header.data + std::min(at, data_bytes), "the tensors do not end where the file does");
  }
}

}  // namespace

SafetensorsHeader ParseSafetensorsHeader(std::string_view bytes, const std::string& path) {
  SafetensorsHeader header;
  const std::string_view text = FindHeader(bytes, path);
  header.data = kLengthBytes + text.size();
  Reader reader(header, path);
  Json::sax_parse(text, &reader);
  std::sort(header.entries.begin(), header.entries.end(),
            [](const Entry& a, const Entry& b) { return std::pair(a.begin, a.end) < std::pair(b.begin, b.end); });
  CheckLayout(header, bytes.size(), path);
  return header;
}

}  // namespace nnc::runtime
