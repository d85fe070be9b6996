#include "tests/ir/reduce_program.h"

namespace nnc::ir {

namespace {

// `program` with `results` alone; value `cut`, if valid, has become an argument, and what is then not needed is gone.
RandomProgram Part(const RandomProgram& program, const std::vector<Result>& results, Value cut) {
  const Function& f = program.function;
  std::vector<Node> nodes = f.nodes();
  std::vector<Tensor> values(f.size());
  Evaluate(f, program.arguments, [&](Value v, const Tensor& value) { values[v.index] = value; });
  if (cut.valid()) {
    Node argument;
    argument.op = Op::kArgument;
    argument.type = nodes[cut.index].type;
    argument.name = nodes[cut.index].name;
    nodes[cut.index] = argument;
  }
  std::vector<bool> needed(f.size());
  for (const Result& result : results) needed[result.value.index] = true;
  for (uint32_t v = f.size(); v-- > 0;) {
    if (!needed[v]) continue;
    for (Value operand : nodes[v].operands) needed[operand.index] = true;
  }

  RandomProgram part;
  part.function.set_name(f.name());
  std::vector<Value> renumbered(f.size());
  for (bool arguments : {true, false}) {
    for (uint32_t v = 0; v < f.size(); ++v) {
      if (!needed[v] || (nodes[v].op == Op::kArgument) != arguments) continue;
      for (Value& operand : nodes[v].operands) operand = renumbered[operand.index];
      nodes[v].origin.reset();
      renumbered[v] = part.function.Append(nodes[v]);
      if (arguments) part.arguments.push_back(values[v]);
    }
  }
  for (const Result& result : results) part.function.AddResult(result.name, renumbered[result.value.index]);
  return part;
}

}  // namespace

namespace {

uint32_t NodeCount(const RandomProgram& program) { return program.function.size() - program.function.argument_count(); }

// Leaves out one result after the other, as long as the rest fails.
void ReduceResults(RandomProgram& program, const std::function<bool(const RandomProgram&)>& fails) {
  for (size_t r = program.function.results().size(); r-- > 0 && program.function.results().size() > 1;) {
    std::vector<Result> rest = program.function.results();
    rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(r));
    RandomProgram candidate = Part(program, rest, Value{});
    if (fails(candidate)) program = std::move(candidate);
  }
}

// Makes one node after the other an argument, from the last to the first. A cut renumbers the values, so each success
// starts again.
void ReduceNodes(RandomProgram& program, const std::function<bool(const RandomProgram&)>& fails) {
  for (uint32_t back = 1; back <= NodeCount(program);) {
    RandomProgram candidate = Part(program, program.function.results(), Value{program.function.size() - back});
    if (NodeCount(candidate) < NodeCount(program) && fails(candidate)) {
      program = std::move(candidate);
      back = 1;
    } else {
      ++back;
    }
  }
}

}  // namespace

RandomProgram ReduceProgram(const RandomProgram& program, const std::function<bool(const RandomProgram&)>& fails) {
  RandomProgram smallest = program;
  ReduceResults(smallest, fails);
  ReduceNodes(smallest, fails);
  ReduceResults(smallest, fails);
  return smallest;
}

}  // namespace nnc::ir
