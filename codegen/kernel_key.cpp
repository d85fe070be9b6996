// What makes two kernels the same.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <map>

#include "codegen/kernel_code.h"
#include "ir/text.h"

namespace nnc::codegen {
namespace {

const ArenaPlace& PlaceOf(const BufferPlan& plan, int buffer) { return plan.places[static_cast<size_t>(buffer)]; }

// Writes a kernel down with values numbered in the order in which they are met and buffers as numbers of their places.
class KeyWriter {
 public:
  explicit KeyWriter(const PlannedKernel& planned)
      : planned_(planned), kernel_(*planned.kernel), places_(PlacesOf(planned)) {}

  std::string Run() {
    Add("{} {}\n", Name(kernel_.kind), planned_.threads);
    for (const Axis& axis : kernel_.axes) Add("{}{} ", axis.extent, axis.reduced ? "r" : "");
    Add("folded {} places", fmt::join(kernel_.folded, ","));
    for (const ArenaPlace& place : places_) Add(" {}", AlignmentOf(place));
    for (ir::Value member : kernel_.members) AddMember(member);
    AddSorted("uses", kernel_.uses, [&](const Use& use) { return std::to_string(Number(use.value)) + Text(use.map); });
    AddSorted("whole", kernel_.whole, [&](ir::Value value) { return std::to_string(Number(value)); });
    for (const Store& store : kernel_.stores) {
      Add("\nstore {}{} to {}", Number(store.value), Text(store.map), PlaceNumber(store.buffer));
    }
    if (kernel_.root.valid()) Add("\nroot {}{}", Number(kernel_.root), Text(kernel_.root_map));
    for (const OperandView& operand : kernel_.operands) {
      Add("\noperand {} {}", Number(operand.source), operand.layout.Describe());
    }
    return std::move(key_);
  }

 private:
  template <class... Arguments>
  void Add(fmt::format_string<Arguments...> form, Arguments&&... arguments) {
    fmt::format_to(std::back_inserter(key_), form, std::forward<Arguments>(arguments)...);
  }

  // What is listed in the order of the function's values, in an order that equal kernels share.
  template <class Item, class Writer>
  void AddSorted(const char* title, const std::vector<Item>& items, const Writer& text) {
    std::vector<std::string> texts;
    std::ranges::transform(items, std::back_inserter(texts), text);
    std::ranges::sort(texts);
    Add("\n{} {}", title, fmt::join(texts, " "));
  }

  // Written as its operands are met, with its type and where it is read from.
  void AddMember(ir::Value member) {
    const ir::Node& n = planned_.schedule->function->node(member);
    for (ir::Value operand : n.operands) Number(operand);
    const size_t number = Number(member);
    Add("\n{} = {}", number, ir::InfoOf(n.op).mnemonic);
    for (ir::Value operand : n.operands) Add(" {}", Number(operand));
    key_ += ir::ToString(n.attributes);
  }

  size_t Number(ir::Value value) {
    const auto [found, is_new] = numbers_.try_emplace(value, numbers_.size());
    if (is_new) {
      const int buffer = planned_.schedule->buffer_of[value.index];
      Add("\n{}: {} in {}", found->second, ir::ToString(planned_.schedule->function->type(value)),
          kernel_.Contains(value) || buffer < 0 ? -1 : PlaceNumber(buffer));
    }
    return found->second;
  }

  int PlaceNumber(int buffer) const {
    return static_cast<int>(std::ranges::find(places_, PlaceOf(*planned_.buffers, buffer)) - places_.begin());
  }

  static std::string Text(const IndexMap& map) {
    std::string text = "[";
    for (const AxisIndex& index : map) {
      for (const AxisIndex::Term& term : index.terms)
        fmt::format_to(std::back_inserter(text), "{}*{}+", term.scale, term.axis);
      fmt::format_to(std::back_inserter(text), "{}/{},", index.offset, index.divisor);
    }
    return text + "]";
  }

  const PlannedKernel& planned_;
  const Kernel& kernel_;
  const std::vector<ArenaPlace> places_;
  std::map<ir::Value, size_t> numbers_;
  std::string key_;
};

}  // namespace

// In the order in which the members meet them: numbers of buffers may be ordered in another way in an equal kernel.
std::vector<ArenaPlace> PlacesOf(const PlannedKernel& planned) {
  const Kernel& kernel = *planned.kernel;
  std::vector<ArenaPlace> places;
  const auto add = [&](const ArenaPlace& place) {
    if (std::ranges::find(places, place) == places.end()) places.push_back(place);
  };
  for (ir::Value member : kernel.members) {
    for (ir::Value operand : planned.schedule->function->node(member).operands) {
      const int buffer = planned.schedule->buffer_of[operand.index];
      if (!kernel.Contains(operand) && buffer >= 0) add(PlaceOf(*planned.buffers, buffer));
    }
  }
  for (const OperandView& operand : kernel.operands) {
    add(PlaceOf(*planned.buffers, planned.schedule->buffer_of[operand.source.index]));
  }
  for (int buffer : kernel.reads) add(PlaceOf(*planned.buffers, buffer));
  for (const Store& store : kernel.stores) add(PlaceOf(*planned.buffers, store.buffer));
  if (kernel.scratch_bytes > 0) add({planned.scratch, {}});
  return places;
}

int64_t BytesAt(const PlannedKernel& planned, const ArenaPlace& place) {
  int64_t bytes = 0;
  const auto add = [&](int buffer) {
    if (PlaceOf(*planned.buffers, buffer) != place) return;
    bytes = std::max(bytes, planned.schedule->buffers[static_cast<size_t>(buffer)].type.bytes());
  };
  std::ranges::for_each(planned.kernel->reads, add);
  for (const Store& store : planned.kernel->stores) add(store.buffer);
  return bytes > 0 ? bytes : planned.kernel->scratch_bytes;
}

std::string KeyOf(const PlannedKernel& kernel) { return KeyWriter(kernel).Run(); }

}  // namespace nnc::codegen
