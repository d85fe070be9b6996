// Whole programs: the standard library, and the programs of the language's design where they are there.

#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

#include "frontend/frontend.h"
#include "tests/frontend/parsing.h"

namespace nnc {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::Parsed;

// Beside the source tree, or where NNC_SHARED says.
std::filesystem::path SharedPrograms() {
  const char* shared = std::getenv("NNC_SHARED");
  std::filesystem::path source_dir = std::filesystem::path(__FILE__).parent_path().parent_path().parent_path();
  return (shared ? std::filesystem::path(shared) : source_dir.parent_path() / "shared") / "design" / "programs";
}

std::string ReadText(const std::filesystem::path& path) {
  std::stringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

TEST(Programs, TheStandardLibraryParses) {
  for (const EmbeddedFile& file : StandardLibrary()) {
    EXPECT_THAT(Parsed(std::string(file.text)).Errors(), IsEmpty()) << file.path;
  }
}

TEST(Programs, TheDesignsProgramsParse) {
  const std::pair<const char*, std::vector<std::string>> kDeclarations[] = {
      {"lstm_classifier.nn",
       {"\n  data reviews\n", "\n  model Cell\n", "\n  model Sentiment\n", "\n  fn predict\n",
        "\n      body\n        assign (hid, c)\n", "fn\n", "parameter (hid, c)\n"}},
      {"pinn.nn",
       {"\n  data interior\n    generate i\n", "\n  data edge\n", "\n  model Field\n", "\n  let u\n",
        "\n  fn residual\n", "\n  fn solve\n", "assign (y_x, y_t)\n"}},
      {"resnet.nn",
       {"\n  model Block\n", "\n  model ResNet\n", "\n  fn augment\n", "\n    member short\n      if\n",
        "\n    minimize\n      name loss\n      over\n", "like\n        member .image\n"}},
      {"vae.nn",
       {"\n  let latent\n    int 20\n", "\n  model Vae\n", "\n    fn encode\n", "\n    fn decode\n",
        "\n    fn forward\n", "\n  fn sample\n", "\n    metric divergence\n      name kl\n"}},
  };
  if (!std::filesystem::exists(SharedPrograms())) GTEST_SKIP() << SharedPrograms() << " is not there";
  for (const auto& [name, lines] : kDeclarations) {
    Parsed parsed(ReadText(SharedPrograms() / name));
    EXPECT_THAT(parsed.Errors(), IsEmpty()) << name;
    for (const std::string& line : lines) EXPECT_THAT(parsed.Printed(), HasSubstr(line)) << name;
    EXPECT_THAT(parsed.Printed(), HasSubstr("\n  train fit\n")) << name;
  }
}

// A program with one of its tokens, bytes or stretches gone, doubled or changed.
std::string Mutate(std::string text, const std::string& other, std::mt19937& random) {
  auto below = [&](size_t n) { return n == 0 ? 0 : random() % n; };
  static constexpr std::string_view kPieces[] = {"(",    ")",    "[",  "]", "{",  "}",   "\n",  ";",
                                                 "=",    ":",    ",",  ".", "..", "fn ", "if ", "else ",
                                                 "for ", " in ", "\"", "-", "**", "nn"};
  for (size_t edits = 1 + below(4); edits > 0; --edits) {
    size_t at = below(text.size()), length = std::min<size_t>(1 + below(40), text.size() - at);
    switch (below(5)) {
      case 0:
        text.erase(at, length);
        break;
      case 1:
        text.insert(at, kPieces[below(std::size(kPieces))]);
        break;
      case 2:
        text[at] = static_cast<char>(below(256));
        break;
      case 3:
        text.insert(at, text.substr(at, length));
        break;
      default:
        text.insert(at, other.substr(below(other.size()), length));
    }
  }
  return text;
}

// Whatever the bytes, the parser ends, and says why where the file is wrong; the printer takes every tree that it
// leaves.
TEST(Programs, MutatedProgramsNeverCrash) {
  std::vector<std::string> programs;
  for (const EmbeddedFile& file : StandardLibrary()) programs.emplace_back(file.text);
  if (std::filesystem::exists(SharedPrograms())) {
    for (const auto& entry : std::filesystem::directory_iterator(SharedPrograms())) {
      programs.push_back(ReadText(entry.path()));
    }
  }
  std::mt19937 random(1);
  for (int i = 0; i < 500; ++i) {
    const std::string& program = programs[random() % programs.size()];
    Parsed parsed(Mutate(program, programs[random() % programs.size()], random));
    EXPECT_FALSE(parsed.Printed().empty());
  }
}

TEST(Programs, RandomBytesNeverCrash) {
  std::mt19937 random(2);
  static constexpr std::string_view kAlphabet = "nn 1\nabZ_09.,:;=+-*/%@<>!()[]{}\"\\#&|^'\t\r";
  for (int i = 0; i < 500; ++i) {
    std::string text = "nn 1\n";
    for (size_t n = random() % 200; n > 0; --n) text += kAlphabet[random() % kAlphabet.size()];
    EXPECT_FALSE(Parsed(text).Printed().empty());
  }
}

}  // namespace
}  // namespace nnc
