#include "codegen/object_cache.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "codegen/emitter.h"

namespace nnc::codegen {
namespace {

// A folder that is removed at the end.
class ObjectCacheTest : public testing::Test {
 protected:
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::string OnlyFile() const { return std::filesystem::directory_iterator(folder_)->path().string(); }

  const std::filesystem::path folder_ = std::filesystem::path(testing::TempDir()) / "object_cache_test";
  const ObjectCache cache_{folder_.string()};
};

// A module whose one kernel stores `number`.
OwnedModule Storing(double number) {
  const Target target = DescribeTarget();
  OwnedModule owned = NewModule("storing", target);
  Emitter e(*owned.module, "kernel", target);
  e.Store(e.Arena(ir::Element::kF32, 0), e.Constant(ir::Element::kF32, number));
  e.Finish();
  return owned;
}

TEST_F(ObjectCacheTest, NamesCodeByAllThatItIsMadeFrom) {
  const std::string key = cache_.KeyOf(*Storing(1).module, 2);
  EXPECT_EQ(cache_.KeyOf(*Storing(1).module, 2), key);
  EXPECT_NE(cache_.KeyOf(*Storing(2).module, 2), key);
  EXPECT_NE(cache_.KeyOf(*Storing(1).module, 1), key);
}

TEST_F(ObjectCacheTest, FindsWhatWasStored) {
  EXPECT_FALSE(cache_.Find("aa"));
  cache_.Store("aa", "code");
  cache_.Store("bb", "other code");
  EXPECT_EQ(cache_.Find("aa"), "code");
  EXPECT_EQ(cache_.Find("bb"), "other code");
  cache_.Prune();
  EXPECT_EQ(cache_.Find("aa"), "code");
}

TEST_F(ObjectCacheTest, IgnoresDamagedFiles) {
  cache_.Store("aa", "code");
  const auto size = std::filesystem::file_size(OnlyFile());
  std::filesystem::resize_file(OnlyFile(), size - 1);
  EXPECT_FALSE(cache_.Find("aa"));
  std::filesystem::resize_file(OnlyFile(), 0);
  EXPECT_FALSE(cache_.Find("aa"));
  cache_.Store("aa", "code");
  std::fstream(OnlyFile(), std::ios::in | std::ios::out).put('x');
  EXPECT_FALSE(cache_.Find("aa"));
}

TEST_F(ObjectCacheTest, DoesWithoutAFolder) {
  const ObjectCache none(""), nowhere("/dev/null/folder");
  for (const ObjectCache* cache : {&none, &nowhere}) {
    cache->Store("aa", "code");
    EXPECT_FALSE(cache->Find("aa"));
    cache->Prune();
  }
}

}  // namespace
}  // namespace nnc::codegen
