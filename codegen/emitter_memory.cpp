// Addresses, loads and stores of the emitter.
#include <llvm/IR/Intrinsics.h>

#include <algorithm>
#include <bit>
#include <cassert>

#include "codegen/emitter.h"

namespace nnc::codegen {
namespace {

// The largest power of two, up to a cache line, that divides both.
int64_t CommonAlignment(int64_t alignment, int64_t offset) {
  const auto bits = static_cast<uint64_t>(alignment | offset | 64);
  return int64_t{1} << std::countr_zero(bits);
}

llvm::Align AlignOf(const Pointer& pointer) { return llvm::Align(static_cast<uint64_t>(pointer.alignment)); }

}  // namespace

int64_t AlignmentOf(const ArenaPlace& place) {
  int64_t alignment = CommonAlignment(64, place.offset);
  for (int64_t stride : place.strides) alignment = CommonAlignment(alignment, stride);
  return alignment;
}

Pointer Emitter::Arena(ir::Element element, const ArenaPlace& place) {
  const auto bound = bound_places_.find(place);
  if (bound != bound_places_.end()) return {bound->second, element, AlignmentOf(place)};
  Pointer pointer = Advance({arguments_.arena, element, 64}, place.offset / ir::ByteSize(element));
  for (size_t loop = 0; loop < place.strides.size(); ++loop) {
    if (place.strides[loop] == 0) continue;
    const int64_t elements = place.strides[loop] / ir::ByteSize(element);
    pointer = Advance(pointer, builder_.CreateMul(iterations_[loop], Index(elements)), elements);
  }
  return pointer;
}

Pointer Emitter::Advance(const Pointer& pointer, int64_t elements) {
  return Advance(pointer, Index(elements), elements);
}

Pointer Emitter::Advance(const Pointer& pointer, llvm::Value* elements, int64_t multiple) {
  Pointer moved = pointer;
  moved.address = builder_.CreateInBoundsGEP(MemoryType(pointer.element), pointer.address, elements);
  moved.alignment = CommonAlignment(pointer.alignment, multiple * ir::ByteSize(pointer.element));
  return moved;
}

// bool and bf16 change between memory and registers; the other types are the same in both.

llvm::Value* Emitter::FromMemory(llvm::Value* value, ir::Element element) {
  const int64_t lanes = LanesOf(value);
  if (element == ir::Element::kBool) return builder_.CreateIsNotNull(value);
  if (element != ir::Element::kBF16) return value;
  llvm::Type* wide = ComputeType(ir::Element::kI32, lanes);
  llvm::Value* bits = builder_.CreateShl(builder_.CreateZExt(value, wide), llvm::ConstantInt::get(wide, 16));
  return builder_.CreateBitCast(bits, ComputeType(element, lanes));
}

// Rounding f32 to bf16 to nearest even by integers: adding half of the last kept place less one, and one more where
// that place is odd, carries into it exactly when the dropped half rounds up. A NaN is kept quiet instead.
llvm::Value* Emitter::ToMemory(llvm::Value* value, ir::Element element) {
  const int64_t lanes = LanesOf(value);
  if (element == ir::Element::kBool) return builder_.CreateZExt(value, MemoryType(element, lanes));
  if (element != ir::Element::kBF16) return value;
  llvm::Type* wide = ComputeType(ir::Element::kI32, lanes);
  const auto constant = [&](uint64_t number) { return llvm::ConstantInt::get(wide, number); };
  llvm::Value* bits = builder_.CreateBitCast(value, wide);
  llvm::Value* odd = builder_.CreateAnd(builder_.CreateLShr(bits, constant(16)), constant(1));
  llvm::Value* rounded = builder_.CreateAdd(bits, builder_.CreateAdd(odd, constant(0x7fff)));
  llvm::Value* quiet = builder_.CreateOr(bits, constant(0x400000));
  llvm::Value* kept = builder_.CreateSelect(builder_.CreateFCmpUNO(value, value), quiet, rounded);
  return builder_.CreateTrunc(builder_.CreateLShr(kept, constant(16)), MemoryType(element, lanes));
}

llvm::Value* Emitter::Round(llvm::Value* value, ir::Element element) {
  return element == ir::Element::kBF16 ? FromMemory(ToMemory(value, element), element) : value;
}

llvm::Value* Emitter::Load(const Pointer& pointer, int64_t lanes, int64_t active) {
  if (active >= 0 && active < lanes) return LoadMasked(pointer, lanes, PrefixMask(active, lanes));
  llvm::Type* type = MemoryType(pointer.element, lanes);
  return FromMemory(builder_.CreateAlignedLoad(type, pointer.address, AlignOf(pointer)), pointer.element);
}

void Emitter::Prefetch(const Pointer& pointer, bool write) {
  constexpr uint32_t kKeep = 3, kData = 1;
  builder_.CreateIntrinsic(
      llvm::Intrinsic::prefetch, {pointer.address->getType()},
      {pointer.address, builder_.getInt32(write), builder_.getInt32(kKeep), builder_.getInt32(kData)});
}

llvm::Value* Emitter::LoadMasked(const Pointer& pointer, int64_t lanes, llvm::Value* mask) {
  assert(lanes > 1 && "a single element is loaded under If");
  llvm::Type* type = MemoryType(pointer.element, lanes);
  llvm::Value* zero = llvm::Constant::getNullValue(type);
  return FromMemory(builder_.CreateMaskedLoad(type, pointer.address, AlignOf(pointer), mask, zero), pointer.element);
}

void Emitter::Store(const Pointer& pointer, llvm::Value* value, int64_t active) {
  const int64_t lanes = LanesOf(value);
  if (active >= 0 && active < lanes) return StoreMasked(pointer, value, PrefixMask(active, lanes));
  builder_.CreateAlignedStore(ToMemory(value, pointer.element), pointer.address, AlignOf(pointer));
}

void Emitter::StoreMasked(const Pointer& pointer, llvm::Value* value, llvm::Value* mask) {
  assert(LanesOf(value) > 1 && "a single element is stored under If");
  builder_.CreateMaskedStore(ToMemory(value, pointer.element), pointer.address, AlignOf(pointer), mask);
}

namespace {

llvm::Align ElementAlign(const Pointer& pointer) {
  return llvm::Align(static_cast<uint64_t>(std::min(pointer.alignment, ir::ByteSize(pointer.element))));
}

// Elements of less than four bytes have no shuffle of two vectors on most machines.
bool IsShuffled(const Pointer& pointer, int64_t stride) {
  return stride > 1 && stride <= Emitter::kMostShuffled && ir::ByteSize(pointer.element) >= 4;
}

}  // namespace

// Lane i is element i * stride of the vectors that lie one after the other from the pointer on.
llvm::Value* Emitter::LoadShuffled(const Pointer& pointer, int64_t stride, int64_t lanes, int64_t active) {
  const int64_t touched = (active - 1) * stride + 1;
  llvm::Value* picked = llvm::Constant::getNullValue(ComputeType(pointer.element, lanes));
  for (int64_t first = 0; first < touched; first += lanes) {
    llvm::Value* block = Load(Advance(pointer, first), lanes, std::min(touched - first, lanes));
    std::vector<int> from(static_cast<size_t>(lanes));
    for (int64_t lane = 0; lane < lanes; ++lane) {
      const int64_t place = lane * stride - first;
      from[static_cast<size_t>(lane)] = static_cast<int>(place >= 0 && place < lanes ? lanes + place : lane);
    }
    picked = builder_.CreateShuffleVector(picked, block, from);
  }
  return picked;
}

void Emitter::StoreShuffled(const Pointer& pointer, llvm::Value* value, int64_t stride, int64_t active) {
  const int64_t lanes = LanesOf(value);
  const int64_t touched = (active - 1) * stride + 1;
  for (int64_t first = 0; first < touched; first += lanes) {
    std::vector<int> from(static_cast<size_t>(lanes), 0);
    std::vector<llvm::Constant*> mask(static_cast<size_t>(lanes), builder_.getFalse());
    for (int64_t place = first; place < std::min(first + lanes, touched); ++place) {
      if (place % stride != 0) continue;
      from[static_cast<size_t>(place - first)] = static_cast<int>(place / stride);
      mask[static_cast<size_t>(place - first)] = builder_.getTrue();
    }
    StoreMasked(Advance(pointer, first), builder_.CreateShuffleVector(value, from), llvm::ConstantVector::get(mask));
  }
}

llvm::Value* Emitter::LoadStrided(const Pointer& pointer, int64_t stride, int64_t lanes, int64_t active) {
  if (stride == 1 || lanes == 1) return Load(pointer, lanes, active);
  if (stride == 0) return Splat(Load(pointer), lanes);
  if (IsShuffled(pointer, stride)) return LoadShuffled(pointer, stride, lanes, active < 0 ? lanes : active);
  return Gather(pointer, Ramp(Index(0), stride, lanes), active);
}

void Emitter::StoreStrided(const Pointer& pointer, llvm::Value* value, int64_t stride, int64_t active) {
  const int64_t lanes = LanesOf(value);
  if (stride == 1 || lanes == 1) return Store(pointer, value, active);
  if (IsShuffled(pointer, stride)) return StoreShuffled(pointer, value, stride, active < 0 ? lanes : active);
  llvm::Value* addresses =
      builder_.CreateInBoundsGEP(MemoryType(pointer.element), pointer.address, Ramp(Index(0), stride, lanes));
  builder_.CreateMaskedScatter(ToMemory(value, pointer.element), addresses, ElementAlign(pointer),
                               PrefixMask(active < 0 ? lanes : active, lanes));
}

llvm::Value* Emitter::Gather(const Pointer& pointer, llvm::Value* indices, int64_t active) {
  const int64_t lanes = LanesOf(indices);
  llvm::Type* type = MemoryType(pointer.element, lanes);
  llvm::Value* addresses = builder_.CreateInBoundsGEP(MemoryType(pointer.element), pointer.address, indices);
  if (lanes == 1) return Load({addresses, pointer.element, ir::ByteSize(pointer.element)});
  llvm::Value* mask = PrefixMask(active < 0 ? lanes : active, lanes);
  llvm::Value* zero = llvm::Constant::getNullValue(type);
  return FromMemory(builder_.CreateMaskedGather(type, addresses, ElementAlign(pointer), mask, zero), pointer.element);
}

}  // namespace nnc::codegen
