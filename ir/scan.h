// Loops with state. A Scan node runs its body `length` times, from iteration 0 up, or from the last down if `reverse`.
//
//   operands   the first carries | scanned tensors [length, ...] | captured values
//   body       takes the carries | one slice of each scanned tensor | the captured values,
//              gives the next carries, named as the arguments that they replace | outputs
//   result     a tuple: the last carries | the outputs of all iterations, stacked: [length, ...]
//
// Iteration i reads slice i and writes output i, whatever the direction. `checkpoint` asks the differentiator to keep
// only the carries of the forward pass and to run the body again.
#pragma once

#include <vector>

#include "ir/builder.h"
#include "ir/function.h"

namespace nnc::ir {

// What a Scan node says of itself, in words.
struct ScanParts {
  std::shared_ptr<const Function> body;
  size_t carries = 0;
  size_t scanned = 0;
  Dim length;
  bool reverse = false;
  bool checkpoint = false;

  size_t inputs() const { return carries + scanned; }  // what differs between iterations
  size_t captures() const { return body->argument_count() - inputs(); }
  size_t outputs() const { return body->results().size() - carries; }
};
ScanParts PartsOf(const Node& scan);
Attributes AttributesOf(const ScanParts& parts);

// Appends a Scan of that body.
Value AppendScan(Builder& build, const ScanParts& parts, std::vector<Value> operands, std::string name = "");

// A function cut out of another: `arguments` are values of `from` that become arguments with the names given, and
// `results` are computed from them by copies of the nodes that are needed. Constants may be on the way; every other
// node must be computed from `arguments`. Names, spans and origins go along where the forward node does.
Function CutOut(const Function& from, std::string name, const std::vector<Result>& arguments,
                const std::vector<Result>& results);

}  // namespace nnc::ir
