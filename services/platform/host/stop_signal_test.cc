#include "platform/host/stop_signal.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

namespace throughline::platform {
namespace {

TEST(StopSignalTest, CtrlCIsSomethingToWaitFor) {
  StopSignal stop;
  EXPECT_FALSE(stop.came());
  EXPECT_FALSE(stop.WaitFor(std::chrono::milliseconds(0)));
  kill(getpid(), SIGINT);
  stop.Wait();
  EXPECT_TRUE(stop.came());
}

TEST(StopSignalTest, SoIsSigterm) {
  StopSignal stop;
  kill(getpid(), SIGTERM);
  stop.Wait();
  EXPECT_TRUE(stop.WaitFor(std::chrono::milliseconds(0)));
}

TEST(StopSignalTest, DoesWhatItWasToldOnce) {
  StopSignal stop;
  int done = 0;
  stop.OnStop([&] { ++done; });
  kill(getpid(), SIGINT);
  stop.Wait();
  kill(getpid(), SIGINT);
  EXPECT_EQ(done, 1);
  stop.OnStop([&] { ++done; });  // it has come: at once
  EXPECT_EQ(done, 2);
}

TEST(StopSignalTest, WhatIsTakenBackIsNotDone) {
  int done = 0;
  StopSignal stop;
  stop.OnStop([&] { ++done; });
  stop.OnStop(nullptr);
  kill(getpid(), SIGINT);
  stop.Wait();
  EXPECT_EQ(done, 0);
}

// The many tries are for the race between the last signal and the one that ends the listener.
TEST(StopSignalTest, ASecondCtrlCOnTheWayOutDoesNotKill) {
  for (int tries = 0; tries < 200; ++tries) {
    StopSignal stop;
    kill(getpid(), SIGINT);
    kill(getpid(), SIGTERM);
    kill(getpid(), SIGINT);
  }
}

}  // namespace
}  // namespace throughline::platform
