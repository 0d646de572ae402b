// A log in which one event is not as it was written, although it can be read: whoever comes to it
// stops there, says where that is, and takes nothing past it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <future>
#include <sstream>
#include <thread>

#include "runtime/event_reader.h"
#include "runtime/service.h"
#include "runtime/simulated/simulated_journal.h"
#include "tally.h"

namespace throughline::simulation {
namespace {

using testing::HasSubstr;

class DamagedLogTest : public testing::Test {
 protected:
  static constexpr int kEvents = 9;
  static constexpr int64_t kDamaged = 4;  // its offset; the event's number is one more

  // One partition, all of it.
  struct Running {
    Running(DamagedLogTest& test, const decider::Decider& decider)
        : service(test.log_, test.store_, decider, test.clock_,
                  {.partitions = 1, .workers = 1, .look_again = std::chrono::milliseconds(1)}) {
      service.Start(owner);
    }
    runtime::SoleOwner owner{1};
    runtime::Service service;
  };

  // The tally has counted, and then a byte is changed.
  DamagedLogTest() {
    spdlog::set_default_logger(std::make_shared<spdlog::logger>(
        "", std::make_shared<spdlog::sinks::ostream_sink_mt>(said_)));
    Running tally(*this, tally_);
    for (int i = 0; i < kEvents; ++i) Count(tally);
    tally.service.Stop();
    log_.FlipByte(kTally, kDamaged);
  }
  static void Count(Running& at) {
    StringValue command;
    command.set_value("s 1");
    std::promise<bool> answered;
    at.service.Submit(command, {}, [&](const core::Result<std::string>& answer) {
      answered.set_value(answer.has_value());
    });
    EXPECT_TRUE(answered.get_future().get());
  }
  ~DamagedLogTest() override { spdlog::set_default_logger(log_before_); }
  static bool Stops(const Running& at) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::minutes(1);
    while (at.service.FailingPartitions() == 0) {
      if (std::chrono::steady_clock::now() > until) return false;
      std::this_thread::yield();
    }
    return true;
  }

  const std::shared_ptr<spdlog::logger> log_before_ = spdlog::default_logger();
  std::ostringstream said_;
  const runtime::TopicPartition kTally{"events.tally", 0};
  runtime::SimulatedLog log_;
  runtime::SimulatedStore store_;
  TallyDecider tally_;
  EchoDecider echo_;
  runtime::SystemClock clock_;
};

TEST_F(DamagedLogTest, AFollowerStopsAtTheEventAndSaysWhere) {
  {
    Running echo(*this, echo_);
    ASSERT_TRUE(Stops(echo));
    EXPECT_GT(echo.service.counters().gaps, 0);
    const auto taken = echo.service.rows().Get(kCounts, "d", "echo");
    EXPECT_TRUE(!taken || !*taken || (*taken)->value() <= kDamaged) << "what lies behind it";
  }
  EXPECT_THAT(said_.str(), AllOf(HasSubstr("echo partition 0"),
                                 HasSubstr("events.tally, partition 0, offset 4 is event 5"),
                                 HasSubstr("not as it was written")));
}

TEST_F(DamagedLogTest, AnOwnerWhoseStoreIsLostStopsThereToo) {
  store_.Wipe();
  {
    Running tally(*this, tally_);
    ASSERT_TRUE(Stops(tally));
  }
  EXPECT_THAT(said_.str(), HasSubstr("events.tally, partition 0, offset 4 is event 5"));
}

TEST_F(DamagedLogTest, AnOwnerWhoseStoreIsWholeNeedsNotReadIt) {
  Running tally(*this, tally_);
  Count(tally);
  EXPECT_EQ(tally.service.FailingPartitions(), 0);
}

TEST_F(DamagedLogTest, AReaderOfEventsIsToldWhere) {
  auto reader =
      runtime::EventReader::Open(log_, 1, {.services = {"tally"}, .subject = "d", .after = ""});
  ASSERT_TRUE(reader);
  auto events = reader->Next(100);
  if (events) events = reader->Next(100);
  ASSERT_FALSE(events);
  EXPECT_EQ(events.error().reason, "SEQUENCE_GAP");
  EXPECT_THAT(events.error().message, HasSubstr("events.tally, partition 0, offset 4 is event 5"));
}

}  // namespace
}  // namespace throughline::simulation
