// Files that a test writes, and what it expects of a Failure.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>
#include <zlib.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "ir/diagnostics.h"

namespace nnc::runtime {

// A directory that lives as long as the test.
class Scratch {
 public:
  Scratch() {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    static int made = 0;
    path_ =
        std::filesystem::temp_directory_path() / (std::string("nnc_") + test->test_suite_name() + "_" + test->name() +
                                                  "_" + std::to_string(getpid()) + "_" + std::to_string(made++));
    std::filesystem::remove_all(path_);
    std::filesystem::create_directories(path_);
  }
  ~Scratch() { std::filesystem::remove_all(path_); }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  std::string Path(const std::string& name) const { return (path_ / name).string(); }
  std::string Write(const std::string& name, const std::string& bytes) const {
    std::ofstream(Path(name), std::ios::binary) << bytes;
    return Path(name);
  }
  std::string Read(const std::string& name) const {
    std::ifstream file(Path(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

 private:
  std::filesystem::path path_;
};

inline std::string Joined(const std::vector<std::string_view>& pieces) {
  std::string joined;
  for (const std::string_view piece : pieces) joined += piece;
  return joined;
}

inline std::string Gzip(const std::string& bytes) {
  const Scratch scratch;
  const gzFile file = gzopen(scratch.Path("x").c_str(), "wb");
  gzwrite(file, bytes.data(), static_cast<unsigned>(bytes.size()));
  gzclose(file);
  return scratch.Read("x");
}

// The failure that `work` ends with; a test failure and an empty one if it does not.
inline Diagnostic FailureOf(const std::function<void()>& work) {
  try {
    work();
  } catch (const Failure& failure) {
    return failure.diagnostic();
  }
  ADD_FAILURE() << "no Failure was thrown";
  return {};
}

MATCHER_P3(Fails, kind, place, message, "") {
  const Diagnostic found = FailureOf(arg);
  *result_listener << "kind " << InfoOf(found.kind).name << " at `" << found.place << "`: " << found.message << " | "
                   << found.help;
  return found.kind == kind && found.place.ends_with(place) && found.message.find(message) != std::string::npos;
}

template <class T>
std::string BytesOf(T value) {
  return {reinterpret_cast<const char*>(&value), sizeof(T)};
}
template <class T>
std::string BytesOf(const std::vector<T>& values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)};
}

// Every element as a double.
template <class Tensor>
std::vector<double> Numbers(const Tensor& tensor) {
  std::vector<double> numbers;
  for (int64_t i = 0; i < tensor.elements(); ++i) numbers.push_back(tensor.number(i));
  return numbers;
}

}  // namespace nnc::runtime
