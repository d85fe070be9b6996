#include "runtime/byte_source.h"

#include <fmt/format.h>
#include <sys/mman.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "ir/source_file.h"
#include "runtime/fail.h"
#include "runtime/inflate.h"

namespace nnc::runtime {
namespace {

// A regular file that is open for reading.
class InputFile {
 public:
  explicit InputFile(const std::string& path) : file_(OpenRegularFile(path)) {}

  const std::string& path() const { return file_.path; }
  size_t size() const { return file_.size; }
  size_t ReadAt(uint64_t at, char* to, size_t count) const { return file_.ReadAt(at, to, count); }
  bool IsPacked() const {
    std::array<char, 2> magic;
    return IsGzip({magic.data(), ReadAt(0, magic.data(), magic.size())});
  }
  SharedBytes Map() const {
    if (size() == 0) return ShareText("");
    void* const begin = mmap(nullptr, size(), PROT_READ, MAP_PRIVATE, file_.file.get(), 0);
    if (begin == MAP_FAILED) FailToRead(path(), SystemReason());
    const auto unmap = [size = size()](const std::byte* bytes) { munmap(const_cast<std::byte*>(bytes), size); };
    return {{static_cast<const std::byte*>(begin), unmap}, size()};
  }

 private:
  RegularFile file_;
};

class FileSource : public ByteSource {
 public:
  explicit FileSource(InputFile file) : file_(std::move(file)) {}
  size_t Read(char* to, size_t count) override {
    const size_t got = file_.ReadAt(at_, to, count);
    at_ += got;
    return got;
  }
  uint64_t at_most() const override { return file_.size() - std::min<uint64_t>(at_, file_.size()); }

 private:
  InputFile file_;
  uint64_t at_ = 0;
};

class MemorySource : public ByteSource {
 public:
  explicit MemorySource(SharedBytes bytes) : bytes_(std::move(bytes)) {}
  size_t Read(char* to, size_t count) override {
    const size_t got = bytes_.text().substr(at_).copy(to, count);
    at_ += got;
    return got;
  }
  std::shared_ptr<const std::byte> Take(size_t count) override {
    if (count > bytes_.size - at_) return nullptr;
    at_ += count;
    return bytes_.part(at_ - count, count).begin;
  }
  uint64_t at_most() const override { return bytes_.size - at_; }

 private:
  SharedBytes bytes_;
  size_t at_ = 0;
};

std::unique_ptr<ByteSource> Gunzip(InputFile file) {
  const std::string path = file.path();
  return std::make_unique<InflateSource>(std::make_unique<FileSource>(std::move(file)), InflateSource::Wrapper::kGzip,
                                         [path](uint64_t byte, const std::string& message) {
                                           Fail(DiagnosticKind::kBadDataFile, fmt::format("{}@{}", path, byte),
                                                "gzip: " + message, "Fetch the file again, or unpack it.");
                                         });
}

}  // namespace

std::shared_ptr<const std::byte> ByteSource::Take(size_t) { return nullptr; }

uint64_t ByteSource::Drain() {
  std::array<char, 1 << 14> piece;
  uint64_t total = 0;
  for (;;) {
    const size_t got = Read(piece.data(), piece.size());
    total += got;
    if (got < piece.size()) return total;
  }
}

SharedBytes ShareText(std::string text) {
  const auto owner = std::make_shared<const std::string>(std::move(text));
  return {{owner, reinterpret_cast<const std::byte*>(owner->data())}, owner->size()};
}

bool IsGzip(std::string_view bytes) { return bytes.starts_with("\x1f\x8b"); }

std::unique_ptr<ByteSource> OpenStream(const std::string& path) {
  InputFile file(path);
  if (file.IsPacked()) return Gunzip(std::move(file));
  return std::make_unique<FileSource>(std::move(file));
}

std::unique_ptr<ByteSource> OpenMapped(const std::string& path) {
  InputFile file(path);
  if (file.IsPacked()) return Gunzip(std::move(file));
  return SourceOf(file.Map());
}

SharedBytes MapFile(const std::string& path) {
  InputFile file(path);
  if (!file.IsPacked()) return file.Map();
  const auto unpacked = Gunzip(std::move(file));
  std::string text;
  constexpr size_t kPiece = 1 << 20;
  for (size_t got = kPiece; got == kPiece;) {
    const size_t old_size = text.size();
    text.resize(old_size + kPiece);
    got = unpacked->Read(text.data() + old_size, kPiece);
    text.resize(old_size + got);
  }
  return ShareText(std::move(text));
}

std::unique_ptr<ByteSource> SourceOf(SharedBytes bytes) { return std::make_unique<MemorySource>(std::move(bytes)); }

}  // namespace nnc::runtime
