// Programs for tests, from IR text.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "frontend/frontend.h"
#include "ir/text.h"

namespace nnc::runtime {

// A program that holds the functions of `text` and no plans yet.
inline Program ReadProgram(const std::string& text) {
  SourceManager sources;
  Diagnostics diagnostics;
  Program program;
  program.module = ir::Parse(sources.Add("test.nnir", text), sources, diagnostics);
  for (const Diagnostic& d : diagnostics.all()) ADD_FAILURE() << Render(d, sources, false);
  return program;
}

}  // namespace nnc::runtime
