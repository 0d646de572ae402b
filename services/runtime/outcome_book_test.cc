#include "runtime/outcome_book.h"

#include <gtest/gtest.h>

#include "runtime/partition_tables.h"

namespace throughline::runtime {
namespace {

using std::chrono::hours;

class OutcomeBookTest : public testing::Test {
 protected:
  static v1::Outcome OutcomeOf(std::string response, core::Instant decided,
                               std::string request = "asked", std::string part = "") {
    v1::Outcome outcome;
    outcome.set_response(std::move(response));
    outcome.set_decided_at_ms(core::ToMillis(decided));
    outcome.mutable_request_digest()->set_request(std::move(request));
    outcome.mutable_request_digest()->set_part(std::move(part));
    return outcome;
  }
  static v1::Envelope CommandOf(std::string id, std::string request, std::string part = "") {
    v1::Envelope command;
    command.set_request_id(std::move(id));
    command.mutable_request_digest()->set_request(std::move(request));
    command.mutable_request_digest()->set_part(std::move(part));
    return command;
  }
  bool IsKept(const std::string& id) { return state_.Find(kOutcomes, id) != nullptr; }

  const core::Instant now_ = core::FromMillis(1'700'000'000'000);
  decider::State state_{nullptr};
  OutcomeBook book_{hours(24)};
};

TEST_F(OutcomeBookTest, OwesTheCallerWhatWasDecided) {
  EXPECT_FALSE(book_.owes());
  book_.Record(state_, "r1", OutcomeOf("yes", now_));
  ASSERT_TRUE(book_.owes());
  const auto answers = book_.TakeAnswers();
  ASSERT_EQ(answers.size(), 1);
  EXPECT_EQ(answers[0].first, "r1");
  EXPECT_EQ(answers[0].second.response(), "yes");
  EXPECT_FALSE(book_.owes()) << "once";
}

TEST_F(OutcomeBookTest, ARepeatedRequestGetsTheFirstAnswer) {
  EXPECT_FALSE(book_.IsAnswered(state_, CommandOf("r1", "asked")));
  book_.Record(state_, "r1", OutcomeOf("yes", now_));
  book_.TakeAnswers();
  EXPECT_TRUE(book_.IsAnswered(state_, CommandOf("r1", "asked")));
  EXPECT_EQ(book_.TakeAnswers().at(0).second.response(), "yes");
  EXPECT_FALSE(book_.IsAnswered(state_, CommandOf("r2", "asked")));
}

TEST_F(OutcomeBookTest, AnotherRequestUnderTheSameIdNeedsNoDecision) {
  book_.Record(state_, "r1", OutcomeOf("yes", now_));
  EXPECT_TRUE(book_.IsAnswered(state_, CommandOf("r1", "asked otherwise")));
}

TEST_F(OutcomeBookTest, AnotherPartOfTheSameRequestIsStillToBeDecided) {
  book_.Record(state_, "r1", OutcomeOf("yes", now_, "asked", "first half"));
  EXPECT_FALSE(book_.IsAnswered(state_, CommandOf("r1", "asked", "first third")));
  EXPECT_TRUE(book_.IsAnswered(state_, CommandOf("r1", "asked", "first half")));
}

TEST_F(OutcomeBookTest, OwesWhatAnEventInTheLogAnswers) {
  v1::Envelope event;
  event.set_request_id("r1");
  book_.Owe(event);
  EXPECT_FALSE(book_.owes()) << "it answers nobody";
  *event.mutable_outcome() = OutcomeOf("yes", now_);
  book_.Owe(event);
  EXPECT_EQ(book_.TakeAnswers().at(0).first, "r1");
}

TEST_F(OutcomeBookTest, ForgetsWhatIsOlderThanItKeeps) {
  book_.Record(state_, "old", OutcomeOf("yes", now_));
  book_.Record(state_, "young", OutcomeOf("yes", now_ + hours(2)));
  book_.Expire(state_, now_ + hours(24));
  EXPECT_TRUE(IsKept("old")) << "just so old";
  book_.Expire(state_, now_ + hours(25));
  EXPECT_FALSE(IsKept("old"));
  EXPECT_TRUE(IsKept("young"));
}

TEST_F(OutcomeBookTest, WhatIsDecidedAgainIsKeptFromThenOn) {
  book_.Record(state_, "r1", OutcomeOf("in part", now_));
  book_.Record(state_, "r1", OutcomeOf("whole", now_ + hours(2)));
  book_.Expire(state_, now_ + hours(25));
  EXPECT_EQ(state_.Find(kOutcomes, "r1")->response(), "whole");
  book_.Expire(state_, now_ + hours(27));
  EXPECT_FALSE(IsKept("r1"));
}

TEST_F(OutcomeBookTest, ANewOwnerForgetsInTimeWhatTheOneBeforeItDecided) {
  book_.Record(state_, "r1", OutcomeOf("yes", now_));
  OutcomeBook next(hours(24));
  next.Begin(state_);
  EXPECT_FALSE(next.owes()) << "whoever waited did so elsewhere";
  next.Expire(state_, now_ + hours(25));
  EXPECT_FALSE(IsKept("r1"));
}

}  // namespace
}  // namespace throughline::runtime
