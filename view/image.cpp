#include "view/image.h"

#include <fmt/format.h>
#include <png.h>

#include <algorithm>
#include <boost/archive/iterators/base64_from_binary.hpp>
#include <boost/archive/iterators/transform_width.hpp>
#include <cmath>

#include "ir/diagnostics.h"

namespace nnc::view {
namespace {

constexpr int64_t kLeastSide = 8, kLargestSide = 1024;

bool IsSide(int64_t length) { return length >= kLeastSide && length <= kLargestSide; }

std::string Base64(const std::string& bytes) {
  using boost::archive::iterators::base64_from_binary, boost::archive::iterators::transform_width;
  using Digits = base64_from_binary<transform_width<std::string::const_iterator, 6, 8>>;
  std::string text(Digits(bytes.begin()), Digits(bytes.end()));
  text.append((3 - bytes.size() % 3) % 3, '=');
  return text;
}

std::string Png(const std::vector<uint8_t>& pixels, const ImageShape& shape) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = static_cast<png_uint_32>(shape.width);
  image.height = static_cast<png_uint_32>(shape.height);
  image.format = shape.channels == 3 ? PNG_FORMAT_RGB : PNG_FORMAT_GRAY;
  png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(image);
  std::string png(size, '\0');
  if (png_image_write_to_memory(&image, png.data(), &size, 0, pixels.data(), 0, nullptr) == 0) {
    throw Failure(DiagnosticKind::kInternal, "", fmt::format("libpng: {}", image.message));
  }
  png.resize(size);
  return png;
}

}  // namespace

std::optional<ImageShape> ImageShapeOf(const std::vector<int64_t>& row) {
  if (row.size() == 3 && (row[0] == 1 || row[0] == 3) && IsSide(row[1]) && IsSide(row[2])) {
    return ImageShape{row[0], row[1], row[2]};
  }
  if (row.size() == 2 && IsSide(row[0]) && IsSide(row[1])) return ImageShape{1, row[0], row[1]};
  if (row.size() == 1 || (row.size() == 2 && row[0] == 1)) {
    auto side = static_cast<int64_t>(std::lround(std::sqrt(static_cast<double>(row.back()))));
    if (side * side == row.back() && IsSide(side)) return ImageShape{1, side, side};
  }
  return std::nullopt;
}

std::string ImageAddress(const runtime::Tensor& rows, int64_t row, const ImageShape& shape, double low, double high) {
  int64_t plane = shape.height * shape.width;
  std::vector<double> numbers(static_cast<size_t>(shape.channels * plane));
  rows.Read(row * shape.channels * plane, numbers);
  std::vector<uint8_t> pixels(numbers.size());
  double scale = high > low ? 255 / (high - low) : 0;
  for (size_t i = 0; i < numbers.size(); ++i) {
    auto channel = static_cast<int64_t>(i) / plane, place = static_cast<int64_t>(i) % plane;
    double level = std::isnan(numbers[i]) ? 255 : std::clamp<double>((numbers[i] - low) * scale, 0, 255);
    pixels[static_cast<size_t>(place * shape.channels + channel)] = static_cast<uint8_t>(std::lround(level));
  }
  return "data:image/png;base64," + Base64(Png(pixels, shape));
}

}  // namespace nnc::view
