#include "codegen/jit.h"

#include <llvm/ExecutionEngine/JITLink/JITLinkMemoryManager.h>
#include <llvm/ExecutionEngine/Orc/LLJIT.h>
#include <llvm/ExecutionEngine/Orc/ObjectLinkingLayer.h>
#include <llvm/IR/LegacyPassManager.h>
#include <llvm/IR/Verifier.h>
#include <llvm/MC/TargetRegistry.h>
#include <llvm/Passes/PassBuilder.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/raw_ostream.h>
#include <llvm/Target/TargetMachine.h>
#include <llvm/Transforms/InstCombine/InstCombine.h>
#include <llvm/Transforms/Scalar/ADCE.h>
#include <llvm/Transforms/Scalar/EarlyCSE.h>
#include <llvm/Transforms/Scalar/LICM.h>
#include <llvm/Transforms/Scalar/LoopPassManager.h>
#include <llvm/Transforms/Scalar/SimplifyCFG.h>

#include "codegen/host_functions.h"
#include "ir/diagnostics.h"

namespace nnc::codegen {
namespace {

[[noreturn]] void Fail(const std::string& what) {
  throw Failure(DiagnosticKind::kInternal, "", "code generation: " + what);
}

// LLVM's own words would mean nothing to a user, and its values are not printed in the user's names.
void Check(llvm::Error error, const char* what) {
  if (!error) return;
  llvm::consumeError(std::move(error));
  Fail(what);
}

void CheckWellFormed(const llvm::Module& module) {
  for (const llvm::Function& function : module) {
    if (llvm::verifyFunction(function)) Fail("function '" + function.getName().str() + "' is not well-formed");
  }
}

void RunCodegen(llvm::Module& module, const Target& target, int level, llvm::raw_pwrite_stream& out,
                llvm::CodeGenFileType type) {
  CheckWellFormed(module);
  const auto machine = CreateMachine(target, level);
  llvm::legacy::PassManager passes;
  if (machine->addPassesToEmitFile(passes, out, nullptr, type, /*DisableVerify=*/true)) {
    Fail("the target cannot write this file type");
  }
  passes.run(module);
}

}  // namespace

OwnedModule NewModule(const std::string& name, const Target& target) {
  OwnedModule owned;
  owned.context = std::make_unique<llvm::LLVMContext>();
  owned.module = std::make_unique<llvm::Module>(name, *owned.context);
  owned.module->setTargetTriple(target.triple);
  owned.module->setDataLayout(CreateMachine(target, 0)->createDataLayout());
  return owned;
}

void OptimizeModule(llvm::Module& module, const Target& target, int level) {
  CheckWellFormed(module);
  if (level == 0) return;
  const auto machine = CreateMachine(target, level);
  llvm::PassBuilder builder(machine.get());
  llvm::LoopAnalysisManager loops;
  llvm::FunctionAnalysisManager functions;
  llvm::CGSCCAnalysisManager components;
  llvm::ModuleAnalysisManager modules;
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(components);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, components, modules);

  llvm::FunctionPassManager passes;
  passes.addPass(llvm::EarlyCSEPass(/*UseMemorySSA=*/true));
  passes.addPass(llvm::InstCombinePass());
  passes.addPass(llvm::createFunctionToLoopPassAdaptor(llvm::LICMPass(llvm::LICMOptions()), /*UseMemorySSA=*/true));
  passes.addPass(llvm::SimplifyCFGPass());
  passes.addPass(llvm::ADCEPass());
  for (llvm::Function& function : module) {
    if (!function.isDeclaration()) passes.run(function, functions);
  }
}

std::string ModuleText(const llvm::Module& module) {
  std::string text;
  llvm::raw_string_ostream out(text);
  module.print(out, nullptr);
  return text;
}

std::string AssemblyText(llvm::Module& module, const Target& target, int level) {
  llvm::SmallString<0> text;
  llvm::raw_svector_ostream out(text);
  RunCodegen(module, target, level, out, llvm::CodeGenFileType::AssemblyFile);
  return text.str().str();
}

struct Jit::Impl {
  std::unique_ptr<llvm::orc::LLJIT> jit;
};

ObjectCode CompileModule(llvm::Module& module, const Target& target, int level) {
  llvm::SmallVector<char, 0> bytes;
  llvm::raw_svector_ostream out(bytes);
  RunCodegen(module, target, level, out, llvm::CodeGenFileType::ObjectFile);
  return {bytes.begin(), bytes.end()};
}

Jit::Jit(const std::vector<ObjectCode>& objects, const Target& target) : impl_(std::make_unique<Impl>()) {
  auto jit = llvm::orc::LLJITBuilder()
                 .setJITTargetMachineBuilder(llvm::orc::JITTargetMachineBuilder(llvm::Triple(target.triple)))
                 .setPlatformSetUp(llvm::orc::setUpInactivePlatform)  // no static constructors to run
                 .setLinkProcessSymbolsByDefault(false)
                 .create();
  if (!jit) Check(jit.takeError(), "the JIT does not start");
  impl_->jit = std::move(*jit);
  impl_->jit->getExecutionSession().setErrorReporter(llvm::consumeError);  // what fails is reported where it is used

  llvm::orc::SymbolMap symbols;
  for (const HostFunction& function : HostFunctions()) {
    symbols[impl_->jit->mangleAndIntern(function.name)] = {llvm::orc::ExecutorAddr::fromPtr(function.address),
                                                           llvm::JITSymbolFlags::Exported};
  }
  Check(impl_->jit->getMainJITDylib().define(llvm::orc::absoluteSymbols(std::move(symbols))),
        "host functions cannot be defined");
  for (const ObjectCode& object : objects) {
    auto buffer = llvm::MemoryBuffer::getMemBufferCopy(llvm::StringRef(object.data(), object.size()), "nnc");
    Check(impl_->jit->addObjectFile(std::move(buffer)), "the object cannot be added");
  }
}

Jit::~Jit() = default;
Jit::Jit(Jit&&) noexcept = default;

void* Jit::Address(const std::string& function) const {
  auto address = impl_->jit->lookup(function);
  if (!address) Check(address.takeError(), "a function does not link");
  return address->toPtr<void*>();
}

}  // namespace nnc::codegen
