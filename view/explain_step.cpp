#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "view/axis.h"
#include "view/explain.h"
#include "view/html.h"

namespace nnc::view {
namespace {

using codegen::KernelSummary;
using codegen::MemoryBlock;

// The modules whose places a kernel's ops come from.
std::string ModulesOf(const Lesson& lesson, const KernelSummary& kernel) {
  std::set<size_t> modules;
  for (const Span& span : kernel.spans) {
    for (size_t m = 0; m < lesson.modules.size(); ++m) {
      if (span.known() && lesson.modules[m].span == span) modules.insert(m);
    }
  }
  std::string text;
  for (size_t m : modules) text += (text.empty() ? "" : " ") + std::to_string(m);
  return text.empty() ? "" : fmt::format(" data-module=\"{}\"", text);
}

std::string KernelRow(const Lesson& lesson, const KernelSummary& kernel) {
  auto ops = 1 + std::ranges::count(kernel.fused, ' ');
  return fmt::format(
      "<tr{}><td class=\"number\">{}</td><td>{}</td><td>{}</td><td class=\"number\">{}</td><td class=\"mono\">{}</td>"
      "<td class=\"mono\">{}</td></tr>\n",
      ModulesOf(lesson, kernel), Escaped(kernel.number), Escaped(kernel.kind), Escaped(kernel.space), ops,
      Escaped(kernel.fused), Escaped(kernel.stored));
}

std::string_view Describe(MemoryBlock::Kind kind) {
  switch (kind) {
    case MemoryBlock::Kind::kArgument:
      return "argument";
    case MemoryBlock::Kind::kResult:
      return "result";
    case MemoryBlock::Kind::kTemporary:
      return "temporary";
    case MemoryBlock::Kind::kScratch:
      break;
  }
  return "scratch";
}

// Bytes upwards, kernels to the right.
class MemoryPicture {
 public:
  explicit MemoryPicture(const codegen::StepPlan& plan)
      : plan_(plan),
        x_{0, static_cast<double>(std::max(plan.steps, 1)), kLeft, kWidth - 8},
        y_{0, static_cast<double>(std::max<int64_t>(plan.arena_bytes, 1)), kHeight - kBottom, 10} {}

  std::string Draw() const {
    std::string svg = fmt::format(
        "<svg viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"memory over time\" font-size=\"11\" "
        "font-family=\"sans-serif\">\n",
        kWidth, kHeight);
    std::vector<MemoryBlock> blocks = plan_.blocks;
    std::ranges::sort(blocks, std::ranges::greater(), &MemoryBlock::bytes);
    if (blocks.size() > kMost) blocks.resize(kMost);
    for (const MemoryBlock& block : blocks) svg += Rectangle(block);
    for (double tick : Ticks(0, y_.high, 5)) {
      svg += fmt::format("<text x=\"{}\" y=\"{:.1f}\" text-anchor=\"end\">{}</text>\n", kLeft - 5, y_.At(tick) + 4,
                         TickText(tick));
    }
    for (double tick : Ticks(0, x_.high, 10)) {
      svg += fmt::format("<text x=\"{:.1f}\" y=\"{}\" text-anchor=\"middle\">{}</text>\n", x_.At(tick), kHeight - 20,
                         TickText(tick));
    }
    return svg +
           fmt::format(
               "<text x=\"{}\" y=\"{}\" text-anchor=\"middle\">kernel; upwards: bytes of the arena</text>\n</svg>\n",
               kWidth / 2, kHeight - 4);
  }

  static constexpr size_t kMost = 600;  // blocks drawn, the largest

 private:
  static constexpr double kWidth = 760, kHeight = 360, kLeft = 70, kBottom = 36;

  std::string Rectangle(const MemoryBlock& block) const {
    double left = x_.At(block.first), right = x_.At(block.last + 1);
    double top = y_.At(static_cast<double>(block.offset + block.bytes)),
           bottom = y_.At(static_cast<double>(block.offset));
    return fmt::format(
        "<rect class=\"{0}\" x=\"{1:.1f}\" y=\"{2:.1f}\" width=\"{3:.1f}\" height=\"{4:.1f}\"><title>{0} {5}: {6} "
        "bytes at {7}, "
        "kernels {8} to {9}</title></rect>\n",
        Describe(block.kind), left, top, right - left, std::max(bottom - top, 0.5), Escaped(block.name), block.bytes,
        block.offset, block.first, block.last);
  }

  const codegen::StepPlan& plan_;
  Axis x_, y_;
};

}  // namespace

std::string StepSection(const Lesson& lesson) {
  std::string rows;
  for (const KernelSummary& kernel : lesson.step.kernels) rows += KernelRow(lesson, kernel);
  auto lines = std::ranges::count(lesson.step_text, '\n');
  return fmt::format(
      "<section>\n<h2>The optimised step</h2>\n<p>Forward, backward and update in {} kernels; each computes its ops in "
      "one "
      "loop, without storing what lies between them.</p>\n<div class=\"wide\" tabindex=\"0\"><table "
      "class=\"kernels\">\n<tr><th>#</th>"
      "<th>kind</th><th>space</th><th>ops</th><th>fused</th><th>stored</th></tr>\n{}</table></div>\n"
      "<details><summary>IR of the optimised step, {} lines</summary>\n<pre "
      "tabindex=\"0\">{}</pre>\n</details>\n</section>\n",
      lesson.step.kernels.size(), rows, lines, Escaped(lesson.step_text));
}

std::string MemorySection(const Lesson& lesson) {
  const codegen::StepPlan& plan = lesson.step;
  std::string left_out;
  if (plan.blocks.size() > MemoryPicture::kMost) {
    left_out = fmt::format(" The {} largest of {} blocks are drawn.", MemoryPicture::kMost, plan.blocks.size());
  }
  return fmt::format(
      "<section>\n<h2>Memory over time</h2>\n<p>One arena of {} bytes: {} for <span class=\"key "
      "argument\">arguments</span> and "
      "<span class=\"key result\">results</span>, above them <span class=\"key temporary\">temporaries</span> and a "
      "kernel's "
      "<span class=\"key scratch\">scratch memory</span>, which take each other's place.{}</p>\n<div "
      "class=\"memory\">\n{}</div>\n"
      "</section>\n",
      plan.arena_bytes, plan.persistent_bytes, left_out, MemoryPicture(plan).Draw());
}

}  // namespace nnc::view
