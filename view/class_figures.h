// Pictures of what a classifier predicts, for pages.
#pragma once

#include <string>

#include "runtime/class_pictures.h"

namespace nnc::view {

// A table: a row for each class, a column for each that was predicted, each cell shaded by its share of the row.
// Styled by the asset training.css.
std::string ConfusionTable(const runtime::Confusion& confusion);

// The places of the plane in the colours of their classes, the rows as points in theirs, and a legend.
std::string RegionsFigure(const runtime::Regions& regions);

}  // namespace nnc::view
