#include "disclosure/enum_words.h"

#include <gtest/gtest.h>

#include "throughline/cycles/v1/cycle.pb.h"
#include "throughline/cycles/v1/visit.pb.h"

namespace throughline::disclosure {
namespace {

TEST(EnumWords, AreWithoutTheNameOfTheType) {
  EXPECT_EQ(WordOf(cycles::v1::CYCLE_STATE_ANALYZE), "analyze");
  EXPECT_EQ(WordOf(cycles::v1::CYCLE_STATE_CANCELLED), "cancelled");
  EXPECT_EQ(WordOf(cycles::v1::VISIT_STATE_FOLLOWED_UP), "followed up");
}

TEST(EnumWords, OfAValueThatIsNotKnownAreItsNumber) {
  EXPECT_EQ(WordOf(static_cast<cycles::v1::CycleState>(99)), "99");
}

}  // namespace
}  // namespace throughline::disclosure
