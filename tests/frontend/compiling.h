// What the tests of checked programs share: compiling a text, and computing with its functions by the reference
// evaluator.
#pragma once

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "frontend/frontend.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "ir/evaluate.h"
#include "ir/specialize.h"
#include "ir/text.h"

namespace nnc::testing {

// A program and what was reported on it. Each text comes after a line `nn 1`; places count lines without it.
class Compiled {
 public:
  SourceManager sources;
  Diagnostics diagnostics;
  FrontendOptions options;
  Program program;

  // `files` are further files that the text can `use`, by name.
  explicit Compiled(const std::string& text, std::vector<Override> overrides = {},
                    const std::vector<std::pair<std::string, std::string>>& files = {},
                    ClassCounter count_classes = nullptr)
      : folder_(MakeFolder()) {
    Write("main.nn", text);
    for (const auto& [name, content] : files) Write(name, content);
    options.overrides = std::move(overrides);
    options.count_classes = std::move(count_classes);
    program = CompileFile(folder_ / "main.nn", options, sources, diagnostics);
    std::filesystem::remove_all(folder_);
  }

  // One line for each error, then one for each of its notes and its help:
  //   1:19 E0201 nothing is called `sofmax` here
  //     help: did you mean `softmax`?
  std::string Errors() const {
    std::string text;
    for (const Diagnostic& d : diagnostics.all()) {
      text += Place(d.span) + " " + std::string(InfoOf(d.kind).code) + " " + d.message + "\n";
      for (const Diagnostic::Note& note : d.notes) text += "  " + Place(note.span) + " " + note.text + "\n";
      if (!d.help.empty()) text += "  help: " + d.help + "\n";
    }
    return text;
  }

  const ir::Function& Ir(const std::string& name) const {
    const ir::Function* function = program.module.Find(name);
    if (function == nullptr) throw std::invalid_argument("no function " + name);
    return *function;
  }

  // A function's IR without places, or the errors if there are any.
  std::string Function(const std::string& name) const {
    return diagnostics.has_errors() ? Errors() : ir::Print(Ir(name), sources, {.locations = false});
  }

  // The elements of the first result of a function.
  std::vector<double> Run(const std::string& name, const std::vector<ir::Tensor>& arguments = {}) const {
    return Elements(ir::Evaluate(Ir(name), arguments).front());
  }

  static std::vector<double> Elements(const ir::Tensor& tensor) {
    std::vector<double> numbers;
    for (int64_t i = 0; i < tensor.elements(); ++i) numbers.push_back(tensor.number(i));
    return numbers;
  }

 private:
  static std::filesystem::path MakeFolder() {
    std::string pattern = ::testing::TempDir() + "nnc_XXXXXX";
    if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("cannot make " + pattern);
    return pattern;
  }
  void Write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name) << "nn 1\n" << text;
  }
  std::string Place(const Span& span) const {
    if (!span.known()) return "-";
    std::string file = std::filesystem::path(sources.file(span.file).path).filename();
    std::string at = std::to_string(span.line - 1) + ":" + std::to_string(span.column);
    return file == "main.nn" ? at : file + ":" + at;
  }

  std::filesystem::path folder_;
};

inline std::string ErrorsOf(const std::string& text) { return Compiled(text).Errors(); }

// The IR of the function `f`, or the errors.
inline std::string FunctionF(const std::string& text) { return Compiled(text).Function("f"); }

// Each element within `tolerance` of the expected one.
inline auto Near(const std::vector<double>& expected, double tolerance = 1e-6) {
  return ::testing::Pointwise(::testing::DoubleNear(tolerance), expected);
}

}  // namespace nnc::testing
