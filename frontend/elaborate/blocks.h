// Data blocks, train blocks and parameter sets, as the rest of elaboration sees them.
#pragma once

#include "frontend/elaborate/elaborator.h"
#include "frontend/frontend.h"

namespace nnc {

// Checks a data block. Its generate function, if any, is added to `elaborator.program().module`. Asked once for each
// block; errors are reported, and fields that could be read are in the plan.
DataPlan ElaborateData(Elaborator& elaborator, const ast::Data& data, uint32_t file);

// Checks a train block and adds its functions to `elaborator.program().module`.
TrainPlan ElaborateTrain(Elaborator& elaborator, const ast::Train& train, uint32_t file);

// `+ - *` where one side is a parameter set: entry by entry with a set, or with a scalar.
Value ParameterSetArithmetic(Elaborator& elaborator, Frame& frame, Span span, ast::BinaryOp op, const Value& a,
                             const Value& b);

// An affine step on what a data source gives: `idx("t10k.gz") / 255.0`.
Value SourceArithmetic(Elaborator& elaborator, Frame& frame, Span span, ast::BinaryOp op, const Value& a,
                       const Value& b);

// `set("*.weight", except: "*norm*")`.
Value SelectParameters(Elaborator& elaborator, Frame& frame, Span span, const ParameterSet& set,
                       const std::vector<CallArgument>& arguments);

}  // namespace nnc
