#include "runtime/safetensors.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "runtime/bytes.h"
#include "runtime/fail.h"
#include "runtime/files.h"

namespace nnc::runtime {
namespace {

using Json = nlohmann::json;

constexpr uint64_t kLengthBytes = 8;
constexpr uint64_t kLongestHeader =
    100'000'000;  // as the reference reader (safetensors/src/tensor.rs, MAX_HEADER_SIZE)

constexpr std::pair<std::string_view, Stored> kTypes[] = {
    {"BOOL", Stored::kBool}, {"I8", Stored::kI8},   {"U8", Stored::kU8},   {"I16", Stored::kI16}, {"U16", Stored::kU16},
    {"I32", Stored::kI32},   {"U32", Stored::kU32}, {"I64", Stored::kI64}, {"U64", Stored::kU64}, {"F16", Stored::kF16},
    {"BF16", Stored::kBF16}, {"F32", Stored::kF32}, {"F64", Stored::kF64}};

std::string_view TypeName(ir::Element element) {
  switch (element) {
    case ir::Element::kF32:
      return "F32";
    case ir::Element::kF64:
      return "F64";
    case ir::Element::kBF16:
      return "BF16";
    case ir::Element::kI32:
      return "I32";
    case ir::Element::kI64:
      return "I64";
    case ir::Element::kU8:
      return "U8";
    case ir::Element::kBool:
      return "BOOL";
  }
  throw std::logic_error("unknown element type");
}

struct Entry {
  std::string name;
  Stored stored{};
  std::vector<int64_t> shape;
  uint64_t begin = 0, end = 0;  // within the data
};

// What a file's header says.
struct Contents {
  std::vector<Entry> entries;  // in the order of their bytes
  uint64_t data = 0;           // where the tensors' bytes begin
  std::map<std::string, std::string> metadata;
};

class Parser {
 public:
  Parser(std::string_view bytes, const std::string& path) : bytes_(bytes), path_(path) {}

  Contents Parse() {
    const std::string_view header = FindHeader();
    const Json json = ParseJson(header);
    Contents contents;
    for (const auto& [name, value] : json.items()) {
      if (name == "__metadata__") {
        contents.metadata = ParseMetadata(value);
      } else {
        contents.entries.push_back(ParseEntry(name, value));
      }
    }
    std::sort(contents.entries.begin(), contents.entries.end(),
              [](const Entry& a, const Entry& b) { return std::pair(a.begin, a.end) < std::pair(b.begin, b.end); });
    contents.data = kLengthBytes + header.size();
    CheckLayout(contents.entries, bytes_.size() - contents.data);
    return contents;
  }

 private:
  [[noreturn]] void FailAt(uint64_t byte, const std::string& message) const {
    Fail(DiagnosticKind::kBadWeights, fmt::format("{}@{}", path_, byte), message);
  }

  std::string_view FindHeader() const {
    if (bytes_.size() < kLengthBytes) FailAt(bytes_.size(), "the file is too short for a safetensors header");
    const uint64_t length = LoadNumber<uint64_t>(bytes_, 0);
    if (length > kLongestHeader) FailAt(0, "not a safetensors file: its header would be longer than 100 MB");
    if (length > bytes_.size() - kLengthBytes) FailAt(0, "the file ends within its header");
    if (length == 0 || bytes_[kLengthBytes] != '{') FailAt(kLengthBytes, "the header does not begin with `{`");
    return bytes_.substr(kLengthBytes, length);
  }

  Json ParseJson(std::string_view header) const {
    std::vector<std::set<std::string>> keys;  // of the objects that are open
    const auto refuse_repeats = [&](int, Json::parse_event_t event, Json& parsed) {
      if (event == Json::parse_event_t::object_start) keys.emplace_back();
      if (event == Json::parse_event_t::object_end) keys.pop_back();
      if (event == Json::parse_event_t::key && !keys.back().insert(parsed.get<std::string>()).second) {
        FailAt(kLengthBytes, fmt::format("the header names `{}` twice", parsed.get<std::string>()));
      }
      return true;
    };
    try {
      return Json::parse(header, refuse_repeats);
    } catch (const Json::parse_error& error) {
      FailAt(kLengthBytes + error.byte, "the header is not JSON");
    }
  }

  std::map<std::string, std::string> ParseMetadata(const Json& value) const {
    std::map<std::string, std::string> metadata;
    if (!value.is_object()) FailAt(kLengthBytes, "`__metadata__` is not an object");
    for (const auto& [key, text] : value.items()) {
      if (!text.is_string()) FailAt(kLengthBytes, fmt::format("`__metadata__` holds `{}`, which is not a string", key));
      metadata.emplace(key, text.get<std::string>());
    }
    return metadata;
  }

