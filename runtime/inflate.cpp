#include "runtime/inflate.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <new>

namespace nnc::runtime {

InflateSource::InflateSource(std::unique_ptr<ByteSource> packed, Wrapper wrapper, Damaged damaged)
    : packed_(std::move(packed)), wrapper_(wrapper), damaged_(std::move(damaged)) {
  // zlib.h, inflateInit2: 16 asks for the gzip wrapper, a negative number for none.
  const int window = wrapper == Wrapper::kGzip ? 16 + MAX_WBITS : -MAX_WBITS;
  if (inflateInit2(&stream_, window) != Z_OK) throw std::bad_alloc();
  stream_.next_in = reinterpret_cast<Bytef*>(buffer_.data());
}

size_t InflateSource::Read(char* to, size_t count) {
  constexpr size_t kPiece = 1 << 30;  // zlib counts in 32 bits
  size_t done = 0;
  while (done < count && !ended_) {
    const size_t piece = std::min(kPiece, count - done);
    stream_.next_out = reinterpret_cast<Bytef*>(to + done);
    stream_.avail_out = static_cast<uInt>(piece);
    Inflate();
    done += piece - stream_.avail_out;
  }
  return done;
}

void InflateSource::Fill(size_t count) {
  if (stream_.avail_in >= count) return;
  std::memmove(buffer_.data(), stream_.next_in, stream_.avail_in);
  const size_t got = packed_->Read(buffer_.data() + stream_.avail_in, buffer_.size() - stream_.avail_in);
  read_ += got;
  stream_.next_in = reinterpret_cast<Bytef*>(buffer_.data());
  stream_.avail_in += static_cast<uInt>(got);
}

void InflateSource::Inflate() {
  Fill(1);
  const uInt room = stream_.avail_out;
  const int status = inflate(&stream_, Z_NO_FLUSH);
  unpacked_ += room - stream_.avail_out;
  CheckRatio();
  if (status == Z_STREAM_END) return EndMember();
  if (status == Z_OK) return;
  const bool cut = status == Z_BUF_ERROR;  // zlib asks for more input
  damaged_(read_ - stream_.avail_in,
           cut ? "the stream ends too early" : fmt::format("damaged stream: {}", stream_.msg ? stream_.msg : "error"));
}

void InflateSource::CheckRatio() const {
  constexpr uint64_t kAnyRatio = 32 << 20, kMostRatio = 200;
  const uint64_t used = read_ - stream_.avail_in;
  if (unpacked_ <= kAnyRatio || unpacked_ / kMostRatio <= used) return;
  damaged_(used, fmt::format("it unpacks to more than {} times its size, as no data does", kMostRatio));
}

void InflateSource::EndMember() {
  Fill(2);
  ended_ = wrapper_ == Wrapper::kNone || !IsGzip(Waiting());
  if (!ended_) inflateReset(&stream_);
}

}  // namespace nnc::runtime
