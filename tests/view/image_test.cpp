#include "view/image.h"

#include <gmock/gmock.h>

#include <numeric>

namespace nnc::view {
namespace {

using ::testing::StartsWith;

TEST(ImageShape, IsToldByTheRowsShape) {
  EXPECT_EQ(ImageShapeOf({28, 28})->width, 28);
  EXPECT_EQ(ImageShapeOf({3, 32, 16})->channels, 3);
  EXPECT_EQ(ImageShapeOf({1, 32, 16})->height, 32);
  EXPECT_EQ(ImageShapeOf({784})->height, 28);
  EXPECT_EQ(ImageShapeOf({1, 64})->height, 8);
}

TEST(ImageShape, IsNotGuessedForOtherRows) {
  EXPECT_FALSE(ImageShapeOf({}));
  EXPECT_FALSE(ImageShapeOf({49}));  // a side of 7
  EXPECT_FALSE(ImageShapeOf({63}));
  EXPECT_FALSE(ImageShapeOf({4, 2}));
  EXPECT_FALSE(ImageShapeOf({2, 28, 28}));  // two channels
  EXPECT_FALSE(ImageShapeOf({28, 2000}));
}

// The header says: a grey picture of 8 by 8 pixels, of 8 bits each.
TEST(ImageAddress, IsAPngFile) {
  runtime::Tensor rows(ir::Element::kU8, {2, 64});
  auto levels = rows.as<uint8_t>();
  std::iota(levels.begin() + 64, levels.end(), 0);
  std::string address = ImageAddress(rows, 1, {1, 8, 8}, 0, 63);
  EXPECT_THAT(address, StartsWith("data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAAAAAD"));
  EXPECT_NE(address, ImageAddress(rows, 0, {1, 8, 8}, 0, 63));
  EXPECT_EQ(address.size() % 4, std::string("data:image/png;base64,").size() % 4);
}

}  // namespace
}  // namespace nnc::view