  Entry ParseEntry(const std::string& name, const Json& value) const {
    const auto has = [&](const char* key, Json::value_t type) {
      return value.contains(key) && value[key].type() == type;
    };
    const bool complete = value.is_object() && value.size() == 3 && has("dtype", Json::value_t::string) &&
                          has("shape", Json::value_t::array) && has("data_offsets", Json::value_t::array) &&
                          value["data_offsets"].size() == 2;
    if (!complete)
      FailAt(kLengthBytes, fmt::format("`{}` needs dtype, shape and two data_offsets, and nothing else", name));
    Entry entry{name, StoredNamed(name, value["dtype"].get<std::string>()), {}, 0, 0};
    for (const Json& size : value["shape"]) entry.shape.push_back(static_cast<int64_t>(Unsigned(name, size)));
    entry.begin = Unsigned(name, value["data_offsets"][0]);
    entry.end = Unsigned(name, value["data_offsets"][1]);
    return entry;
  }

  uint64_t Unsigned(const std::string& name, const Json& value) const {
    if (!value.is_number_unsigned() || value.get<uint64_t>() > INT64_MAX) {
      FailAt(kLengthBytes, fmt::format("`{}` has a size or offset that is not a whole number", name));
    }
    return value.get<uint64_t>();
  }

  Stored StoredNamed(const std::string& name, const std::string& type) const {
    for (const auto& [known, stored] : kTypes) {
      if (known == type) return stored;
    }
    FailAt(kLengthBytes, fmt::format("`{}` has type {}, which nnc does not read", name, type));
  }

  void CheckLayout(const std::vector<Entry>& entries, uint64_t data_bytes) const {
    const uint64_t base = bytes_.size() - data_bytes;
    uint64_t at = 0;
    for (const Entry& entry : entries) {
      if (entry.begin != at || entry.end < entry.begin) {
        FailAt(base + at, fmt::format("the bytes of `{}` do not follow those before: a gap or an overlap", entry.name));
      }
      at = entry.end;
      const std::optional<int64_t> size = StoredBytes(entry.stored, entry.shape);
      if (!size || static_cast<uint64_t>(*size) != entry.end - entry.begin) {
        FailAt(base + entry.begin, fmt::format("`{}` of shape {} does not take the {} bytes that it is given",
                                               entry.name, ShapeText(entry.shape), entry.end - entry.begin));
      }
    }
    if (at != data_bytes) FailAt(base + std::min(at, data_bytes), "the tensors do not end where the file does");
  }

  std::string_view bytes_;
  const std::string& path_;
};

StoredArray ArrayOf(const Entry& entry, const Contents& contents, const SharedBytes& bytes, const std::string& path) {
  StoredArray array;
  array.stored = entry.stored;
  array.shape = entry.shape;
  array.data = SourceOf(bytes.part(contents.data + entry.begin, entry.end - entry.begin));
  array.file = path;
  array.begin = contents.data + entry.begin;
  array.kind = DiagnosticKind::kBadWeights;
  return array;
}

}  // namespace

Safetensors ReadSafetensors(const std::string& path) { return ParseSafetensors(MapFile(path), path); }

Safetensors ParseSafetensors(const SharedBytes& bytes, const std::string& path) {
  const Contents contents = Parser(bytes.text(), path).Parse();
  Safetensors file{{}, contents.metadata};
  for (const Entry& entry : contents.entries) {
    file.tensors.emplace(entry.name, ReadArray(ArrayOf(entry, contents, bytes, path)));
  }
  return file;
}

StoredArray OpenSafetensors(const std::string& path, const std::string& name) {
  const SharedBytes bytes = MapFile(path);
  const Contents contents = Parser(bytes.text(), path).Parse();
  std::vector<std::string> names;
  for (const Entry& entry : contents.entries) {
    if (entry.name == name) return ArrayOf(entry, contents, bytes, path);
    names.push_back(entry.name);
  }
  Fail(DiagnosticKind::kBadDataFile, path, fmt::format("no tensor `{}`", name),
       fmt::format("It holds: {}.{}", fmt::join(names, ", "), DidYouMean(name, names)));
}

std::string FormatSafetensors(const Safetensors& file) {
  std::vector<const TensorMap::value_type*> order;
  for (const auto& entry : file.tensors) order.push_back(&entry);
  std::sort(order.begin(), order.end(), [](const auto* a, const auto* b) {
    const auto key = [](const auto* entry) {
      return std::pair(-ir::ByteSize(entry->second.element()), std::string_view(entry->first));
    };
    return key(a) < key(b);
  });
  nlohmann::ordered_json header = nlohmann::ordered_json::object();
  if (!file.metadata.empty()) header["__metadata__"] = file.metadata;
  int64_t at = 0;
  for (const auto* entry : order) {
    const Tensor& tensor = entry->second;
    header[entry->first] = {
        {"dtype", TypeName(tensor.element())}, {"shape", tensor.shape()}, {"data_offsets", {at, at + tensor.bytes()}}};
    at += tensor.bytes();
  }
  std::string text = header.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  text.append((8 - text.size() % 8) % 8, ' ');
  const uint64_t length = text.size();
  std::string bytes(reinterpret_cast<const char*>(&length), sizeof(length));
  bytes += text;
  bytes.reserve(bytes.size() + static_cast<size_t>(at));
  for (const auto* entry : order) {
    bytes.append(reinterpret_cast<const char*>(entry->second.data()), static_cast<size_t>(entry->second.bytes()));
  }
  return bytes;
}

void WriteSafetensors(const std::string& path, const Safetensors& file) {
  WriteAtomically(path, FormatSafetensors(file));
}

}  // namespace nnc::runtime
