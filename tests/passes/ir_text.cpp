#include "tests/passes/ir_text.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "ir/text.h"

namespace nnc::passes {

namespace {

// The types of the results, which the head must name, are those that the body writes after each value.
std::string ResultTypes(std::string_view arguments, std::string_view body, std::string_view results) {
  std::string all = fmt::format("{},\n{}\n", arguments, body), types;
  for (size_t at = results.find('%'); at != std::string_view::npos; at = results.find('%', at + 1)) {
    std::string name(results.substr(at, results.find_first_of(", ", at) - at));
    size_t defined = all.find(name + " = ");
    bool is_argument = defined == std::string::npos;
    size_t colon = is_argument ? all.find(name + ": ") + name.size() : all.find(" : ", defined) + 1;
    size_t end = std::min(all.find('\n', colon), all.find(" from(", colon));
    if (is_argument) {
      size_t bracket = all.find(']', colon), comma = all.find(',', colon);
      end = comma < bracket && all.find('[', colon) > comma ? comma : bracket + 1;
    }
    types += (types.empty() ? "" : ", ") + all.substr(colon + 2, end - colon - 2);
  }
  return types;
}

double HardFloat(uint64_t bits) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  static constexpr double kHard[] = {
      0, -0.0, 1, -1, 2, 0.5, kInfinity, -kInfinity, std::numeric_limits<double>::quiet_NaN()};
  bool hard = bits % 2 == 0;
  return hard ? kHard[(bits / 2) % std::size(kHard)] : static_cast<double>(static_cast<int64_t>(bits)) * 0x1p-62;
}

bool SameNumber(double a, double b, double tolerance) {
  if (std::isnan(a) || std::isnan(b)) return std::isnan(a) && std::isnan(b);
  if (tolerance == 0) return std::bit_cast<uint64_t>(a) == std::bit_cast<uint64_t>(b);
  return a == b || std::abs(a - b) <= tolerance * std::max(1.0, std::abs(a));
}

}  // namespace

ir::Function FromText(std::string_view arguments, std::string_view body, std::string_view results) {
  SourceManager sources;
  std::string text = fmt::format("func @f({}) -> ({}) {{\n{}\nreturn {}\n}}\n", arguments,
                                 ResultTypes(arguments, body, results), body, results);
  Diagnostics diagnostics;
  ir::Module module = ir::Parse(sources.Add("test.nnir", text), sources, diagnostics);
  for (const Diagnostic& diagnostic : diagnostics.all()) ADD_FAILURE() << Render(diagnostic, sources, false) << text;
  if (module.functions.size() != 1) throw std::invalid_argument("the test's IR text is wrong");
  ir::Function plain = std::move(module.functions[0]);
  return plain;
}

std::string BodyText(const ir::Function& function) {
  std::string text = ir::Print(function, SourceManager(), {.locations = false}), body;
  size_t at = text.find('\n') + 1;  // after the head
  while (at < text.size() && text[at] != '}') {
    size_t end = text.find('\n', at);
    std::string_view line = std::string_view(text).substr(at, end - at);
    line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
    body += fmt::format("{}\n", line);
    at = end + 1;
  }
  return body;
}

std::vector<ir::Tensor> HardArguments(const ir::Function& function, uint64_t seed) {
  std::vector<ir::Tensor> arguments;
  for (uint32_t i = 0; i < function.argument_count(); ++i) {
    const ir::Type& type = function.type(ir::Value{i});
    std::vector<double> floats(type.elements());
    std::vector<int64_t> ints(type.elements());
    for (size_t j = 0; j < floats.size(); ++j) {
      uint64_t bits = ir::RandomBits(seed * 1000 + i, j);
      floats[j] = HardFloat(bits);
      if (type.element == ir::Element::kBF16)
        floats[j] = ir::RoundToBF16(floats[j]);  // arguments hold such numbers only
      ints[j] = type.element == ir::Element::kBool ? bits % 2 : static_cast<int64_t>(bits % 4);
    }
    std::vector<int64_t> shape = Values(type.shape);
    arguments.push_back(IsFloat(type.element) ? ir::Tensor::Floats(shape, floats, type.element)
                                              : ir::Tensor::Ints(shape, ints, type.element));
  }
  return arguments;
}

void ExpectSameResults(const ir::Function& a, const ir::Function& b, double tolerance) {
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    std::vector<ir::Tensor> arguments = HardArguments(a, seed);
    std::vector<ir::Tensor> results_a = ir::Evaluate(a, arguments), results_b = ir::Evaluate(b, arguments);
    ASSERT_EQ(results_a.size(), results_b.size());
    for (size_t r = 0; r < results_a.size(); ++r) {
      ASSERT_EQ(results_a[r].shape, results_b[r].shape);
      for (int64_t i = 0; i < results_a[r].elements(); ++i) {
        double x = results_a[r].number(i), y = results_b[r].number(i);
        ASSERT_TRUE(SameNumber(x, y, tolerance))
            << a.results()[r].name << "[" << i << "] is " << x << " before and " << y << " after, seed " << seed;
      }
    }
  }
}

}  // namespace nnc::passes
