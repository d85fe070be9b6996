#include "codegen/operand_layout.h"

#include <fmt/format.h>

#include <algorithm>

namespace nnc::codegen {
namespace {

// Takes the fastest `extent` places away, which divide those of the fastest digit.
void TakeFastest(Digits& digits, int64_t extent) {
  Digit& fastest = digits.back();
  fastest.extent /= extent;
  fastest.stride *= extent;
  if (fastest.extent == 1) digits.pop_back();
}

std::string Text(const Digits& digits) {
  std::string text;
  for (const Digit& digit : digits) {
    text += fmt::format("{}{}:{}", text.empty() ? "" : "x", digit.extent, digit.stride);
  }
  return text;
}

}  // namespace

int64_t ExtentOf(const Digits& digits) {
  int64_t extent = 1;
  for (const Digit& digit : digits) extent *= digit.extent;
  return extent;
}

Digits Merged(const Digits& digits) {
  Digits merged;
  for (const Digit& digit : digits) {
    if (digit.extent == 1) continue;
    if (!merged.empty() && merged.back().stride == digit.stride * digit.extent) {
      merged.back() = {merged.back().extent * digit.extent, digit.stride};
    } else {
      merged.push_back(digit);
    }
  }
  if (merged.empty()) merged.push_back({1, 1});
  return merged;
}

std::optional<std::vector<int64_t>> OffsetsFromMultiples(const Digits& digits, int64_t count) {
  std::vector<int64_t> offsets = {0};
  int64_t rest = count;
  for (size_t i = digits.size(); i-- > 0 && rest > 1;) {
    const int64_t extent = digits[i].extent;
    if (i > 0 && extent % rest != 0 && rest % extent != 0) return {};
    const int64_t taken = i > 0 ? std::min(rest, extent) : rest;
    std::vector<int64_t> slower;
    for (int64_t place = 0; place < taken; ++place) {
      for (int64_t offset : offsets) slower.push_back(place * digits[i].stride + offset);
    }
    offsets = std::move(slower);
    rest /= taken;
  }
  return offsets;
}

std::string OperandLayout::Describe() const {
  return fmt::format("{}+{} {} {}", offset, Text(batch), Text(lines), Text(terms));
}

OperandLayout DenseLayout(int64_t batch, int64_t lines, int64_t terms, bool terms_first) {
  OperandLayout layout;
  layout.batch = Merged({{batch, lines * terms}});
  layout.lines = Merged({{lines, terms_first ? 1 : terms}});
  layout.terms = Merged({{terms, terms_first ? lines : 1}});
  return layout;
}

std::optional<std::vector<TermLoop>> LoopsOverTerms(Digits a, Digits b) {
  std::vector<TermLoop> loops;
  if (ExtentOf(a) == 0) return std::vector<TermLoop>{{0, 0, 0}};
  while (!a.empty() && !b.empty()) {
    const int64_t extent = std::min(a.back().extent, b.back().extent);
    if (a.back().extent % extent != 0 || b.back().extent % extent != 0) return {};
    loops.push_back({extent, a.back().stride, b.back().stride});
    TakeFastest(a, extent);
    TakeFastest(b, extent);
  }
  std::ranges::reverse(loops);
  return loops;
}

}  // namespace nnc::codegen
