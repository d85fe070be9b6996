#include "runtime/executable.h"

#include <cstring>
#include <utility>
#include <vector>

#include "ir/evaluate.h"
#include "passes/pipeline.h"

namespace nnc::runtime {
namespace {

class Native : public Executable {
 public:
  Native(const ir::Function& function, const codegen::Options& options)
      : name_(function.name()),
        compiled_(codegen::Compile({&function}, {}, options)),
        entry_(compiled_.entry(name_)),
        arena_(ir::Element::kU8, {compiled_.arena_bytes()}) {}

  void Set(size_t argument, const Tensor& value) override {
    std::memcpy(arena_.data() + entry_.arguments[argument].offset, value.data(), static_cast<size_t>(value.bytes()));
  }
  void Run() override { compiled_.Run(name_, arena_.data()); }
  Tensor Result(size_t index) const override {
    const codegen::Slot& slot = entry_.results[index];
    Tensor result(slot.type.element, Values(slot.type.shape));
    std::memcpy(result.data(), arena_.data() + slot.offset, static_cast<size_t>(result.bytes()));
    return result;
  }

 private:
  std::string name_;
  codegen::Compiled compiled_;
  const codegen::Entry& entry_;
  Tensor arena_;
};

class Evaluated : public Executable {
 public:
  explicit Evaluated(ir::Function function) : function_(std::move(function)), arguments_(function_.argument_count()) {}

  void Set(size_t argument, const Tensor& value) override { arguments_[argument] = ToIr(value); }
  void Run() override { results_ = ir::Evaluate(function_, arguments_); }
  Tensor Result(size_t index) const override { return FromIr(results_[index]); }

 private:
  ir::Function function_;
  std::vector<ir::Tensor> arguments_, results_;
};

}  // namespace

std::unique_ptr<Executable> MakeExecutable(const ir::Function& function, Backend backend,
                                           const codegen::Options& options) {
  if (backend == Backend::kEvaluator) return std::make_unique<Evaluated>(passes::ExpandGradients(function));
  return std::make_unique<Native>(passes::Optimize(function), options);
}

}  // namespace nnc::runtime
