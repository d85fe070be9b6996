#include "tests/codegen/run_compiled.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <memory>

#include "ir/diagnostics.h"
#include "ir/text.h"

namespace nnc::codegen {
namespace {

using ir::Element;

struct Free {
  void operator()(std::byte* memory) const { std::free(memory); }
};

std::unique_ptr<std::byte, Free> NewArena(int64_t bytes) {
  const auto size = static_cast<size_t>((bytes + 63) / 64 * 64 + 64);
  auto* memory = static_cast<std::byte*>(std::aligned_alloc(64, size));
  std::memset(memory, 0, size);
  return std::unique_ptr<std::byte, Free>(memory);
}

template <class T>
void Put(std::byte* at, int64_t i, T value) {
  std::memcpy(at + i * static_cast<int64_t>(sizeof(T)), &value, sizeof(T));
}

template <class T>
T Get(const std::byte* at, int64_t i) {
  T value;
  std::memcpy(&value, at + i * static_cast<int64_t>(sizeof(T)), sizeof(T));
  return value;
}

uint16_t ToBFloat(double value) {
  const auto single = static_cast<float>(value);
  uint32_t bits;
  std::memcpy(&bits, &single, sizeof bits);
  return static_cast<uint16_t>((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

float FromBFloat(uint16_t half) {
  const uint32_t bits = uint32_t{half} << 16;
  float value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

void Write(std::byte* at, const ir::Tensor& tensor) {
  for (int64_t i = 0; i < tensor.elements(); ++i) {
    const auto index = static_cast<size_t>(i);
    switch (tensor.element) {
      case Element::kF32:
        Put(at, i, static_cast<float>(tensor.floats()[index]));
        break;
      case Element::kF64:
        Put(at, i, tensor.floats()[index]);
        break;
      case Element::kBF16:
        Put(at, i, ToBFloat(tensor.floats()[index]));
        break;
      case Element::kI32:
        Put(at, i, static_cast<int32_t>(tensor.ints()[index]));
        break;
      case Element::kI64:
        Put(at, i, tensor.ints()[index]);
        break;
      case Element::kU8:
      case Element::kBool:
        Put(at, i, static_cast<uint8_t>(tensor.ints()[index]));
        break;
    }
  }
}

ir::Tensor Read(const std::byte* at, const ir::Type& type) {
  std::vector<double> floats;
  std::vector<int64_t> ints;
  for (int64_t i = 0; i < type.elements(); ++i) {
    switch (type.element) {
      case Element::kF32:
        floats.push_back(Get<float>(at, i));
        break;
      case Element::kF64:
        floats.push_back(Get<double>(at, i));
        break;
      case Element::kBF16:
        floats.push_back(FromBFloat(Get<uint16_t>(at, i)));
        break;
      case Element::kI32:
        ints.push_back(Get<int32_t>(at, i));
        break;
      case Element::kI64:
        ints.push_back(Get<int64_t>(at, i));
        break;
      case Element::kU8:
      case Element::kBool:
        ints.push_back(Get<uint8_t>(at, i));
        break;
    }
  }
  if (ir::IsFloat(type.element)) return ir::Tensor::Floats(ir::Values(type.shape), floats, type.element);
  return ir::Tensor::Ints(ir::Values(type.shape), ints, type.element);
}

double DefaultTolerance(Element element) {
  if (element == Element::kF64) return 1e-11;
  return element == Element::kBF16 ? 2e-2 : 2e-6;
}

}  // namespace

ir::Function ParseFunction(const std::string& text) {
  SourceManager sources;
  Diagnostics diagnostics;
  const ir::Module module = ir::Parse(sources.Add("test.nnir", text), sources, diagnostics);
  for (const Diagnostic& diagnostic : diagnostics.all()) ADD_FAILURE() << Render(diagnostic, sources, false);
  return module.functions.empty() ? ir::Function("empty") : module.functions[0];
}

std::vector<ir::Tensor> Run(const Compiled& compiled, const std::string& function,
                            const std::vector<ir::Tensor>& arguments, int times) {
  const auto arena = NewArena(compiled.arena_bytes());
  const Entry& entry = compiled.entry(function);
  for (int run = 0; run < times; ++run) {
    for (size_t i = 0; i < arguments.size(); ++i) Write(arena.get() + entry.arguments[i].offset, arguments[i]);
    compiled.Run(function, arena.get());
  }
  std::vector<ir::Tensor> results;
  for (const Slot& slot : entry.results) results.push_back(Read(arena.get() + slot.offset, slot.type));
  return results;
}

std::vector<ir::Tensor> RunCompiled(const ir::Function& function, const std::vector<ir::Tensor>& arguments,
                                    const Options& options) {
  return Run(Compile({&function}, {}, options), function.name(), arguments);
}

std::vector<ir::Tensor> SomeArguments(const ir::Function& function, int64_t below) {
  std::vector<ir::Tensor> arguments;
  uint64_t counter = 0;
  for (uint32_t i = 0; i < function.argument_count(); ++i) {
    const ir::Type& type = function.type(ir::Value{i});
    std::vector<double> floats;
    std::vector<int64_t> ints;
    for (int64_t n = 0; n < type.elements(); ++n) {
      const double unit = ir::UniformAt(7, counter++, Element::kF32);
      if (ir::IsFloat(type.element)) {
        floats.push_back(static_cast<float>(4 * unit - 2));
      } else {
        ints.push_back(static_cast<int64_t>(unit * static_cast<double>(type.element == Element::kBool ? 2 : below)));
      }
    }
    arguments.push_back(ir::IsFloat(type.element) ? ir::Tensor::Floats(ir::Values(type.shape), floats, type.element)
                                                  : ir::Tensor::Ints(ir::Values(type.shape), ints, type.element));
  }
  return arguments;
}

std::string Difference(const ir::Tensor& actual, const ir::Tensor& expected, double tolerance) {
  if (actual.shape != expected.shape) return "shapes differ";
  if (tolerance == 0) tolerance = DefaultTolerance(expected.element);
  for (int64_t i = 0; i < expected.elements(); ++i) {
    const double want = expected.number(i);
    const double got = actual.number(i);
    bool same = got == want || (std::isnan(got) && std::isnan(want));
    if (ir::IsFloat(expected.element)) {
      const double rounded = expected.element == Element::kF64 ? want : static_cast<double>(static_cast<float>(want));
      same = same || got == rounded || std::abs(got - want) <= tolerance * std::max(1.0, std::abs(want));
    }
    if (!same) return "element " + std::to_string(i) + " is " + std::to_string(got) + ", not " + std::to_string(want);
  }
  return "";
}

void ExpectSameAsEvaluator(const ir::Function& function, const std::vector<ir::Tensor>& arguments,
                           const Options& options, double tolerance) {
  const std::vector<ir::Tensor> expected = ir::Evaluate(function, arguments);
  const std::vector<ir::Tensor> actual = RunCompiled(function, arguments, options);
  for (size_t i = 0; i < expected.size(); ++i) {
    EXPECT_EQ(Difference(actual[i], expected[i], tolerance), "") << "result " << function.results()[i].name;
  }
}

void ExpectSame(const std::string& text, const Options& options, double tolerance) {
  const ir::Function function = ParseFunction(text);
  ExpectSameAsEvaluator(function, SomeArguments(function), options, tolerance);
}

std::string Replace(std::string text, const std::string& from, const std::string& to) {
  for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

}  // namespace nnc::codegen
