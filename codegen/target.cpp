#include "codegen/target.h"

#include <llvm/ADT/StringMap.h>
#include <llvm/IR/Function.h>
#include <llvm/MC/MCSubtargetInfo.h>
#include <llvm/MC/TargetRegistry.h>
#include <llvm/Support/TargetSelect.h>
#include <llvm/Target/TargetMachine.h>
#include <llvm/Target/TargetOptions.h>
#include <llvm/TargetParser/Host.h>
#include <llvm/TargetParser/SubtargetFeature.h>
#include <llvm/TargetParser/Triple.h>
#include <unistd.h>

#include <algorithm>
#include <mutex>

#include "ir/diagnostics.h"

namespace nnc::codegen {
namespace {

const llvm::Target& NativeTarget(const std::string& triple) {
  static std::once_flag once;
  std::call_once(once, [] {
    llvm::InitializeNativeTarget();
    llvm::InitializeNativeTargetAsmPrinter();
  });
  std::string error;
  const llvm::Target* target = llvm::TargetRegistry::lookupTarget(triple, error);
  if (!target) throw Failure(DiagnosticKind::kInternal, "", "no code generator for this machine (" + triple + ")");
  return *target;
}

std::string HostFeatures() {
  llvm::SubtargetFeatures features;
  for (const auto& feature : llvm::sys::getHostCPUFeatures()) features.AddFeature(feature.first(), feature.second);
  return features.getString();
}

std::unique_ptr<llvm::TargetMachine> MachineOf(const Target& target, llvm::CodeGenOptLevel level) {
  llvm::TargetOptions options;
  options.AllowFPOpFusion = llvm::FPOpFusion::Strict;  // the emitter fuses
  return std::unique_ptr<llvm::TargetMachine>(NativeTarget(target.triple)
                                                  .createTargetMachine(target.triple, target.cpu, target.features,
                                                                       options, llvm::Reloc::PIC_,
                                                                       llvm::CodeModel::Small, level,
                                                                       /*JIT=*/true));
}

// LLVM prints its own warning for an unknown name, so the name is looked up before a machine is made for it.
void CheckCpuName(const std::string& triple, const std::string& cpu) {
  std::unique_ptr<llvm::MCSubtargetInfo> info(NativeTarget(triple).createMCSubtargetInfo(triple, "", ""));
  if (info->isCPUStringValid(cpu)) return;
  std::vector<std::string> names;
  for (const auto& entry : info->getAllProcessorDescriptions()) names.emplace_back(entry.Key);
  Diagnostic diagnostic;
  diagnostic.kind = DiagnosticKind::kUsage;
  diagnostic.message = "no processor named '" + cpu + "' for " + llvm::Triple(triple).getArchName().str();
  const std::string close = Closest(cpu, names);
  if (!close.empty()) diagnostic.Help("did you mean '" + close + "'?");
  throw Failure(std::move(diagnostic));
}

// Vector width and registers from what the processor name and features turn on.
void SetVectorShape(Target& target) {
  const auto machine = MachineOf(target, llvm::CodeGenOptLevel::None);
  const llvm::MCSubtargetInfo& info = *machine->getMCSubtargetInfo();
  if (!machine->getTargetTriple().isX86()) {
    target.vector_registers = 32;
    return;
  }
  const auto has = [&](const char* feature) { return info.checkFeatures(std::string("+") + feature); };
  target.masks = has("avx512vl") && has("avx512bw") && has("avx512dq");
  target.vector_bytes = target.masks ? 64 : has("avx2") ? 32 : 16;
  target.vector_registers = target.masks ? 32 : 16;
}

int64_t CacheBytes(int name, int64_t otherwise) {
  const int64_t bytes = sysconf(name);
  return bytes > 0 ? bytes : otherwise;
}

}  // namespace

int64_t Target::Lanes(ir::Element element) const {
  const int64_t bytes = element == ir::Element::kBF16 ? 4 : ir::ByteSize(element);
  return vector_bytes / bytes;
}

Target DescribeTarget(const std::string& cpu) {
  Target target;
  target.triple = llvm::sys::getProcessTriple();
  if (cpu.empty()) {
    target.cpu = llvm::sys::getHostCPUName().str();
    target.features = HostFeatures();
    target.l1_bytes = CacheBytes(_SC_LEVEL1_DCACHE_SIZE, target.l1_bytes);
    target.l2_bytes = CacheBytes(_SC_LEVEL2_CACHE_SIZE, target.l2_bytes);
  } else {
    CheckCpuName(target.triple, cpu);
    target.cpu = cpu;
  }
  SetVectorShape(target);
  return target;
}

std::unique_ptr<llvm::TargetMachine> CreateMachine(const Target& target, int optimization) {
  return MachineOf(target, static_cast<llvm::CodeGenOptLevel>(std::clamp(optimization, 0, 3)));
}

void SetTargetAttributes(llvm::Function& function, const Target& target) {
  const std::string bits = std::to_string(8 * target.vector_bytes);
  function.addFnAttr("target-cpu", target.cpu);
  if (!target.features.empty()) function.addFnAttr("target-features", target.features);
  function.addFnAttr("prefer-vector-width", bits);
  function.addFnAttr("min-legal-vector-width", bits);
  // Threads run with denormals flushed (codegen/threads.h): LLVM must not put tests of bits for comparisons with zero.
  function.addFnAttr("denormal-fp-math", "preserve-sign,preserve-sign");
  function.addFnAttr(llvm::Attribute::NoUnwind);
}

}  // namespace nnc::codegen
