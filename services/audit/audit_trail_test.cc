#include "audit/audit_trail.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <future>
#include <set>
#include <thread>

#include "audit/test_trail.h"
#include "runtime/simulated/simulated_journal.h"

namespace throughline::audit {
namespace {

class AuditTrailTest : public testing::Test {
 protected:
  std::unique_ptr<AuditTrail> Trail(TrailOptions options = {.service = "evidence"}) {
    return std::make_unique<AuditTrail>(log_, clock_, std::move(options));
  }
  static TrailOptions Signing() { return {.service = "evidence", .secret = TestSecret()}; }
  std::vector<v1::ChainedRecord> Written() { return ChainedRecordsOf(log_); }
  std::vector<v1::AuditRecord> Records() { return AuditRecordsOf(log_); }
  size_t Heads() {
    const auto written = Written();
    return std::count_if(written.begin(), written.end(),
                         [](const v1::ChainedRecord& one) { return one.has_head(); });
  }

  runtime::SimulatedLog log_;
  runtime::ManualClock clock_{core::FromMillis(1'800'000'000'000)};
};

TEST_F(AuditTrailTest, ARecordIsDurableWhenRecordReturns) {
  auto trail = Trail();
  ASSERT_TRUE(trail->Record(RefusalOf("anna")));
  ASSERT_EQ(Records().size(), 1);
  EXPECT_EQ(Records()[0].actor().subject(), "anna");
  EXPECT_EQ(Records()[0].time_ms(), 1'800'000'000'000);
  EXPECT_EQ(Records()[0].service(), "evidence");
}

TEST_F(AuditTrailTest, RecordsOfAWriterAreChained) {
  auto trail = Trail();
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(trail->Record(RefusalOf("anna")));
  const auto written = Written();
  ASSERT_EQ(written.size(), 5);
  EXPECT_EQ(written[0].previous(), "");
  for (size_t i = 0; i < written.size(); ++i) {
    EXPECT_EQ(written[i].sequence(), static_cast<int64_t>(i) + 1);
    EXPECT_EQ(written[i].hash(), HashOf(written[i]));
    EXPECT_EQ(written[i].writer(), written[0].writer());
    if (i > 0) {
      EXPECT_EQ(written[i].previous(), written[i - 1].hash());
    }
  }
}

TEST_F(AuditTrailTest, WhatWasNotedIsWrittenBeforeItEnds) {
  auto trail = Trail();
  for (int i = 0; i < 700; ++i) trail->Note(RefusalOf("anna"));
  trail.reset();
  EXPECT_EQ(Records().size(), 700);
}

TEST_F(AuditTrailTest, WhoeverWaitsIsToldThatTheTrailCannotBeWritten) {
  log_.fault = [](const runtime::AppendTo&) { return runtime::Fault::kFailBefore; };
  auto trail = Trail();
  const auto refused = trail->Record(RefusalOf("anna"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, "AUDIT_UNAVAILABLE");
}

// Also when half of a batch was written before the fault: under another name, so that no chain has
// two records of one number.
TEST_F(AuditTrailTest, WhatWasNotedIsWrittenAgainAfterAFault) {
  std::atomic<int> faults{3};
  log_.fault = [&](const runtime::AppendTo&) {
    return faults-- > 0 ? runtime::Fault::kTear : runtime::Fault::kNone;
  };
  auto trail = Trail();
  for (int i = 0; i < 20; ++i) trail->Note(RefusalOf("reader" + std::to_string(i)));
  while (faults > -1) std::this_thread::yield();
  trail.reset();
  std::set<std::string> subjects;
  for (const auto& record : Records()) subjects.insert(record.actor().subject());
  EXPECT_EQ(subjects.size(), 20);
  EXPECT_EQ(FaultsIn(log_), std::vector<std::string>());
}

TEST_F(AuditTrailTest, OfMoreThanCanWaitTheNumberIsWritten) {
  std::promise<void> begun, go_on;
  std::atomic<bool> first{true};
  log_.fault = [&](const runtime::AppendTo&) {
    if (first.exchange(false)) {
      begun.set_value();
      go_on.get_future().wait();
    }
    return runtime::Fault::kNone;
  };
  auto trail = Trail({.service = "evidence", .waiting_at_most = 10});
  trail->Note(RefusalOf("anna"));
  begun.get_future().wait();
  for (int i = 0; i < 100; ++i) trail->Note(RefusalOf("anna"));
  EXPECT_FALSE(trail->Record(RefusalOf("anna"))) << "there is no place to wait";
  go_on.set_value();
  trail.reset();
  int64_t in_all = 0;
  for (const auto& record : Records()) in_all += record.has_count() ? record.count() : 1;
  EXPECT_EQ(in_all, 101);
  EXPECT_LE(Records().size(), 13);
}

TEST_F(AuditTrailTest, NobodyFillsTheTrailWithoutACredential) {
  auto trail = Trail({.service = "gateway", .waiting_at_most = 1'000'000});
  for (int i = 0; i < 20'000; ++i) trail->Note(RefusalOf(""));
  ASSERT_TRUE(trail->Record(RefusalOf("anna"))) << "those of a caller are written all the same";
  trail.reset();
  int64_t in_all = 0;
  for (const auto& record : Records()) in_all += record.has_count() ? record.count() : 1;
  EXPECT_EQ(in_all, 20'001);
  EXPECT_LT(Records().size(), 10'000);
}

TEST_F(AuditTrailTest, ASignedHeadCoversAllBeforeItWhenItEnds) {
  Trail(Signing())->Note(RefusalOf("anna"));
  const auto written = Written();
  ASSERT_FALSE(written.empty());
  ASSERT_TRUE(written.back().has_head());
  EXPECT_TRUE(IsSigned(written.back().head()));
  EXPECT_EQ(written.back().head().records(), static_cast<int64_t>(written.size()) - 1);
  EXPECT_EQ(FaultsIn(log_), std::vector<std::string>());
}

TEST_F(AuditTrailTest, AHeadIsSignedOnceAnHour) {
  auto trail = Trail(Signing());
  ASSERT_TRUE(trail->Record(RefusalOf("anna")));
  while (Heads() < 1) std::this_thread::yield();
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(trail->Record(RefusalOf("anna")));
  EXPECT_EQ(Heads(), 1);
  clock_.Set(clock_.Now() + std::chrono::hours(1));
  ASSERT_TRUE(trail->Record(RefusalOf("anna")));
  while (Heads() < 2) std::this_thread::yield();
}

TEST_F(AuditTrailTest, ANewProcessGoesOnFromTheLastHead) {
  for (int i = 0; i < 3; ++i) {
    auto one = Trail(Signing());
    auto other = Trail({.service = "plans"});
    for (int r = 0; r < 1500; ++r) {
      one->Note(RefusalOf("anna"));
      other->Note(RefusalOf("ben"));
    }
  }
  EXPECT_GE(Heads(), 3);
  EXPECT_EQ(FaultsIn(log_), std::vector<std::string>());
}

// What ends by itself leaves nothing to sign.
TEST_F(AuditTrailTest, NothingIsSignedWhereNothingWasWritten) {
  Trail(Signing()).reset();
  EXPECT_TRUE(Written().empty());
}

}  // namespace
}  // namespace throughline::audit
