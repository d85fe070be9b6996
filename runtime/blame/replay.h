// Replay files: a step that can be run again without its program, its data, or the run it was of.
#pragma once

#include <string>

#include "ir/source.h"
#include "runtime/blame/step_case.h"

namespace nnc::runtime {

// A safetensors file with a checksum. Its tensors are the step's arguments and the rows of the batch ("rows/0/DATA",
// part by part); its metadata, the function as IR text, the text of each source file that the function has places in
// (library files excepted), and the counts. Throws Failure CannotWrite.
void WriteReplay(const std::string& path, const StepCase& step, const SourceManager& sources);

// Adds the source texts to `sources`, under the paths they had. Throws Failure: CannotRead, BadReplay.
StepCase ReadReplay(const std::string& path, SourceManager& sources);

}  // namespace nnc::runtime
