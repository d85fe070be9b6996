#include "runtime/npz.h"

#include <fmt/format.h>

#include "runtime/fail.h"
#include "runtime/npy.h"
#include "runtime/zip.h"

namespace nnc::runtime {

namespace {

// A member of an archive that is an array, by the name that NumPy gives it.
std::vector<std::pair<std::string, ZipMember>> ArraysOf(const SharedBytes& archive, const std::string& path) {
  constexpr std::string_view kSuffix = ".npy";
  std::vector<std::pair<std::string, ZipMember>> arrays;
  for (ZipMember& member : ListZip(archive.text(), path)) {
    if (!member.name.ends_with(kSuffix)) continue;
    std::string key = member.name.substr(0, member.name.size() - kSuffix.size());
    arrays.emplace_back(std::move(key), std::move(member));
  }
  return arrays;
}

}  // namespace

StoredArray OpenNpz(const std::string& path, const std::string& key) {
  const SharedBytes archive = MapFile(path);
  std::vector<std::string> keys;
  for (const auto& [name, member] : ArraysOf(archive, path)) {
    if (name == key) return OpenNpy(OpenZipMember(archive, member, path), path + ":" + member.name);
    keys.push_back(name);
  }
  Fail(DiagnosticKind::kBadDataFile, path, fmt::format("no array `{}`", key),
       fmt::format("It holds: {}.{}", keys.empty() ? "no arrays" : fmt::format("{}", fmt::join(keys, ", ")),
                   DidYouMean(key, keys)));
}

std::vector<std::string> ListNpz(const std::string& path) {
  std::vector<std::string> keys;
  for (const auto& [name, member] : ArraysOf(MapFile(path), path)) keys.push_back(name);
  return keys;
}

Tensor ReadNpz(const std::string& path, const std::string& key) { return ReadArray(OpenNpz(path, key)); }

}  // namespace nnc::runtime
