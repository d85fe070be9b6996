// Small pictures within a page.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "runtime/tensor.h"

namespace nnc::view {

// How the numbers of a row are a picture: channels first, grey or red, green, blue.
struct ImageShape {
  int64_t channels = 1, height = 0, width = 0;
};

// Of a row's shape [H, W], [1, H, W] or [3, H, W], or [side * side] or [1, side * side] for a side from 8 on; a picture
// has sides of 8 to 1024. nullopt for any other shape.
std::optional<ImageShape> ImageShapeOf(const std::vector<int64_t>& row);

// Row `row` of `rows` ([rows, ...]) as a PNG file in a `data:` address. Numbers are scaled so that `low` is black and
// `high` is white; what is beyond them, or a NaN, is black or white.
std::string ImageAddress(const runtime::Tensor& rows, int64_t row, const ImageShape& shape, double low, double high);

}  // namespace nnc::view
