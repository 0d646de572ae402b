#include "notifications/domain/silence.h"

#include <chrono>

#include "notifications/domain/notifications_fixture.h"

namespace throughline::notifications {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;

class SilenceTest : public NotificationsFixture {
 protected:
  size_t Adopted() {
    size_t count = 0;
    fixture_.state().ForEach(kSilences, "d/", [&](const auto&, const auto&) { ++count; });
    return count;
  }
  size_t Listed() {
    size_t count = 0;
    fixture_.state().ForEach(kOwnSilences, "d/", [&](const auto&, const auto&) { ++count; });
    return count;
  }
};

TEST_F(SilenceTest, IsDecidedOnceAndAdoptedByThePartition) {
  const Outcome outcome = fixture_.Give(SilenceRequest(hours(1)));
  EXPECT_THAT(Read(outcome), ElementsAre("SilenceChanged", "SilenceAdopted"));
  const auto& silence = outcome.AnswerAs<v1::CreateSilenceResponse>().silence();
  EXPECT_EQ(silence.version(), 1);
  EXPECT_EQ(silence.silence().size(), 26u);
  v1::SilenceChanged again;
  *again.mutable_silence() = silence;
  EXPECT_THAT(fixture_.Give(again).events, IsEmpty()) << "a delivery that is not newer";
}

TEST_F(SilenceTest, KeepsAlertsBackUntilItEndsAndThenTheyAreTold) {
  Silence(SilenceRequest(hours(1)));
  Raise("a");
  EXPECT_THAT(After(seconds(30)), ElementsAre("kept back a"));
  EXPECT_TRUE(Now("a").silenced());
  EXPECT_EQ(Now("a").notified(), 0);
  EXPECT_THAT(After(hours(1) - seconds(31)), IsEmpty());
  EXPECT_THAT(After(seconds(1)), ElementsAre("notified 1: a"));
  EXPECT_FALSE(Now("a").silenced());
}

TEST_F(SilenceTest, MatchesOnlyWhatItNames) {
  auto request = SilenceRequest(hours(1));
  request.mutable_silence()->mutable_matcher()->set_indicator("a");
  Silence(request);
  Raise("a");
  Raise("b");
  EXPECT_THAT(After(seconds(30)), ElementsAre("notified 1: b held back a"));
  EXPECT_THAT(After(hours(1)), ElementsAre("notified 2: a b"));
}

TEST_F(SilenceTest, ReleasesNoSoonerThanTheGroupMaySpeakAgain) {
  auto request = SilenceRequest(seconds(60));
  request.mutable_silence()->mutable_matcher()->set_indicator("a");
  Silence(request);
  Raise("a");
  Raise("b");
  EXPECT_THAT(After(seconds(30)), ElementsAre("notified 1: b held back a"));
  EXPECT_THAT(After(seconds(299)), IsEmpty());
  EXPECT_THAT(After(seconds(1)), ElementsAre("notified 2: a b"));
}

TEST_F(SilenceTest, EndedEarlyItReleasesThem) {
  const v1::Silence silence = Silence(SilenceRequest(hours(10)));
  Raise("a");
  After(hours(1));
  const core::Instant ended_at = fixture_.now();
  const Outcome ended = fixture_.Give(EndRequest(silence));
  EXPECT_THAT(Read(ended), ElementsAre("SilenceChanged", "SilenceAdopted"));
  EXPECT_EQ(ended.AnswerAs<v1::EndSilenceResponse>().silence().ends_at_ms(),
            core::ToMillis(ended_at));
  EXPECT_EQ(ended.AnswerAs<v1::EndSilenceResponse>().silence().version(), 2);
  EXPECT_THAT(After(seconds(30)), ElementsAre("notified 1: a"));
  EXPECT_THAT(After(hours(10)), IsEmpty());
}

TEST_F(SilenceTest, EndedAtTheInstantOfALookLeadsToAnotherLook) {
  Raise("a");
  After(seconds(30));
  const v1::Silence silence = Silence(SilenceRequest(hours(10)));
  Escalate("a");
  EXPECT_THAT(After(seconds(300)), ElementsAre("kept back a"));
  fixture_.Give(EndRequest(silence));
  EXPECT_THAT(After(seconds(0)), IsEmpty()) << "two looks with one name and time are one";
  EXPECT_THAT(After(seconds(1)), ElementsAre("notified 2: a"));
}

TEST_F(SilenceTest, EndingOneThatIsOverChangesNothing) {
  const v1::Silence silence = Silence(SilenceRequest(hours(1)));
  After(hours(2));
  const Outcome ended = fixture_.Give(EndRequest(silence));
  EXPECT_THAT(ended.events, IsEmpty());
  EXPECT_EQ(ended.AnswerAs<v1::EndSilenceResponse>().silence().version(), 1);
  auto unknown = EndRequest(silence);
  unknown.set_silence("x");
  EXPECT_EQ(ReasonOf(unknown), "SILENCE_UNKNOWN");
  unknown.set_silence("");
  EXPECT_EQ(ReasonOf(unknown), "ID_INVALID");
}

TEST_F(SilenceTest, WhoseSchoolItIsMayEndItAndNobodyElsesSchool) {
  auto request = SilenceRequest(std::chrono::hours{1});
  request.mutable_silence()->mutable_matcher()->set_school("s");
  const v1::Silence of_school = Silence(request);
  const v1::Silence of_district = Silence(SilenceRequest(std::chrono::hours{1}));
  auto end = EndRequest(of_school);
  end.set_school("other");
  EXPECT_EQ(ReasonOf(end), "SILENCE_UNKNOWN");
  end.set_school("s");
  EXPECT_EQ(ReasonOf(end), "");
  end = EndRequest(of_district);
  end.set_school("s");
  EXPECT_EQ(ReasonOf(end), "SILENCE_UNKNOWN") << "It is the whole district's.";
}

TEST_F(SilenceTest, LastsUntilTheLongestOfThoseThatMatch) {
  Silence(SilenceRequest(hours(1)));
  Silence(SilenceRequest(hours(3)));
  Raise("a");
  EXPECT_THAT(After(hours(3) - seconds(1)), ElementsAre("kept back a"));
  EXPECT_THAT(After(seconds(1)), ElementsAre("notified 1: a"));
}

TEST_F(SilenceTest, OneThatFollowsAnotherKeepsOn) {
  Silence(SilenceRequest(hours(1)));
  Silence(SilenceRequest(hours(1), hours(1)));
  Raise("a");
  EXPECT_THAT(After(hours(2) - seconds(1)), ElementsAre("kept back a", "kept back a"));
  EXPECT_THAT(After(seconds(1)), ElementsAre("notified 1: a"));
}

TEST_F(SilenceTest, OneToComeMattersWhenItHasBegun) {
  Silence(SilenceRequest(hours(1), hours(24)));
  Raise("a");
  EXPECT_THAT(After(hours(24)), ElementsAre("notified 1: a"));
  EXPECT_THAT(After(minutes(30)), ElementsAre("kept back a")) << "instead of the repetition";
  EXPECT_THAT(After(minutes(30)), ElementsAre("notified 2: a"));
}

TEST_F(SilenceTest, OneThatNeverBeganCanBeEnded) {
  const v1::Silence silence = Silence(SilenceRequest(hours(1), hours(24)));
  const Outcome ended = fixture_.Give(EndRequest(silence));
  EXPECT_EQ(ended.AnswerAs<v1::EndSilenceResponse>().silence().starts_at_ms(),
            core::ToMillis(fixture_.now()));
  Raise("a");
  EXPECT_THAT(After(hours(24) + minutes(1)), ElementsAre("notified 1: a", "notified 2: a"));
}

TEST_F(SilenceTest, WhatIsResolvedMeanwhileIsToldResolvedAfterwards) {
  Raise("a");
  After(minutes(1));
  Silence(SilenceRequest(hours(1)));
  Clear("a");
  EXPECT_THAT(After(minutes(59)), ElementsAre("kept back a"));
  EXPECT_THAT(After(minutes(1)), ElementsAre("notified 2: resolved a"));
  EXPECT_FALSE(fixture_.state().NextTimer()) << "the group is gone";
}

TEST_F(SilenceTest, ASnoozedAlertStaysKeptBackWhenTheSilenceEnds) {
  Silence(SilenceRequest(hours(1)));
  Raise("a");
  Snooze("a", 7200);
  EXPECT_THAT(After(hours(1)), ElementsAre("kept back a", "kept back a"));
  EXPECT_THAT(After(hours(1)), ElementsAre("changed a"));
  EXPECT_THAT(After(seconds(30)), ElementsAre("notified 1: a"));
}

TEST_F(SilenceTest, RefusalsNameWhatIsWrong) {
  const auto with = [&](auto change) {
    auto request = SilenceRequest(hours(1));
    change(*request.mutable_silence());
    return ReasonOf(request);
  };
  const int64_t now = core::ToMillis(fixture_.now());
  EXPECT_EQ(with([](v1::Silence& s) { s.set_district("x"); }), "DISTRICT_UNKNOWN");
  EXPECT_EQ(with([](v1::Silence& s) { s.clear_created_by(); }), "WHO_MISSING");
  EXPECT_EQ(with([](v1::Silence& s) { s.set_created_by(std::string(257, 'x')); }), "TEXT_TOO_LONG");
  EXPECT_EQ(with([](v1::Silence& s) { s.set_comment(std::string(2001, 'x')); }), "TEXT_TOO_LONG");
  EXPECT_EQ(with([&](v1::Silence& s) { s.set_ends_at_ms(now); }), "SPAN_INVALID");
  EXPECT_EQ(with([&](v1::Silence& s) { s.set_starts_at_ms(s.ends_at_ms()); }), "SPAN_INVALID");
  EXPECT_EQ(with([&](v1::Silence& s) { s.set_ends_at_ms(now + 367 * 86'400'000LL); }),
            "SPAN_INVALID");
  EXPECT_EQ(with([&](v1::Silence& s) { s.set_ends_at_ms(now + 366 * 86'400'000LL); }), "");
  EXPECT_EQ(with([](v1::Silence& s) { s.mutable_matcher()->set_school("a/b"); }), "ID_INVALID");
  EXPECT_EQ(with([](v1::Silence& s) {
              s.mutable_matcher()->add_triggers(common::v1::TRIGGER_UNSPECIFIED);
            }),
            "KINDS_INVALID");
}

TEST_F(SilenceTest, WithoutABeginningItBeginsNow) {
  auto request = SilenceRequest(hours(1));
  request.mutable_silence()->clear_starts_at_ms();
  EXPECT_EQ(Silence(request).starts_at_ms(), core::ToMillis(fixture_.now()));
}

TEST_F(SilenceTest, ADistrictHasAThousandThatLast) {
  for (int i = 0; i < 1000; ++i) ASSERT_EQ(ReasonOf(SilenceRequest(hours(1))), "");
  EXPECT_EQ(ReasonOf(SilenceRequest(hours(1))), "TOO_MANY");
  After(hours(1));
  EXPECT_EQ(ReasonOf(SilenceRequest(hours(1))), "") << "those before are over";
}

TEST_F(SilenceTest, ThoseThatAreOverAreForgotten) {
  for (int i = 0; i < 5; ++i) {
    Silence(SilenceRequest(hours(1)));
    After(hours(2));
  }
  EXPECT_EQ(Adopted(), 1u) << "the last one, until the next is set";
  EXPECT_EQ(Listed(), 5u);
  After(days(31));
  Silence(SilenceRequest(hours(1)));
  EXPECT_EQ(Listed(), 1u);
}

}  // namespace
}  // namespace throughline::notifications
