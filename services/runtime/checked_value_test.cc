#include "runtime/checked_value.h"

#include <gtest/gtest.h>

#include <string>

namespace throughline::runtime {
namespace {

std::string Kept(const CheckedPlace& place, std::string_view key, std::string_view value) {
  return std::string(value) + std::string(BytesOf(place.ChecksumOf(key, value)));
}

TEST(CheckedValue, ComesBackAsItWasWritten) {
  const CheckedPlace place("service/3 rows");
  for (const std::string& value : {std::string(), std::string("v"), std::string(5000, '\0')}) {
    const std::string kept = Kept(place, "key", value);
    EXPECT_EQ(kept.size(), value.size() + kValueChecksumBytes);
    EXPECT_EQ(place.ValueOf("key", kept), value);
  }
}

TEST(CheckedValue, IsDamagedByAnyChangedBitOfValueOrChecksum) {
  const CheckedPlace place("service/3 rows");
  const std::string kept = Kept(place, "key", "what a row may hold, some forty bytes of it");
  for (size_t bit = 0; bit < 8 * kept.size(); ++bit) {
    std::string flipped = kept;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
    EXPECT_FALSE(place.ValueOf("key", flipped)) << bit;
  }
}

TEST(CheckedValue, IsDamagedWhenItIsCutOffOrLonger) {
  const CheckedPlace place("service/3 rows");
  const std::string kept = Kept(place, "key", "value");
  for (size_t size = 0; size < kept.size(); ++size) {
    EXPECT_FALSE(place.ValueOf("key", kept.substr(0, size))) << size;
  }
  EXPECT_FALSE(place.ValueOf("key", kept + '\0'));
}

TEST(CheckedValue, IsDamagedUnderAnotherKeyOrAtAnotherPlace) {
  const CheckedPlace place("service/3 rows");
  const std::string kept = Kept(place, "key", "value");
  EXPECT_FALSE(place.ValueOf("kez", kept));
  EXPECT_FALSE(place.ValueOf("", kept));
  EXPECT_FALSE(CheckedPlace("service/3 other").ValueOf("key", kept));
  EXPECT_FALSE(CheckedPlace("service/4 rows").ValueOf("key", kept));
}

}  // namespace
}  // namespace throughline::runtime
