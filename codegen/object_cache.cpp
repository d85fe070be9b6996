#include "codegen/object_cache.h"

#include <llvm/Bitcode/BitcodeWriter.h>
#include <llvm/Config/llvm-config.h>
#include <llvm/Support/BLAKE3.h>
#include <llvm/Support/CachePruning.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/FileUtilities.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/Path.h>
#include <llvm/Support/raw_ostream.h>
#include <llvm/Support/xxhash.h>

#include <cstring>

namespace nnc::codegen {
namespace {

// To be changed with OptimizeModule and CompileModule.
constexpr const char* kPipeline = "1";
constexpr uint64_t kMostBytes = uint64_t{256} << 20;

uint64_t ChecksumOf(llvm::StringRef bytes) { return llvm::xxh3_64bits(bytes); }

}  // namespace

std::string ObjectCache::KeyOf(const llvm::Module& module, int level) const {
  if (folder_.empty()) return "";
  llvm::SmallVector<char, 0> bitcode;
  llvm::raw_svector_ostream out(bitcode);
  llvm::WriteBitcodeToFile(module, out);
  out << kPipeline << ' ' << level << ' ' << LLVM_VERSION_STRING;
  const auto hash =
      llvm::BLAKE3::hash<16>(llvm::ArrayRef(reinterpret_cast<const uint8_t*>(bitcode.data()), bitcode.size()));
  return llvm::toHex(llvm::ArrayRef<uint8_t>(hash), /*LowerCase=*/true);
}

// The prefix is the one by which LLVM's pruning knows the files of a cache.
std::string ObjectCache::PathOf(const std::string& key) const {
  llvm::SmallString<128> path(folder_);
  llvm::sys::path::append(path, "llvmcache-" + key);
  return path.str().str();
}

std::optional<ObjectCode> ObjectCache::Find(const std::string& key) const {
  if (folder_.empty()) return std::nullopt;
  const auto file = llvm::MemoryBuffer::getFile(PathOf(key), /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (!file) return std::nullopt;
  const llvm::StringRef bytes = (*file)->getBuffer();
  uint64_t checksum = 0;
  if (bytes.size() < sizeof checksum) return std::nullopt;
  const llvm::StringRef code = bytes.drop_back(sizeof checksum);
  std::memcpy(&checksum, bytes.data() + code.size(), sizeof checksum);
  if (checksum != ChecksumOf(code)) return std::nullopt;
  return code.str();
}

void ObjectCache::Store(const std::string& key, const ObjectCode& code) const {
  if (folder_.empty() || llvm::sys::fs::create_directories(folder_)) return;
  llvm::Error error = llvm::writeToOutput(PathOf(key), [&](llvm::raw_ostream& out) {
    const uint64_t checksum = ChecksumOf(code);
    out << code << llvm::StringRef(reinterpret_cast<const char*>(&checksum), sizeof checksum);
    return llvm::Error::success();
  });
  llvm::consumeError(std::move(error));  // the code is made again next time
}

void ObjectCache::Prune() const {
  if (folder_.empty()) return;
  llvm::CachePruningPolicy policy;
  policy.MaxSizeBytes = kMostBytes;
  llvm::pruneCache(folder_, policy);
}

}  // namespace nnc::codegen
