#include "ir/scan.h"

#include <cctype>

namespace nnc::ir {

ScanParts PartsOf(const Node& scan) {
  ScanParts parts;
  parts.body = scan.attribute<Body>(AttributeKey::kBody).function;
  parts.carries = static_cast<size_t>(scan.attribute<int64_t>(AttributeKey::kCarries));
  parts.scanned = static_cast<size_t>(scan.attribute<int64_t>(AttributeKey::kScanned));
  parts.length = scan.attribute<Dim>(AttributeKey::kLength);
  parts.reverse = scan.attribute<bool>(AttributeKey::kReverse);
  parts.checkpoint = scan.attribute<bool>(AttributeKey::kCheckpoint);
  return parts;
}

Attributes AttributesOf(const ScanParts& parts) {
  return {{AttributeKey::kBody, Body{parts.body}},       {AttributeKey::kCarries, static_cast<int64_t>(parts.carries)},
          {AttributeKey::kCheckpoint, parts.checkpoint}, {AttributeKey::kLength, parts.length},
          {AttributeKey::kReverse, parts.reverse},       {AttributeKey::kScanned, static_cast<int64_t>(parts.scanned)}};
}

Value AppendScan(Builder& build, const ScanParts& parts, std::vector<Value> operands, std::string name) {
  return build.Apply(Op::kScan, std::move(operands), AttributesOf(parts), std::move(name));
}

namespace {

// For each value, whether a result needs it, going no further than arguments.
std::vector<bool> Needed(const Function& from, const std::vector<Value>& moved, const std::vector<Result>& results) {
  std::vector<bool> needed(from.size());
  for (const Result& result : results) needed[result.value.index] = true;
  for (uint32_t i = from.size(); i-- > 0;) {
    if (!needed[i] || moved[i].valid()) continue;
    for (Value operand : from.node(Value{i}).operands) needed[operand.index] = true;
  }
  return needed;
}

}  // namespace

Function CutOut(const Function& from, std::string name, const std::vector<Result>& arguments,
                const std::vector<Result>& results) {
  Function to(std::move(name));
  to.span = from.span;
  std::vector<Value> moved(from.size());
  for (const Result& argument : arguments) {
    const Node& old = from.node(argument.value);
    Value value = to.Append({Op::kArgument, {}, {}, old.type, argument.name, old.span, {}});
    if (!moved[argument.value.index].valid()) moved[argument.value.index] = value;
  }
  std::vector<bool> needed = Needed(from, moved, results);
  for (uint32_t i = 0; i < from.size(); ++i) {
    if (!needed[i] || moved[i].valid()) continue;
    Node node = from.node(Value{i});
    for (Value& operand : node.operands) operand = moved[operand.index];
    if (node.origin) {
      node.origin->forward = moved[node.origin->forward.index];
      if (!node.origin->forward.valid()) node.origin.reset();
    }
    if (std::isdigit(static_cast<unsigned char>(node.name[0]))) node.name.clear();  // a number is no name
    moved[i] = to.Append(std::move(node));
  }
  for (const Result& result : results) to.AddResult(result.name, moved[result.value.index]);
  return to;
}

}  // namespace nnc::ir
