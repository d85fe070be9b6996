#include "codegen/host_functions.h"

#include <cmath>
#include <cstring>

#include "codegen/bounds.h"
#include "codegen/threads.h"

namespace nnc::codegen {
namespace {

template <class F>
HostFunction Entry(const char* name, F* function) {
  return {name, reinterpret_cast<void*>(function)};
}

using Unary = double(double);
using Binary = double(double, double);

}  // namespace

const std::vector<HostFunction>& HostFunctions() {
  static const std::vector<HostFunction> functions = {
      Entry("memcpy", std::memcpy),
      Entry<void*(void*, const void*, size_t)>("memmove", std::memmove),
      Entry("memset", std::memset),
      Entry(kBarrierSymbol, nnc_team_barrier),
      Entry(kOutOfBoundsSymbol, nnc_out_of_bounds),
      Entry<Unary>("exp", std::exp),
      Entry<Unary>("expm1", std::expm1),
      Entry<Unary>("log", std::log),
      Entry<Unary>("log1p", std::log1p),
      Entry<Unary>("sin", std::sin),
      Entry<Unary>("cos", std::cos),
      Entry<Unary>("tanh", std::tanh),
      Entry<Unary>("erf", std::erf),
      Entry<Unary>("erfc", std::erfc),
      Entry<float(float)>("sinf", std::sin),
      Entry<float(float)>("cosf", std::cos),
      Entry<Binary>("pow", std::pow),
      Entry<Binary>("fmod", std::fmod),
  };
  return functions;
}

}  // namespace nnc::codegen
