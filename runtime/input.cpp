#include "runtime/input.h"

#include <fmt/format.h>

#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <regex>
#include <vector>

#include "runtime/fail.h"
#include "runtime/npy.h"

namespace nnc::runtime {
namespace {

using Json = nlohmann::json;

constexpr int kDeepest = 16;  // axes

// JSON has neither: they get through its reader as strings.
const std::map<std::string, double>& NamedNumbers() {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  static const std::map<std::string, double> named = {
      {"nan", std::numeric_limits<double>::quiet_NaN()}, {"inf", kInfinity}, {"-inf", -kInfinity}};
  return named;
}

std::string QuoteNamedNumbers(const std::string& text) {
  static const std::regex named("-?\\b(nan|inf)\\b");
  return std::regex_replace(text, named, "\"$&\"");
}

bool IsNumber(const Json& value) {
  return value.is_number() || (value.is_string() && NamedNumbers().contains(value.get<std::string>()));
}

double NumberOf(const Json& value) {
  return value.is_string() ? NamedNumbers().at(value.get<std::string>()) : value.get<double>();
}

[[noreturn]] void FailInput(const std::string& text, const std::string& why) {
  Fail(DiagnosticKind::kBadInput, "", fmt::format("`{}` is no input: {}", text, why),
       "An input is a file that ends in .npy, a number, or a list of them such as [[1, 2], [3, 4]].");
}

// The shape of a nested list, by its first elements.
std::vector<int64_t> ShapeOf(const Json& list, const std::string& text) {
  std::vector<int64_t> shape;
  for (const Json* level = &list; level->is_array(); level = &level->front()) {
    shape.push_back(static_cast<int64_t>(level->size()));
    if (level->empty()) break;
    if (shape.size() > kDeepest) FailInput(text, "it nests too deeply");
  }
  return shape;
}

void Flatten(const Json& value, const std::vector<int64_t>& shape, size_t axis, const std::string& text,
             std::vector<const Json*>& numbers) {
  if (axis == shape.size()) {
    if (!IsNumber(value)) FailInput(text, "a number is missing");
    numbers.push_back(&value);
    return;
  }
  if (!value.is_array() || static_cast<int64_t>(value.size()) != shape[axis])
    FailInput(text, "its lists differ in length");
  for (const Json& element : value) Flatten(element, shape, axis + 1, text, numbers);
}

// Of integers, JSON's parser calls unsigned what is not negative, up to 64 bits.
bool IsInt64(const Json& number) {
  return number.is_number_unsigned() ? number.get<uint64_t>() <= INT64_MAX : number.is_number_integer();
}

}  // namespace

Tensor ReadInput(const std::string& value) {
  if (value.ends_with(".npy")) return ReadNpy(value);
  const Json json = Json::parse(QuoteNamedNumbers(value), nullptr, /*allow_exceptions=*/false);
  if (json.is_discarded()) FailInput(value, "it cannot be read");
  const std::vector<int64_t> shape = ShapeOf(json, value);
  std::vector<const Json*> numbers;
  Flatten(json, shape, 0, value, numbers);
  bool whole = true;
  for (const Json* number : numbers) whole = whole && IsInt64(*number);
  Tensor tensor(whole ? ir::Element::kI64 : ir::Element::kF64, shape);
  for (size_t i = 0; i < numbers.size(); ++i) {
    if (whole) {
      tensor.as<int64_t>()[i] = numbers[i]->get<int64_t>();
    } else {
      tensor.as<double>()[i] = NumberOf(*numbers[i]);
    }
  }
  return tensor;
}

}  // namespace nnc::runtime
