#include "runtime/npz.h"

#include <fmt/format.h>

#include "runtime/fail.h"
#include "runtime/npy.h"
#include "runtime/zip.h"

namespace nnc::runtime {

StoredArray OpenNpz(const std::string& path, const std::string& key) {
  constexpr std::string_view kSuffix = ".npy";
  const SharedBytes archive = MapFile(path);
  std::vector<std::string> keys;
  for (const ZipMember& member : ListZip(archive.text(), path)) {
    if (!member.name.ends_with(kSuffix)) continue;
    keys.push_back(member.name.substr(0, member.name.size() - kSuffix.size()));
    if (keys.back() == key) return OpenNpy(OpenZipMember(archive, member, path), path + ":" + member.name);
  }
  Fail(DiagnosticKind::kBadDataFile, path, fmt::format("no array `{}`", key),
       fmt::format("It holds: {}.{}", keys.empty() ? "no arrays" : fmt::format("{}", fmt::join(keys, ", ")),
                   DidYouMean(key, keys)));
}

Tensor ReadNpz(const std::string& path, const std::string& key) { return ReadArray(OpenNpz(path, key)); }

}  // namespace nnc::runtime
