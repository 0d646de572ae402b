#include "throughline/interruption.h"

#include <gtest/gtest.h>

#include <csignal>

namespace throughline {
namespace {

TEST(InterruptionDeathTest, IsSaidAndEndsTheProcess) {
  for (const int signal : {SIGINT, SIGTERM}) {
    EXPECT_EXIT(
        {
          const Interruption interruption("It may have begun.\n");
          raise(signal);
        },
        testing::KilledBySignal(signal), "It may have begun.");
  }
}

TEST(InterruptionDeathTest, WhenItIsOverNothingIsSaid) {
  EXPECT_EXIT(
      {
        { const Interruption interruption("It may have begun.\n"); }
        raise(SIGINT);
      },
      testing::KilledBySignal(SIGINT), "^$");
}

}  // namespace
}  // namespace throughline
