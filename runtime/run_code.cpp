#include "runtime/run_code.h"

#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <iterator>
#include <stdexcept>

#include "codegen/compiler_memory.h"
#include "ir/specialize.h"
#include "passes/pipeline.h"

namespace nnc::runtime {
namespace {

const ir::Function& FunctionNamed(const Program& program, const std::string& name) {
  const ir::Function* function = program.module.Find(name);
  if (function == nullptr) throw std::logic_error("the program lacks the function " + name);
  return *function;
}

// The fields that are arguments of the function.
std::vector<BatchField> FieldsOf(const ir::Function& function, const std::vector<BatchField>& all) {
  std::vector<BatchField> fields;
  std::ranges::copy_if(all, std::back_inserter(fields),
                       [&](const BatchField& field) { return function.FindArgument(field.name).has_value(); });
  return fields;
}

}  // namespace

RunCode::RunCode(const Program& program, const std::vector<LoopRequest>& loops,
                 const std::vector<std::string>& functions, const codegen::Options& options)
    : compiled_(Build(program, loops, functions, options)), arena_(ir::Element::kU8, {compiled_.arena_bytes()}) {
  const auto add = [&](const codegen::Entry& entry) {
    for (const codegen::Slot& slot : entry.arguments) slots_.emplace(slot.name, slot);
    for (const codegen::Slot& slot : entry.results) slots_.emplace(slot.name, slot);
  };
  for (const auto& [key, function] : functions_) add(compiled_.entry(function.name()));
  functions_.clear();
  // Nothing has touched the arena yet. It takes milliseconds, which a small arena is not worth.
  constexpr int64_t kSmall = int64_t{4} << 20;
  if (arena_bytes() > kSmall) codegen::ReleaseCompilerMemory();
}

codegen::Compiled RunCode::Build(const Program& program, const std::vector<LoopRequest>& loops,
                                 const std::vector<std::string>& functions, const codegen::Options& options) {
  const auto start = std::chrono::steady_clock::now();
  std::vector<codegen::LoopSpec> specs;
  for (const LoopRequest& loop : loops) {
    const Batches& batches = loop.batches;
    codegen::LoopSpec spec;
    spec.name = loop.name;
    spec.batch = batches.batch;
    spec.tail = batches.tail;
    spec.entry = AtBatch(program, loop.function, batches.batch).name();
    entries_[loop.name] = spec.entry;
    if (batches.tail > 0) spec.tail_entry = AtBatch(program, loop.function, batches.tail).name();
    fields_[loop.name] = FieldsOf(FunctionNamed(program, loop.function), loop.fields);
    for (const BatchField& field : fields_[loop.name]) spec.fields.push_back(field.name);
    spec.sums = loop.sums;
    specs.push_back(std::move(spec));
  }
  for (const std::string& name : functions) {
    functions_.try_emplace({name, 0}, passes::Optimize(FunctionNamed(program, name)));
  }
  std::vector<const ir::Function*> pointers;
  for (const auto& [key, function] : functions_) pointers.push_back(&function);
  codegen::Compiled compiled = codegen::Compile(pointers, specs, options);
  seconds_ = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return compiled;
}

const ir::Function& RunCode::AtBatch(const Program& program, const std::string& function, int64_t batch) {
  const auto found = functions_.find({function, batch});
  if (found != functions_.end()) return found->second;
  ir::Function special = ir::Specialize(FunctionNamed(program, function), {{"B", batch}});
  special.set_name(fmt::format("{}.b{}", function, batch));
  return functions_.emplace(std::pair(function, batch), passes::Optimize(special)).first->second;
}

void RunCode::Set(const std::string& name, const Tensor& value) {
  const auto found = slots_.find(name);
  if (found == slots_.end()) return;
  if (value.type() != found->second.type) throw std::logic_error("a value of another type for " + name);
  std::memcpy(arena_.data() + found->second.offset, value.data(), static_cast<size_t>(value.bytes()));
}

void RunCode::SetScalar(const std::string& name, int64_t value) {
  Tensor scalar(ir::Element::kI64, {});
  scalar.as<int64_t>()[0] = value;
  Set(name, scalar);
}

Tensor RunCode::Get(const std::string& name) const {
  const ir::Type& type = slots_.at(name).type;
  Tensor value(type.element, Values(type.shape));
  Read(name, value);
  return value;
}

Tensor RunCode::View(const std::string& name) const {
  const codegen::Slot& slot = slots_.at(name);
  return arena_.View(slot.offset, slot.type.element, Values(slot.type.shape));
}

void RunCode::Read(const std::string& name, Tensor& value) const {
  std::memcpy(value.data(), arena_.data() + slots_.at(name).offset, static_cast<size_t>(value.bytes()));
}

void RunCode::ReleaseTemporaries() {
  const auto page = static_cast<uintptr_t>(sysconf(_SC_PAGESIZE));
  const auto arena = reinterpret_cast<uintptr_t>(arena_.data());
  const uintptr_t begin = (arena + static_cast<uintptr_t>(compiled_.persistent_bytes()) + page - 1) / page * page;
  const uintptr_t end = (arena + static_cast<uintptr_t>(compiled_.arena_bytes())) / page * page;
  if (begin < end) madvise(reinterpret_cast<void*>(begin), end - begin, MADV_DONTNEED);
}

void RunCode::RunLoop(const std::string& loop, codegen::LoopState& state) {
  state.arena = arena_.data();
  compiled_.RunLoop(loop, state);
}

}  // namespace nnc::runtime
