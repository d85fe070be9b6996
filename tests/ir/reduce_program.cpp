#include "tests/ir/reduce_program.h"

#include <algorithm>
#include <memory>

#include "ir/text.h"
#include "tests/ir/unroll.h"

namespace nnc::ir {

namespace {

using Fails = std::function<bool(const RandomProgram&)>;

// Where a value is to be something else: an argument (`with` is not valid), or another value of its type.
struct Change {
  Value value, with;
};

// `function` with the change made and without what is then not needed. Arguments that are not needed stay if
// `keep_arguments`. `kept` says which values have become the arguments.
Function Changed(const Function& f, const Change& change, const std::vector<Result>& results, bool keep_arguments,
                 std::vector<Value>& kept) {
  std::vector<Node> nodes = f.nodes();
  std::vector<Value> stands(f.size());  // for each value what stands for it
  for (Value v{0}; v.index < f.size(); ++v.index) stands[v.index] = v;
  if (change.with.valid()) {
    stands[change.value.index] = change.with;
  } else if (change.value.valid()) {
    Node& node = nodes[change.value.index];
    node = {Op::kArgument, {}, {}, node.type, node.name, {}, {}};
  }
  std::vector<bool> needed(f.size());
  for (uint32_t v = 0; v < f.argument_count(); ++v) needed[v] = keep_arguments;
  for (const Result& result : results) needed[stands[result.value.index].index] = true;
  for (uint32_t v = f.size(); v-- > 0;) {
    for (Value& operand : nodes[v].operands) operand = stands[operand.index];
    if (!needed[v]) continue;
    for (Value operand : nodes[v].operands) needed[operand.index] = true;
  }
  Function smaller(f.name());
  std::vector<Value> renumbered(f.size());
  for (bool arguments : {true, false}) {
    for (Value v{0}; v.index < f.size(); ++v.index) {
      Node& node = nodes[v.index];
      if (!needed[v.index] || (node.op == Op::kArgument) != arguments) continue;
      for (Value& operand : node.operands) operand = renumbered[operand.index];
      node.origin.reset();
      renumbered[v.index] = smaller.Append(node);
      if (arguments) kept.push_back(v);
    }
  }
  for (const Result& result : results) {
    smaller.AddResult(result.name, renumbered[stands[result.value.index].index]);
  }
  return smaller;
}

// As memory holds it.
Tensor Held(Tensor tensor) {
  if (tensor.element != Element::kF32) return tensor;
  for (double& number : tensor.floats()) number = static_cast<float>(number);
  return tensor;
}

RandomProgram Changed(const RandomProgram& program, const Change& change, const std::vector<Result>& results) {
  std::vector<Tensor> values(program.function.size());
  Evaluate(program.function, program.arguments, [&](Value v, const Tensor& value) { values[v.index] = value; });
  std::vector<Value> kept;
  RandomProgram changed{Changed(program.function, change, results, false, kept), {}};
  for (Value v : kept) changed.arguments.push_back(Held(values[v.index]));
  return changed;
}

// `program` with another body for one of its loops.
RandomProgram WithBody(const RandomProgram& program, Value loop, Function body) {
  const Function& f = program.function;
  RandomProgram changed{Function(f.name()), program.arguments};
  for (Value v{0}; v.index < f.size(); ++v.index) {
    Node node = f.node(v);
    if (v == loop) node.attributes.Set(AttributeKey::kBody, Body{std::make_shared<Function>(body)});
    changed.function.Append(node);
  }
  for (const Result& result : f.results()) changed.function.AddResult(result.name, result.value);
  return changed;
}

// What value `v` of `f` might be instead: an operand of its type.
std::vector<Change> Substitutes(const Function& f, Value v) {
  std::vector<Change> changes;
  for (Value operand : f.node(v).operands) {
    if (f.type(operand) == f.type(v)) changes.push_back({v, operand});
  }
  return changes;
}

// ---- Ways to make a program smaller; each makes one step and says whether it could ----

bool DropAResult(RandomProgram& program, const Fails& fails) {
  std::vector<Result> results = program.function.results();
  for (size_t r = results.size(); r-- > 0 && results.size() > 1;) {
    std::vector<Result> rest = results;
    rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(r));
    RandomProgram candidate = Changed(program, {}, rest);
    if (!fails(candidate)) continue;
    program = std::move(candidate);
    return true;
  }
  return false;
}

uint32_t NodeCount(const RandomProgram& program) { return program.function.size() - program.function.argument_count(); }

bool DropNodes(RandomProgram& program, const Fails& fails) {
  const Function& f = program.function;
  for (Value v{f.size()}; v.index-- > f.argument_count();) {
    std::vector<Change> changes = Substitutes(f, v);
    if (!f.type(v).is_tuple()) changes.insert(changes.begin(), {v, Value{}});
    for (const Change& change : changes) {
      RandomProgram candidate = Changed(program, change, f.results());
      if (NodeCount(candidate) >= NodeCount(program) || !fails(candidate)) continue;
      program = std::move(candidate);
      return true;
    }
  }
  return false;
}

bool DropNodesOfBodies(RandomProgram& program, const Fails& fails) {
  for (Value loop{0}; loop.index < program.function.size(); ++loop.index) {
    if (program.function.node(loop).op != Op::kScan) continue;
    const Function& body = *program.function.node(loop).attribute<Body>(AttributeKey::kBody).function;
    for (Value v{body.size()}; v.index-- > body.argument_count();) {
      for (const Change& change : Substitutes(body, v)) {
        std::vector<Value> kept;
        Function smaller = Changed(body, change, body.results(), true, kept);
        RandomProgram candidate = WithBody(program, loop, std::move(smaller));
        if (!fails(candidate)) continue;
        program = std::move(candidate);
        return true;
      }
    }
  }
  return false;
}

bool UnrollLoops(RandomProgram& program, const Fails& fails) {
  bool has_loops = std::ranges::any_of(program.function.nodes(), [](const Node& n) { return n.op == Op::kScan; });
  RandomProgram candidate{has_loops ? Unroll(program.function) : program.function, program.arguments};
  if (!has_loops || !fails(candidate)) return false;
  program = std::move(candidate);
  return true;
}

}  // namespace

RandomProgram ReduceProgram(const RandomProgram& program, const Fails& fails) {
  RandomProgram smallest = program;
  while (DropAResult(smallest, fails) || DropNodes(smallest, fails) || UnrollLoops(smallest, fails) ||
         DropNodesOfBodies(smallest, fails)) {
  }
  return smallest;
}

std::string ProgramText(const RandomProgram& program) {
  constexpr int64_t kShown = 24;
  SourceManager sources;
  std::string text = Print(program.function, sources) + "at";
  for (const Tensor& argument : program.arguments) {
    text += "\n ";
    for (int64_t i = 0; i < std::min(argument.elements(), kShown); ++i) text += " " + FloatText(argument.number(i));
    if (argument.elements() > kShown) text += " ...";
  }
  return text;
}

}  // namespace nnc::ir
