// Where elaboration stands: the function being built, and the body whose names are in scope.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include "frontend/elaborate/graph.h"
#include "frontend/elaborate/value.h"

namespace nnc {

// What one graph function is built with. Many frames share it.
struct Context {
  Graph* graph = nullptr;  // null: only static values can be computed (a top-level let, a model's members)
  bool training = false;
  bool sets_buffers = false;  // false: an assignment to a buffer is seen by its own body alone
  // The key that random places are folded into, as an i64 scalar; made once, at the first draw. Null: no randomness
  // here.
  std::function<ir::Value()> make_key;
  ir::Value key;
  int loops = 0;  // bodies of loops that elaboration is inside of
};

// One body being elaborated: of a fn, a method, a function literal, a model, a train block.
struct Frame {
  Context* context = nullptr;
  const Frame* caller = nullptr;   // null for an outermost body
  Span call;                       // the call that this body was inlined at
  uint32_t file = 0;               // whose top-level names are in scope
  bool library = false;            // is that a file of the standard library?
  std::shared_ptr<Instance> self;  // whose members are in scope; may be null
  Scope scope;
  int depth = 0;

  std::string part;  // the calls that led here, see ir::Node

  // What `...` and `real` stand for throughout the signature of this body.
  std::optional<ir::Shape> leading;
  std::optional<ir::Element> real;
  Span returned;  // the value of the `return` that ended the body

  // The random place: a hash of the path of calls, and the count of calls within this body.
  uint64_t place = 0;
  uint64_t calls = 0;

  Graph& graph() const { return *context->graph; }
};

// The place in a user's file that `span` in this frame is blamed on: itself, or the call that led into the library.
Span UserSpan(const Frame& frame, Span span);

// A frame for a body inlined at `call` in `caller`, with the next random place.
Frame InlinedFrame(Frame& caller, Span call);

// A number for the next draw of random numbers in this body: another for each path of calls and each draw; below 2^53.
uint64_t RandomPlace(Frame& frame);

// FNV-1a of a path, finished by SplitMix64, and cut to 53 bits so that a constant holds it exactly.
uint64_t PathHash(std::string_view path);

// Key makers for Context: fold_in(seed, 0) for functions that `nnc run` calls, and fold_in(seed, step) for training
// steps. `seed` and `step` become i64 arguments.
std::function<ir::Value()> FunctionKey(Graph& graph);
std::function<ir::Value()> StepKey(Graph& graph);
// The key of a parameter's initial values: seed folded with the hash of its path.
std::function<ir::Value()> ParameterKey(Graph& graph, std::string_view path);

}  // namespace nnc
