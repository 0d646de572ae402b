#include "runtime/past.h"

#include <gmock/gmock.h>

#include <future>

#include "runtime/decision_turn.h"
#include "runtime/partitioner.h"
#include "runtime/rows.h"
#include "runtime/simulated/simulated_journal.h"

namespace throughline::runtime {
namespace {

using core::FromMillis;
using core::Result;
using testing::ElementsAre;
using testing::Pair;

constexpr decider::Table<v1::PartitionTime> kSums{"sum"};
constexpr int32_t kPartitions = 2;

// Sums the numbers that are said of each subject.
class Summing : public decider::Decider {
 public:
  std::string_view service() const override { return "sums"; }
  std::vector<std::string> upstream() const override { return {}; }
  std::string Route(const google::protobuf::Message&) const override { return ""; }
  void Decide(const decider::Input&, decider::Turn&) const override {}
  void Apply(const decider::Event& event, decider::State& state) const override {
    const auto* said = event.As<v1::InputSetAside>();
    if (said == nullptr) return;
    v1::PartitionTime& row = state.Edit(kSums, said->topic());
    row.set_time_ms(row.time_ms() + said->offset());
  }
};

class PastTest : public testing::Test {
 protected:
  // Says numbers of a subject, as one decision at a moment.
  void Say(const std::string& subject, int64_t at, const std::vector<int64_t>& numbers) {
    SayOf(subject, subject, at, numbers);
  }
  // Says numbers of the row of one subject in an event about another one.
  void SayOf(const std::string& row, const std::string& subject, int64_t at,
             const std::vector<int64_t>& numbers) {
    const int32_t partition = PartitionOf(row, kPartitions);
    decider::State state(nullptr);
    v1::Actor caller;
    caller.set_subject("ann");
    DecisionTurn turn(summing_, state, places_[partition],
                      {"sums", partition, "input", "input", "", "", "", FromMillis(at), caller});
    for (int64_t number : numbers) {
      v1::InputSetAside said;
      said.set_topic(row);
      said.set_offset(number);
      turn.Emit(said, subject, {});
    }
    AppendTo batch{{"events.sums", partition}, {}};
    for (const v1::Packed& event : turn.Finish({}, std::nullopt)) {
      batch.records.push_back(ToRecord(event));
    }
    ASSERT_TRUE(log_.Append({batch}));
  }
  // The sums of the subject `d` and what is beneath it as they stood, or why they are not known.
  Result<std::map<std::string, int64_t>> SumsAsOf(int64_t moment) {
    std::promise<Result<std::map<std::string, int64_t>>> promise;
    past_.Ask({FromMillis(moment), "d", {}, [&](const Result<Rows>& rows) {
                 promise.set_value(Sums(rows));
               }});
    return promise.get_future().get();
  }
  static Result<std::map<std::string, int64_t>> Sums(const Result<Rows>& rows) {
    if (!rows) return core::Refuse(rows.error());
    auto found = rows->ScanAll(kSums, "d", "", 100);
    if (!found) return core::Refuse(found.error());
    std::map<std::string, int64_t> sums;
    for (const auto& [subject, row] : *found) sums[subject] = row.time_ms();
    return sums;
  }
  using Change = std::tuple<int64_t, int64_t, int64_t>;  // when, before, after
  // How the sum of the subject came to be what it is, which is `now_` afterwards.
  std::vector<Change> ChangesOf(const std::string& subject) {
    const auto number = [](const std::optional<std::string>& row) -> int64_t {
      if (!row) return -1;
      v1::PartitionTime parsed;
      parsed.ParseFromString(*row);
      return parsed.time_ms();
    };
    std::vector<Change> changes;
    std::promise<int64_t> now;
    PastQuestion question;
    question.subject = subject;
    question.watch =
        RowWatch{[&](const decider::State& state) -> std::optional<std::string> {
                   ++states_seen_;
                   const auto* row = state.Find(kSums, subject);
                   return row == nullptr ? std::nullopt : std::optional(row->SerializeAsString());
                 },
                 [&](const RowVersion& version) {
                   changes.emplace_back(version.event.envelope().time_ms(), number(version.before),
                                        number(version.after));
                   callers_.push_back(version.first.actor().subject());
                 }};
    question.answer = [&](const Result<Rows>& rows) {
      now.set_value(rows->Get(kSums, subject, subject)->value().time_ms());
    };
    past_.Ask(std::move(question));
    now_ = now.get_future().get();
    return changes;
  }
  std::string ReasonAsOf(int64_t moment) {
    const auto sums = SumsAsOf(moment);
    return sums ? "" : sums.error().reason;
  }

