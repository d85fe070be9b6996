// The page of `nnc explain`: a model as a lecture shows it.
#pragma once

#include <string>

#include "view/lesson.h"

namespace nnc::view {

// One self-contained page: the program's text and the block diagram, each module with its equations, Jacobians, rules
// and IR, a sample's numbers forward and backward, histograms, and the optimised step with its memory.
std::string ExplanationPage(const Lesson& lesson);

// ---- Its sections, as HTML ----

// The program's text; each place that a module or a parameter comes from is marked.
std::string SourceSection(const Lesson& lesson);
// A block for each module and each input, and an arrow for each value that goes from one to another.
std::string DiagramSection(const Lesson& lesson);
// A card for each module: equations; the row-vector rule with its sizes; each op's rule; the IR forward and backward.
std::string ModulesSection(const Lesson& lesson);
// The sample on its way forward, and the adjoints on their way back.
std::string SampleSection(const Lesson& lesson);
// A histogram of what each layer gives, and of the adjoint of that.
std::string HistogramsSection(const Lesson& lesson);
// The kernels of the training step, and what each computes.
std::string StepSection(const Lesson& lesson);
// Which bytes hold what, kernel by kernel.
std::string MemorySection(const Lesson& lesson);

// The number of a module as `data-module`.
std::string ModuleAttribute(int module);

}  // namespace nnc::view
