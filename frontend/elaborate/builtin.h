// Functions that the compiler itself knows; all others are .nn library code.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "frontend/elaborate/elaborator.h"

namespace nnc {

struct BuiltinParam {
  std::string_view name;
  bool required = true;
  bool named_only = false;
};

// An argument matched to its parameter; `given` is false where it was left out.
struct BoundArgument {
  Value value;
  Span span;
  bool given = false;
};

// A call of a builtin with its arguments in the order of its parameters. Values are evaluated, none of the given ones
// is poison.
struct BuiltinCall {
  Elaborator& elaborator;
  Frame& frame;
  Span span;  // the whole call
  const Builtin& builtin;
  std::vector<BoundArgument> arguments;
  std::vector<CallArgument> extra;  // see Builtin::extra

  bool given(size_t i) const { return arguments[i].given; }
  const Value& value(size_t i) const { return arguments[i].value; }
  Span at(size_t i) const { return arguments[i].given ? arguments[i].span : span; }
};

enum class ExtraArguments { kNone, kPositional, kNamed };

struct Builtin {
  std::string_view name;
  std::vector<BuiltinParam> params;
  Value (*call)(BuiltinCall&);
  // Whether arguments beyond `params` are taken: positional ones (einsum's operands) or named ones (rearrange's sizes).
  ExtraArguments extra = ExtraArguments::kNone;
};

// The builtin of this name, or null.
const Builtin* FindBuiltin(std::string_view name);
// All names, for "did you mean".
std::vector<std::string> BuiltinNames();

}  // namespace nnc