  SimulatedLog log_;
  Summing summing_;
  ManualClock clock_{FromMillis(1000)};
  std::map<int32_t, ChainPlace> places_;
  // What ChangesOf came across.
  int64_t now_ = 0;
  int states_seen_ = 0;
  std::vector<std::string> callers_;
  Past past_{log_, summing_, clock_, kPartitions};
};

TEST_F(PastTest, FoldsWhatWasSaidUntilTheMoment) {
  Say("d", 100, {1});
  Say("d/one", 200, {10, 20});
  Say("d/two", 300, {5});
  Say("d/one", 400, {1});
  EXPECT_THAT(*SumsAsOf(199), ElementsAre(Pair("d", 1)));
  EXPECT_THAT(*SumsAsOf(200), ElementsAre(Pair("d", 1), Pair("d/one", 30)));
  EXPECT_THAT(*SumsAsOf(399), ElementsAre(Pair("d", 1), Pair("d/one", 30), Pair("d/two", 5)));
  EXPECT_THAT(*SumsAsOf(1000), ElementsAre(Pair("d", 1), Pair("d/one", 31), Pair("d/two", 5)));
}

TEST_F(PastTest, KnowsNothingOfOtherDistricts) {
  Say("d", 100, {1});
  Say("dd", 100, {1});
  Say("e/one", 100, {1});
  EXPECT_THAT(*SumsAsOf(500), ElementsAre(Pair("d", 1)));
}

TEST_F(PastTest, SeesWhatWasRecordedSinceTheSameWasAskedLast) {
  Say("d", 100, {1});
  EXPECT_THAT(*SumsAsOf(900), ElementsAre(Pair("d", 1)));
  Say("d", 800, {2});
  EXPECT_THAT(*SumsAsOf(900), ElementsAre(Pair("d", 3)));
}

TEST_F(PastTest, TellsHowARowCameToBeWhatItIs) {
  Say("d", 100, {1});
  Say("d/one", 200, {10, 20});
  Say("d", 300, {0, 5});
  EXPECT_THAT(ChangesOf("d"), ElementsAre(Change(100, -1, 1), Change(300, 1, 6)));
  EXPECT_EQ(now_, 6);
  EXPECT_THAT(callers_, ElementsAre("ann", "ann"));
}

TEST_F(PastTest, ARowIsMadeByWhatIsAboutItsSubjectAndAboutWhatThatIsBeneath) {
  Say("d/one", 100, {1});
  SayOf("d/one", "d", 200, {10});
  SayOf("d/one", "d/one/two", 300, {100});
  SayOf("d/one", "d/on", 400, {100});
  EXPECT_THAT(ChangesOf("d/one"), ElementsAre(Change(100, -1, 1), Change(200, 1, 11)));
  EXPECT_EQ(states_seen_, 2) << "what is beneath it is not even folded";
}

TEST_F(PastTest, LeavesOutADecisionThatIsNotAllThere) {
  Say("d", 100, {1});
  log_.fault = [](const AppendTo&) { return Fault::kTear; };
  const int32_t partition = PartitionOf("d", kPartitions);
  decider::State state(nullptr);
  DecisionTurn turn(summing_, state, places_[partition],
                    {"sums", partition, "input", "input", "", "", "", FromMillis(200)});
  v1::InputSetAside said;
  said.set_topic("d");
  said.set_offset(10);
  turn.Emit(said, "d", {});
  turn.Emit(said, "d", {});
  AppendTo batch{{"events.sums", partition}, {}};
  for (const v1::Packed& event : turn.Finish({}, std::nullopt)) {
    batch.records.push_back(ToRecord(event));
  }
  ASSERT_FALSE(log_.Append({batch}));
  EXPECT_THAT(*SumsAsOf(500), ElementsAre(Pair("d", 1)));
}

TEST_F(PastTest, RefusesMomentsOfWhichNothingCanBeKnown) {
  Say("d", 100, {1});
  EXPECT_EQ(ReasonAsOf(1001), "AS_OF_IN_FUTURE");
  EXPECT_EQ(ReasonAsOf(99), "AS_OF_TOO_EARLY");
  EXPECT_EQ(ReasonAsOf(-1), "AS_OF_TOO_EARLY");
}

TEST_F(PastTest, OfASubjectThatIsNeverNamedThereIsNothing) {
  Say("e", 100, {1});
  EXPECT_THAT(*SumsAsOf(500), testing::IsEmpty());
}

TEST_F(PastTest, StopsAtAGapInsteadOfGoingOn) {
  Say("d", 100, {1});
  Say("d", 200, {2});
  log_.FlipByte({"events.sums", PartitionOf("d", kPartitions)}, 1);
  EXPECT_EQ(ReasonAsOf(500), "SEQUENCE_GAP");
  EXPECT_EQ(ReasonAsOf(500), "SEQUENCE_GAP");
}

TEST_F(PastTest, GivesUpWhatNobodyWaitsForAnyMore) {
  Say("d", 100, {1});
  std::promise<std::string> reason;
  past_.Ask({FromMillis(500), "d", [] { return true; },
             [&](const Result<Rows>& rows) { reason.set_value(rows ? "" : rows.error().reason); }});
  EXPECT_EQ(reason.get_future().get(), "AS_OF_ABANDONED");
}

TEST_F(PastTest, TakesNoMoreQuestionsThanItMayKeepWaiting) {
  Say("d", 100, {1});
  std::promise<void> begun, go_on;
  std::vector<std::string> heard;
  Past past(log_, summing_, clock_, kPartitions, {.waiting_at_most = 1});
  past.Ask({FromMillis(500), "d", {}, [&](const Result<Rows>&) {
              begun.set_value();
              go_on.get_future().wait();
            }});
  begun.get_future().wait();
  const auto hear = [&](const Result<Rows>& rows) {
    heard.push_back(rows ? "answered" : rows.error().reason);
  };
  past.Ask({FromMillis(500), "d", {}, hear});
  past.Ask({FromMillis(500), "d", {}, hear});
  EXPECT_THAT(heard, ElementsAre("TOO_MANY_AS_OF"));
  go_on.set_value();
}

TEST_F(PastTest, RefusesWhatTakesMoreMemoryThanItMay) {
  Say("d", 100, {1});
  Past past(log_, summing_, clock_, kPartitions, {.bytes_at_most = 10});
  std::promise<std::string> reason;
  past.Ask({FromMillis(500), "d", {}, [&](const Result<Rows>& rows) {
              reason.set_value(rows ? "" : rows.error().reason);
            }});
  EXPECT_EQ(reason.get_future().get(), "AS_OF_TOO_LARGE");
}

}  // namespace
}  // namespace throughline::runtime
