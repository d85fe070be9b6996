// The elementary functions of the language on f32, each with what judges it: for the error and the speed of generated
// code.
#pragma once

#include <limits>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "codegen/codegen.h"

namespace nnc::bench {

struct ElementaryFunction {
  std::string name;
  std::string formula;        // in the language, of a tensor x
  double (*exact)(double x);  // to far more than the 24 bits of an f32
  float (*libm)(float x);     // by scalar calls of the C library
  double ulps;                // the largest error of generated code, in units of the last place
  // Beyond these the f32 nearest to the exact result does not change. (C libraries are slow where a result overflows.)
  double low = -std::numeric_limits<double>::infinity(), high = std::numeric_limits<double>::infinity();
  // The function is x * factor(x), and zero where the factor is below the smallest normal number; null: it has none.
  double (*factor)(double x) = nullptr;
};

const std::vector<ElementaryFunction>& ElementaryFunctions();

// A function compiled for the host, from program text to native code, over arrays of a fixed length.
class Compiled {
 public:
  Compiled(const ElementaryFunction& function, int64_t count);
  std::span<float> x() { return Array(code_.entry("f").arguments[0]); }
  std::span<const float> y() { return Array(code_.entry("f").results[0]); }
  void Run() { code_.Run("f", arena_.get()); }

 private:
  std::span<float> Array(const codegen::Slot& slot);

  codegen::Compiled code_;
  std::unique_ptr<std::byte, void (*)(void*)> arena_;
};

}  // namespace nnc::bench
