#include "runtime/safetensors.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "runtime/fail.h"
#include "runtime/files.h"
#include "runtime/safetensors_header.h"

namespace nnc::runtime {
namespace {

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

StoredArray ArrayOf(const SafetensorsHeader::Entry& entry, const SafetensorsHeader& header, const SharedBytes& bytes,
                    const std::string& path) {
  StoredArray array;
  array.stored = entry.stored;
  array.shape = entry.shape;
  array.data = SourceOf(bytes.part(header.data + entry.begin, entry.end - entry.begin));
  array.file = path;
  array.begin = header.data + entry.begin;
  array.kind = DiagnosticKind::kBadWeights;
  return array;
}

}  // namespace

Safetensors ReadSafetensors(const std::string& path) { return ParseSafetensors(MapFile(path), path); }

Safetensors ParseSafetensors(const SharedBytes& bytes, const std::string& path) {
  const SafetensorsHeader header = ParseSafetensorsHeader(bytes.text(), path);
  Safetensors file{{}, header.metadata};
  for (const SafetensorsHeader::Entry& entry : header.entries) {
    file.tensors.emplace(entry.name, ReadArray(ArrayOf(entry, header, bytes, path)));
  }
  return file;
}

StoredArray OpenSafetensors(const std::string& path, const std::string& name) {
  const SharedBytes bytes = MapFile(path);
  const SafetensorsHeader header = ParseSafetensorsHeader(bytes.text(), path);
  std::vector<std::string> names;
  for (const SafetensorsHeader::Entry& entry : header.entries) {
    if (entry.name == name) return ArrayOf(entry, header, bytes, path);
    names.push_back(entry.name);
  }
  Fail(DiagnosticKind::kBadDataFile, path, fmt::format("no tensor `{}`", name),
       fmt::format("It holds: {}.{}", fmt::join(names, ", "), DidYouMean(name, names)));
}

std::vector<std::string_view> SafetensorsText::pieces() const {
  std::vector<std::string_view> pieces = {header};
  pieces.insert(pieces.end(), tensors.begin(), tensors.end());
  return pieces;
}

SafetensorsText FormatSafetensors(const Safetensors& file) {
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
  SafetensorsText result{std::string(reinterpret_cast<const char*>(&length), sizeof(length)) + text, {}};
  for (const auto* entry : order) {
    const Tensor& tensor = entry->second;
    result.tensors.emplace_back(reinterpret_cast<const char*>(tensor.data()), static_cast<size_t>(tensor.bytes()));
  }
  return result;
}

void WriteSafetensors(const std::string& path, const Safetensors& file) {
  WriteAtomically(path, FormatSafetensors(file).pieces());
}

}  // namespace nnc::runtime
