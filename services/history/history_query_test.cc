#include "history/history_query.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "throughline/cycles/v1/cycles_events.pb.h"
#include "throughline/cycles/v1/visit_events.pb.h"

namespace throughline::history {
namespace {

using common::v1::AGGREGATE_CYCLE;
using common::v1::AGGREGATE_RUN_CHART;
using common::v1::AGGREGATE_SURVEY_ROUND;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr decider::Table<cycles::v1::Cycle> kCycles{"cycle"};
constexpr decider::Table<cycles::v1::Cycle> kOfDistrict{"of_district"};

class HistoryQueryTest : public testing::Test {
 protected:
  static HistoryQuery::Asked Asked(int32_t page_size = 0, const std::string& token = "") {
    return {AGGREGATE_CYCLE, {"d", "s", "", "c"}, page_size, token};
  }
  static platform::Principal Reader(common::v1::Role role, const std::string& subject = "lee") {
    platform::Principal reader;
    reader.role = role;
    reader.subject = subject;
    return reader;
  }
  core::Result<std::shared_ptr<HistoryQuery>> Of(
      HistoryQuery::Asked asked, const std::optional<platform::Principal>& reader = std::nullopt) {
    auto query = HistoryQuery::Of(std::move(asked), kept_);
    if (query) (*query)->ReadBy(reader.value_or(Reader(common::v1::ROLE_SCHOOL_LEADER)));
    return query;
  }
  std::string ReasonOf(HistoryQuery::Asked asked) {
    auto query = Of(std::move(asked));
    return query ? "" : query.error().reason;
  }
  // What a call of ann made of the cycle.
  void Call(HistoryQuery& query, const google::protobuf::Message& event,
            const cycles::v1::Cycle& after) {
    runtime::v1::Envelope envelope;
    envelope.set_request_id("hash");
    envelope.mutable_actor()->set_subject("ann");
    envelope.mutable_actor()->set_role("team_member");
    Tell(query, event, envelope, after);
  }
  void Tell(HistoryQuery& query, const google::protobuf::Message& event,
            runtime::v1::Envelope envelope, const cycles::v1::Cycle& after) {
    Turn(query, event, std::move(envelope), after.SerializeAsString());
  }
  void Turn(HistoryQuery& query, const google::protobuf::Message& event,
            runtime::v1::Envelope envelope, const std::optional<std::string>& after) {
    runtime::v1::Packed packed;
    envelope.set_type(event.GetDescriptor()->full_name());
    envelope.set_sequence(++sequence_);
    envelope.set_time_ms(sequence_ * 1000);
    *packed.mutable_envelope() = envelope;
    packed.set_value(event.SerializeAsString());
    query.Take({"cycles.0." + std::to_string(sequence_), packed, envelope, row_, after});
    row_ = after;
  }
  // What a call of bob made of the row: it is erased.
  void Erase(HistoryQuery& query, const google::protobuf::Message& event) {
    runtime::v1::Envelope envelope;
    envelope.set_request_id("hash");
    envelope.mutable_actor()->set_subject("bob");
    envelope.mutable_actor()->set_role("team_member");
    Turn(query, event, std::move(envelope), std::nullopt);
  }
  static cycles::v1::Cycle In(cycles::v1::CycleState state) {
    cycles::v1::Cycle cycle;
    cycle.set_team("t");
    cycle.set_state(state);
    return cycle;
  }
  void ThreePhases(HistoryQuery& query) {
    sequence_ = 0;
    row_.reset();
    Call(query, cycles::v1::CycleScheduled(), In(cycles::v1::CYCLE_STATE_SCHEDULED));
    runtime::v1::Envelope midnight;
    midnight.set_timer("cycle/start");
    midnight.set_cause("timer.cycles.0.cycle/start@1");
    Tell(query, cycles::v1::PhaseStarted(), midnight, In(cycles::v1::CYCLE_STATE_ANALYZE));
    Call(query, cycles::v1::PhaseStarted(), In(cycles::v1::CYCLE_STATE_DESIGN));
  }

