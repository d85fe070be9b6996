// The safetensors format (github.com/huggingface/safetensors, README "Format"): an 8-byte length, a JSON header, then
// the tensors' bytes.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/stored.h"

namespace nnc::runtime {

struct Safetensors {
  TensorMap tensors;
  std::map<std::string, std::string> metadata;  // the header's `__metadata__`
};

// Checks what the reference reader checks: a header of at most 100 MB that lies within the file, begins with `{` and
// names nothing twice; each tensor's offsets follow the last one's without gap or overlap and end with the file; each
// shape's product is its byte count. F16 widens to f32; I8, I16 and U16 to i32; U32 to i64. Throws Failure BadWeights,
// at `file@byte`.
// The tensors are borrowed from the mapped file where their bytes serve as they are.
Safetensors ReadSafetensors(const std::string& path);
Safetensors ParseSafetensors(const SharedBytes& bytes, const std::string& path);
// One tensor alone. A name that the file does not hold is BadDataFile, which names those it does.
StoredArray OpenSafetensors(const std::string& path, const std::string& name);

// A file's pieces, of which those after the first lie where the tensors have them.
struct SafetensorsText {
  std::string header;
  std::vector<std::string_view> tensors;

  std::vector<std::string_view> pieces() const;
};
// As the reference writes: the header padded to 8 bytes; wider elements first, so that every tensor is aligned, then by
// name.
SafetensorsText FormatSafetensors(const Safetensors& file);
void WriteSafetensors(const std::string& path, const Safetensors& file);

}  // namespace nnc::runtime
