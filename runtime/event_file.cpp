#include "runtime/event_file.h"

#include <event.pb.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <bit>
#include <boost/crc.hpp>
#include <chrono>

#include "ir/descriptor.h"
#include "runtime/fail.h"
#include "runtime/files.h"

namespace nnc::runtime {
namespace {

static_assert(std::endian::native == std::endian::little);

double Now() { return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count(); }

std::string HostName() {
  std::array<char, 256> name{};
  return gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "localhost";
}

uint32_t MaskedChecksum(const void* bytes, size_t count) {
  boost::crc_optimal<32, 0x1EDC6F41, 0xFFFFFFFF, 0xFFFFFFFF, true, true> crc;
  crc.process_bytes(bytes, count);
  return std::rotr(static_cast<uint32_t>(crc.checksum()), 15) + 0xa282ead8U;
}

std::string Bytes(const auto& number) { return {reinterpret_cast<const char*>(&number), sizeof(number)}; }

}  // namespace

EventFile::EventFile(const std::string& directory) {
  MakeDirectories(directory);
  static int files = 0;  // of this process
  const double now = Now();
  // TensorBoard looks for "tfevents" and reads a directory's files in the order of their names.
  path_ = fmt::format("{}/events.out.tfevents.{:010}.{}.{}.{}", directory, static_cast<int64_t>(now), HostName(),
                      getpid(), files++);
  file_.open(path_, std::ios::binary | std::ios::trunc);
  proto::Event event;
  event.set_wall_time(now);
  event.set_file_version("brain.Event:2");
  Write(event.SerializeAsString());
}

void EventFile::Add(int64_t step, const Scalars& scalars) {
  proto::Event event;
  event.set_wall_time(Now());
  event.set_step(step);
  for (const auto& [tag, number] : scalars) {
    proto::Summary::Value& value = *event.mutable_summary()->add_value();
    value.set_tag(tag);
    value.set_simple_value(static_cast<float>(number));
  }
  Write(event.SerializeAsString());
}

void EventFile::Write(const std::string& message) {
  const std::string length = Bytes(static_cast<uint64_t>(message.size()));
  file_ << length << Bytes(MaskedChecksum(length.data(), length.size())) << message
        << Bytes(MaskedChecksum(message.data(), message.size())) << std::flush;
  if (!file_) Fail(DiagnosticKind::kCannotWrite, path_, fmt::format("cannot write `{}`: {}", path_, SystemReason()));
}

}  // namespace nnc::runtime
