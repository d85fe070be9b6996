// The rules of loops and their parts.
#include <fmt/format.h>

#include "ir/scan.h"
#include "ir/type_rules_internal.h"

namespace nnc::ir {

namespace {

TypeError Misfit(std::string message) { return {DiagnosticKind::kTypeMismatch, "`scan`: " + std::move(message)}; }

// Operand `i` of the scan against argument `i` of the body.
MaybeError CheckArgument(const TypeQuery& query, const ScanParts& scan, size_t i) {
  const Node& argument = scan.body->node(Value{static_cast<uint32_t>(i)});
  Type given = query.operand(i);
  if (i >= scan.carries && i < scan.inputs()) {
    if (given.rank() == 0 || given.shape[0] != scan.length) {
      TypeError error{DiagnosticKind::kShapeMismatch,
                      fmt::format("`scan` of {} iterations over {}", scan.length.str(), ToString(given))};
      error.operand_a = static_cast<int>(i);
      error.axis_a = given.rank() == 0 ? -1 : 0;
      return error;
    }
    given.shape.erase(given.shape.begin());
  }
  if (given == argument.type) return std::nullopt;
  return Misfit(fmt::format("the body's argument %{} is {}, but is given {}", argument.name, ToString(argument.type),
                            ToString(given)));
}

// Result `i` of the body: a next carry has the name and type of the old one, an output no argument's name.
MaybeError CheckResult(const ScanParts& scan, size_t i) {
  const Result& result = scan.body->results()[i];
  std::optional<Value> argument = scan.body->FindArgument(result.name);
  if (i >= scan.carries) {
    if (!argument) return std::nullopt;
    return Misfit(fmt::format("the body's output `{}` has the name of an argument", result.name));
  }
  if (argument != Value{static_cast<uint32_t>(i)}) {
    return Misfit(fmt::format("the body's result `{}` is carry number {}, but does not have its name", result.name, i));
  }
  const Type &before = scan.body->type(*argument), &after = scan.body->type(result.value);
  if (before == after) return std::nullopt;
  return Misfit(fmt::format("the carry `{}` is {} before an iteration and {} after it", result.name, ToString(before),
                            ToString(after)));
}

}  // namespace

TypeResult InferScan(const TypeQuery& query) {
  if (query.attribute<Body>(AttributeKey::kBody).function == nullptr) return Misfit("there is no body");
  auto count = [&](AttributeKey key) { return query.attribute<int64_t>(key); };
  int64_t carries = count(AttributeKey::kCarries), scanned = count(AttributeKey::kScanned);
  const Function& body = *query.attribute<Body>(AttributeKey::kBody).function;
  auto arguments = static_cast<int64_t>(body.argument_count()), results = static_cast<int64_t>(body.results().size());
  bool fits = carries >= 0 && scanned >= 0 && carries <= arguments && scanned <= arguments - carries &&
              carries <= results && results > 0 && query.operands.size() == body.argument_count();
  if (!fits) {
    return Misfit(fmt::format("{} operands, {} carries and {} scanned for a body of {} arguments and {} results",
                              query.operands.size(), carries, scanned, arguments, results));
  }
  ScanParts scan = PartsOf({query.op, {}, query.attributes, {}, "", {}, {}});
  if (auto error = CheckSizes(query, {scan.length})) return *error;
  for (size_t i = 0; i < query.operands.size(); ++i) {
    if (auto error = CheckArgument(query, scan, i)) return *error;
  }
  std::vector<Type> parts;
  for (size_t i = 0; i < body.results().size(); ++i) {
    if (auto error = CheckResult(scan, i)) return *error;
    Type& part = parts.emplace_back(body.type(body.results()[i].value));
    if (i >= scan.carries) part.shape.insert(part.shape.begin(), scan.length);
  }
  return Type::Tuple(std::move(parts));
}

TypeResult InferPart(const TypeQuery& query) {
  auto index = query.attribute<int64_t>(AttributeKey::kIndex);
  const Type& tuple = query.operand(0);
  if (index >= 0 && index < static_cast<int64_t>(tuple.parts.size())) return tuple.parts[index];
  return TypeError{DiagnosticKind::kTypeMismatch, fmt::format("`part` number {} of {}", index, ToString(tuple))};
}

}  // namespace nnc::ir
