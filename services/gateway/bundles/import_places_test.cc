#include "gateway/bundles/import_places.h"

#include <gtest/gtest.h>

#include <atomic>

#include "gateway/bundles/import_threads.h"

namespace throughline::gateway::bundles {
namespace {

TEST(ImportPlaces, AreFewAndFewerOfOneDistrict) {
  ImportPlaces places({.at_once = 3, .of_a_district = 2});
  auto one = places.Take("lakeside");
  auto two = places.Take("lakeside");
  ASSERT_TRUE(one && two);
  EXPECT_FALSE(places.Take("lakeside"));
  auto three = places.Take("hillside");
  ASSERT_TRUE(three);
  EXPECT_FALSE(places.Take("valley"));
  one.reset();
  EXPECT_FALSE(places.Take("valley") && places.Take("valley"));
  EXPECT_TRUE(places.Take("lakeside"));
}

TEST(ImportPlaces, AreGivenBackOnceHoweverOftenTheyMove) {
  ImportPlaces places({.at_once = 1, .of_a_district = 1});
  {
    auto place = places.Take("lakeside");
    ASSERT_TRUE(place);
    const ImportPlaces::Place moved = *std::move(place);
    EXPECT_FALSE(places.Take("lakeside"));
  }
  EXPECT_TRUE(places.Take("lakeside"));
}

TEST(ImportThreads, GiveThePlaceBackWhenTheWorkIsOver) {
  std::atomic<int> done{0};
  {
    ImportThreads threads({.at_once = 1, .of_a_district = 1});
    for (int begun = 0; begun < 3;) {
      auto place = threads.places().Take("lakeside");
      if (!place) {
        std::this_thread::yield();
        continue;
      }
      threads.Run(*std::move(place), [&done] { ++done; });
      ++begun;
    }
  }
  EXPECT_EQ(done, 3);
}

}  // namespace
}  // namespace throughline::gateway::bundles
