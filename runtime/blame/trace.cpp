#include "runtime/blame/trace.h"

#include <cmath>

#include "runtime/blame/elements_read.h"
#include "runtime/blame/loop.h"

namespace nnc::runtime {
namespace {

bool Is(double number, Wrong wrong) { return wrong == Wrong::kNaN ? std::isnan(number) : std::isinf(number); }

}  // namespace

Tracer::Tracer(Values& values) : values_(values) {}
Tracer::~Tracer() = default;

Values& Tracer::ValuesAt(const Place& place) {
  if (place.loops.empty()) return values_;
  const std::vector<Place::Frame> around(place.loops.begin(), place.loops.end() - 1);
  return LoopAt(around, place.loops.back().scan).At(place.loops.back().iteration);
}

double Tracer::Number(const Place& place) { return ValuesAt(place).At(place.value).number(place.element); }

Loop& Tracer::LoopAt(const std::vector<Place::Frame>& around, ir::Value scan) {
  std::vector<int64_t> key;
  for (const Place::Frame& frame : around) key.insert(key.end(), {frame.scan.index, frame.iteration});
  key.push_back(scan.index);
  std::unique_ptr<Loop>& loop = loops_[key];
  if (!loop) loop = std::make_unique<Loop>(ValuesAt({around, {}, 0}), scan);
  return *loop;
}

Place Tracer::Birth(Place place, Wrong wrong) {
  while (true) {
    const ir::Node& node = ValuesAt(place).function().node(place.value);
    if (node.op == ir::Op::kArgument) {
      if (place.loops.empty()) return place;
      Leave(place);
    } else if (node.op == ir::Op::kPart) {
      Enter(place);
    } else if (!Follow(place, wrong)) {
      return place;
    }
  }
}

void Tracer::Enter(Place& place) {
  const ir::Node& part = ValuesAt(place).function().node(place.value);
  const ir::Value scan = part.operands[0];
  const auto index = static_cast<size_t>(part.attribute<int64_t>(ir::AttributeKey::kIndex));
  const Loop& loop = LoopAt(place.loops, scan);
  if (loop.last() < 0) {  // it never runs: a carry is what it began with
    place.value = ValuesAt(place).function().node(scan).operands[index];
    return;
  }
  int64_t iteration = loop.last();
  if (index >= loop.parts().carries) {
    const int64_t width = part.type.elements() / part.type.shape[0].value();
    iteration = place.element / width;
    place.element %= width;
  }
  place.value = loop.parts().body->results()[index].value;
  place.loops.push_back({scan, iteration});
}

void Tracer::Leave(Place& place) {
  const Place::Frame frame = place.loops.back();
  const size_t argument = place.value.index;
  place.loops.pop_back();
  const Loop& loop = LoopAt(place.loops, frame.scan);
  const ir::ScanParts& parts = loop.parts();
  const int64_t before = loop.Before(frame.iteration);
  if (argument < parts.carries && before >= 0) {
    place.value = parts.body->results()[argument].value;
    place.loops.push_back({frame.scan, before});
    return;
  }
  place.value = ValuesAt(place).function().node(frame.scan).operands[argument];
  if (argument < parts.carries || argument >= parts.inputs()) return;
  const ir::Type& type = ValuesAt(place).function().type(place.value);
  place.element += frame.iteration * (type.elements() / type.shape[0].value());
}

bool Tracer::Follow(Place& place, Wrong wrong) {
  Values& values = ValuesAt(place);
  const std::vector<ir::Value> operands = values.function().node(place.value).operands;
  for (size_t operand = 0; operand < operands.size(); ++operand) {
    for (const int64_t element : ElementsRead(values, place.value, operand, place.element)) {
      if (!Is(values.At(operands[operand]).number(element), wrong)) continue;
      place.value = operands[operand];
      place.element = element;
      return true;
    }
  }
  return false;
}

}  // namespace nnc::runtime
