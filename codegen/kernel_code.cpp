#include "codegen/kernel_code.h"

#include <stdexcept>

#include "codegen/bounds.h"
#include "codegen/emitter.h"
#include "codegen/line_kernels.h"
#include "codegen/memory_kernels.h"
#include "codegen/nest_kernel.h"
#include "codegen/product_kernel.h"

namespace nnc::codegen {
namespace {

// `void SYMBOL(i64 thread, ptr place, ...)`
llvm::Function* Declare(llvm::Module& module, const std::string& symbol, const std::vector<ArenaPlace>& places) {
  if (llvm::Function* known = module.getFunction(symbol)) return known;
  llvm::LLVMContext& context = module.getContext();
  std::vector<llvm::Type*> types(places.size() + 1, llvm::PointerType::getUnqual(context));
  types[0] = llvm::Type::getInt64Ty(context);
  auto* type = llvm::FunctionType::get(llvm::Type::getVoidTy(context), types, /*isVarArg=*/false);
  llvm::Function* function = llvm::Function::Create(type, llvm::Function::ExternalLinkage, symbol, module);
  for (unsigned i = 0; i < places.size(); ++i) {
    const auto alignment = llvm::Align(static_cast<uint64_t>(AlignmentOf(places[i])));
    function->addParamAttr(i + 1, llvm::Attribute::getWithAlignment(context, alignment));
  }
  return function;
}

void EmitBody(Emitter& emitter, const PlannedKernel& planned) {
  const Kernel& kernel = *planned.kernel;
  switch (kernel.kind) {
    case KernelKind::kLoop:
    case KernelKind::kRow:
    case KernelKind::kReduce:
      return EmitNest(emitter, *planned.schedule, *planned.buffers, kernel, planned.threads);
    case KernelKind::kMatMul:
      return EmitProduct(emitter, *planned.schedule, *planned.buffers, kernel, *planned.product, planned.scratch);
    case KernelKind::kScatter:
      return EmitScatter(emitter, *planned.schedule, *planned.buffers, kernel);
    case KernelKind::kLine:
      return EmitLines(emitter, *planned.schedule, *planned.buffers, kernel, planned.threads, planned.scratch);
    case KernelKind::kCopy:
    case KernelKind::kScan:
      break;
  }
  throw std::logic_error("a kernel without code of its own");
}

}  // namespace

const std::string& KernelCodes::Add(const PlannedKernel& kernel, const std::string& symbol) {
  const auto [found, is_new] = numbers_.try_emplace(KeyOf(kernel), codes_.size());
  if (is_new) codes_.push_back({symbol, kernel});
  return codes_[found->second].symbol;
}

void EmitKernelCode(llvm::Module& module, const KernelCodes::Code& code, const Target& target, bool check_bounds) {
  const std::vector<ArenaPlace> places = PlacesOf(code.kernel);
  Emitter emitter(Declare(module, code.symbol, places), target);
  emitter.set_arguments({nullptr, emitter.function()->getArg(0), nullptr});
  BoundsChecks checks;
  for (unsigned i = 0; i < places.size(); ++i) {
    llvm::Value* address = emitter.function()->getArg(i + 1);
    emitter.BindPlace(places[i], address);
    checks.Allow(address, emitter.Index(BytesAt(code.kernel, places[i])));
  }
  EmitBody(emitter, code.kernel);
  emitter.Finish();
  if (check_bounds) checks.AddTo(*emitter.function());
}

void EmitKernelCall(Emitter& emitter, const std::string& symbol, const PlannedKernel& kernel) {
  const std::vector<ArenaPlace> places = PlacesOf(kernel);
  Values arguments = {emitter.arguments().thread};
  for (const ArenaPlace& place : places) arguments.push_back(emitter.Arena(ir::Element::kU8, place).address);
  emitter.ir().CreateCall(Declare(emitter.module(), symbol, places), arguments);
}

}  // namespace nnc::codegen
