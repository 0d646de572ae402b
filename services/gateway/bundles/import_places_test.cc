#include "gateway/bundles/import_places.h"

#include <gmock/gmock.h>

#include <atomic>
#include <optional>

#include "gateway/bundles/import_threads.h"

namespace throughline::gateway::bundles {
namespace {

TEST(ImportPlaces, AreFewAndFewerOfOneDistrict) {
  ImportPlaces places({.at_once = 3, .of_a_district = 2});
  std::optional one = places.Take("lakeside", "");
  auto two = places.Take("lakeside", "");
  ASSERT_TRUE(*one && two);
  EXPECT_EQ(places.Take("lakeside", "").error().reason, "IMPORTS_OF_DISTRICT_UNDER_WAY");
  auto three = places.Take("hillside", "");
  ASSERT_TRUE(three);
  EXPECT_EQ(places.Take("valley", "").error().reason, "IMPORTS_UNDER_WAY");
  one.reset();
  EXPECT_FALSE(places.Take("valley", "") && places.Take("valley", ""));
  EXPECT_TRUE(places.Take("lakeside", ""));
}

TEST(ImportPlaces, AreOneForEachCaller) {
  ImportPlaces places({.at_once = 4, .of_a_district = 2, .of_a_caller = 1});
  std::optional office = places.Take("lakeside", "office");
  ASSERT_TRUE(*office);
  const auto again = places.Take("lakeside", "office");
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().reason, "IMPORTS_OF_CALLER_UNDER_WAY");
  EXPECT_THAT(again.error().message, testing::HasSubstr("you may have 1"));
  const auto sis = places.Take("lakeside", "sis");
  EXPECT_TRUE(sis);
  const auto other = places.Take("hillside", "office");
  EXPECT_TRUE(other) << "who is so called elsewhere is somebody else";
  office.reset();
  EXPECT_TRUE(places.Take("lakeside", "office"));
}

TEST(ImportPlaces, AreGivenBackOnceHoweverOftenTheyMove) {
  ImportPlaces places({.at_once = 1, .of_a_district = 1});
  {
    auto place = places.Take("lakeside", "office");
    ASSERT_TRUE(place);
    const ImportPlaces::Place moved = *std::move(place);
    EXPECT_FALSE(places.Take("lakeside", "office"));
  }
  EXPECT_TRUE(places.Take("lakeside", "office"));
}

TEST(ImportThreads, GiveThePlaceBackWhenTheWorkIsOver) {
  std::atomic<int> done{0};
  {
    ImportThreads threads({.at_once = 1, .of_a_district = 1});
    for (int begun = 0; begun < 3;) {
      auto place = threads.places().Take("lakeside", "office");
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