  std::vector<KeptAggregate> kept_ = {KeptOfTeam(AGGREGATE_CYCLE, At::kInSchool, kCycles),
                                      Kept(AGGREGATE_SURVEY_ROUND, At::kInSchool, kCycles),
                                      Kept(AGGREGATE_SURVEY_ROUND, At::kInDistrict, kOfDistrict),
                                      Kept(AGGREGATE_RUN_CHART, At::kInTeamOrSchool, kCycles)};
  int64_t sequence_ = 0;
  std::optional<std::string> row_;
};

TEST_F(HistoryQueryTest, SaysWhatHappenedWhenWhyAndWhoDidIt) {
  auto query = *Of(Asked());
  EXPECT_EQ(query->subject(), "d/s");
  ThreePhases(*query);
  const auto page = query->Finish();
  ASSERT_TRUE(page);
  EXPECT_EQ(page->next, "");
  ASSERT_EQ(page->entries.size(), 3);
  const auto& scheduled = page->entries[0];
  EXPECT_EQ(scheduled.event(), "cycles.0.1");
  EXPECT_EQ(scheduled.what(), "CycleScheduled");
  EXPECT_EQ(scheduled.at_ms(), 1000);
  EXPECT_EQ(scheduled.cause(), common::v1::HISTORY_CAUSE_CALL);
  EXPECT_EQ(scheduled.by().subject(), "ann");
  EXPECT_EQ(scheduled.by().role(), common::v1::ROLE_TEAM_MEMBER);
  EXPECT_EQ(scheduled.request_id(), "hash");
  const auto& begun = page->entries[1];
  EXPECT_EQ(begun.cause(), common::v1::HISTORY_CAUSE_TIME);
  EXPECT_FALSE(begun.has_by());
  EXPECT_EQ(begun.caused_by(), "timer.cycles.0.cycle/start@1");
  ASSERT_EQ(begun.changes_size(), 1);
  EXPECT_EQ(begun.changes(0).before(), "scheduled");
}

TEST_F(HistoryQueryTest, MembersOfTeamsAreToldOfThemselvesOnly) {
  for (const auto& [reader, told] : {std::pair("bob", ""), std::pair("ann", "ann")}) {
    auto query = *Of(Asked(), Reader(common::v1::ROLE_TEAM_MEMBER, reader));
    ThreePhases(*query);
    const auto page = query->Finish();
    EXPECT_EQ(page->entries[0].by().subject(), told);
    EXPECT_EQ(page->entries[0].by().role(), common::v1::ROLE_TEAM_MEMBER);
  }
}

TEST_F(HistoryQueryTest, GoesOnPageByPage) {
  auto first = *Of(Asked(2));
  ThreePhases(*first);
  const auto page = first->Finish();
  ASSERT_EQ(page->entries.size(), 2);
  ASSERT_NE(page->next, "");
  auto second = *Of(Asked(2, page->next));
  ThreePhases(*second);
  const auto rest = second->Finish();
  ASSERT_EQ(rest->entries.size(), 1);
  EXPECT_EQ(rest->entries[0].event(), "cycles.0.3");
  EXPECT_EQ(rest->next, "");
}

TEST_F(HistoryQueryTest, NumbersThatMovedByThemselvesAreNoNews) {
  auto query = *Of(Asked());
  ThreePhases(*query);
  cycles::v1::Cycle moved = In(cycles::v1::CYCLE_STATE_DESIGN);
  moved.add_evidence()->set_matched(12);
  Tell(*query, cycles::v1::CycleEvidenceTaken(), {}, moved);
  EXPECT_EQ(query->Finish()->entries.size(), 3);
}

TEST_F(HistoryQueryTest, WhatNobodyIsToldIsNotInIt) {
  auto query = *Of(Asked());
  ThreePhases(*query);
  Call(*query, cycles::v1::RoomRecorded(), In(cycles::v1::CYCLE_STATE_IMPLEMENT));
  EXPECT_EQ(query->Finish()->entries.size(), 3);
}

TEST_F(HistoryQueryTest, ThatItIsErasedIsPartOfItWhenSomethingHappenedToIt) {
  for (const auto& [in_passing, entries] : {std::pair(false, 4), std::pair(true, 3)}) {
    kept_[0].erased_in_passing = in_passing;
    auto query = *Of(Asked());
    ThreePhases(*query);
    Erase(*query, cycles::v1::CycleCancelled());
    const auto page = query->Finish();
    ASSERT_TRUE(page);
    EXPECT_EQ(page->entries.size(), entries);
    EXPECT_EQ(page->entries.back().by().subject(), entries == 4 ? "bob" : "ann");
  }
}

TEST_F(HistoryQueryTest, OfAnotherTeamThereIsNone) {
  HistoryQuery::Asked asked = Asked();
  asked.place.team = "u";
  auto query = *Of(asked, Reader(common::v1::ROLE_TEAM_MEMBER));
  ThreePhases(*query);
  const auto page = query->Finish();
  ASSERT_FALSE(page);
  EXPECT_EQ(page.error().reason, "AGGREGATE_UNKNOWN");
  EXPECT_EQ((*Of(Asked()))->Finish().error().reason, "AGGREGATE_UNKNOWN") << "there never was one";
}

// A cycle of team t, as if its id were then used for one of team u, and again for one of team t.
class UsedAgain : public HistoryQueryTest {
 protected:
  static HistoryQuery::Asked AskedOf(const std::string& team, int32_t page_size = 0,
                                     const std::string& token = "") {
    HistoryQuery::Asked asked = Asked(page_size, token);
    asked.place.team = team;
    return asked;
  }
  core::Result<HistoryQuery::Page> Read(HistoryQuery::Asked asked) {
    auto query = *Of(std::move(asked));
    ThreePhases(*query);
    Erase(*query, cycles::v1::CycleCancelled());
    for (const char* team : {"u", "t"}) {
      cycles::v1::Cycle again = In(cycles::v1::CYCLE_STATE_SCHEDULED);
      again.set_team(team);
      Call(*query, cycles::v1::CycleScheduled(), again);
      if (team[0] == 'u') Erase(*query, cycles::v1::CycleCancelled());
    }
    return query->Finish();
  }
  static std::vector<std::string> EventsOf(const HistoryQuery::Page& page) {
    std::vector<std::string> events;
    for (const auto& entry : page.entries) events.push_back(entry.event().substr(9));
    return events;
  }
};

TEST_F(UsedAgain, EveryOwnerReadsTheirOwnEntriesOnly) {
  EXPECT_THAT(EventsOf(*Read(AskedOf("u"))), ElementsAre("5", "6"));
  EXPECT_THAT(EventsOf(*Read(AskedOf("t"))), ElementsAre("1", "2", "3", "4", "7"));
  EXPECT_EQ(Read(AskedOf("v")).error().reason, "AGGREGATE_UNKNOWN");
}

TEST_F(UsedAgain, PagesAreOfWhatMayBeRead) {
  const auto of_u = *Read(AskedOf("u", 2));
  EXPECT_THAT(EventsOf(of_u), ElementsAre("5", "6"));
  EXPECT_EQ(of_u.next, "") << "what follows is another team's";
  std::vector<std::vector<std::string>> pages;
  std::string token;
  do {
    const auto page = *Read(AskedOf("t", 2, token));
    pages.push_back(EventsOf(page));
    token = page.next;
  } while (!token.empty() && pages.size() < 10);
  EXPECT_THAT(pages, ElementsAre(ElementsAre("1", "2"), ElementsAre("3", "4"), ElementsAre("7")));
}

TEST_F(HistoryQueryTest, APageThatNothingIsShownAfterIsTheLast) {
  auto query = *Of(Asked(3));
  ThreePhases(*query);
  cycles::v1::Cycle moved = In(cycles::v1::CYCLE_STATE_DESIGN);
  moved.add_evidence()->set_matched(12);
  Tell(*query, cycles::v1::CycleEvidenceTaken(), {}, moved);
  const auto page = query->Finish();
  EXPECT_EQ(page->entries.size(), 3);
  EXPECT_EQ(page->next, "") << "the numbers that moved are no entry";
}

TEST_F(HistoryQueryTest, IsRefused) {
  HistoryQuery::Asked asked = Asked();
  asked.of = common::v1::AGGREGATE_SITE_PLAN;
  EXPECT_EQ(ReasonOf(asked), "AGGREGATE_ELSEWHERE");
  asked = Asked();
  asked.place.id = "";
  EXPECT_EQ(ReasonOf(asked), "ID_INVALID");
  EXPECT_EQ(ReasonOf(Asked(1001)), "PAGE_INVALID");
  EXPECT_EQ(ReasonOf(Asked(10, "x")), "PAGE_TOKEN_INVALID");
}

TEST_F(HistoryQueryTest, WhatSchoolsAndDistrictsHaveIsThatOfTheSchoolThatIsNamed) {
  HistoryQuery::Asked asked = Asked();
  asked.of = AGGREGATE_SURVEY_ROUND;
  EXPECT_EQ((*Of(asked))->subject(), "d/s");
  asked.place.school = "";
  EXPECT_EQ((*Of(asked))->subject(), "d");
}

TEST_F(HistoryQueryTest, WhatATeamOrItsWholeSchoolHasIsOfTheTeamThatIsNamedOrOfNone) {
  HistoryQuery::Asked asked = Asked();
  asked.of = AGGREGATE_RUN_CHART;
  EXPECT_EQ((*Of(asked))->subject(), "d/s");
  asked.place.team = "t";
  EXPECT_EQ((*Of(asked))->subject(), "d/s");
  asked.place.school = "";
  EXPECT_EQ(ReasonOf(asked), "ID_INVALID");
}

}  // namespace
}  // namespace throughline::history
