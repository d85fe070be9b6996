// Deflated bytes (RFC 1951), unpacked from front to back in constant memory. A stream made to fill a disk or memory is
// refused: beyond 32 MiB no more than 200 to 1, where text has up to 10 and sparse arrays have some 100.
#pragma once

#include <zlib.h>

#include <array>
#include <functional>
#include <memory>
#include <string>

#include "runtime/byte_source.h"

namespace nnc::runtime {

class InflateSource : public ByteSource {
 public:
  enum class Wrapper { kNone, kGzip };  // gzip (RFC 1952): one member after the other
  // Called where the stream is damaged, at a byte of `packed`. Does not return.
  using Damaged = std::function<void(uint64_t byte, const std::string& message)>;

  InflateSource(std::unique_ptr<ByteSource> packed, Wrapper wrapper, Damaged damaged);
  ~InflateSource() override { inflateEnd(&stream_); }

  size_t Read(char* to, size_t count) override;
  // Deflate packs at most 1032 to 1 (zlib.net, "Maximum Compression Factor").
  uint64_t at_most() const override { return (packed_->at_most() + stream_.avail_in + 1) * 1032; }

 private:
  // Makes sure that at least `count` packed bytes lie in the buffer, or all that there are.
  void Fill(size_t count);
  void Inflate();
  void EndMember();
  void CheckRatio() const;
  std::string_view Waiting() const { return {reinterpret_cast<const char*>(stream_.next_in), stream_.avail_in}; }

  std::unique_ptr<ByteSource> packed_;
  Wrapper wrapper_;
  Damaged damaged_;
  z_stream stream_{};
  uint64_t read_ = 0;      // packed bytes that came into the buffer
  uint64_t unpacked_ = 0;  // bytes that came out
  bool ended_ = false;
  std::array<char, 1 << 16> buffer_;
};

}  // namespace nnc::runtime
