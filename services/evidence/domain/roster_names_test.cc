// What a roster names of plans and is not there is told: its school, and teams of its classes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/date.h"
#include "decider/fixture.h"
#include "evidence/domain/evidence_decider.h"
#include "throughline/evidence/v1/evidence_service.pb.h"
#include "throughline/plans/v1/plans_events.pb.h"

namespace throughline::evidence {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class RosterNames : public ::testing::Test {
 protected:
  RosterNames() {
    plans::v1::DistrictAdopted adopted;
    adopted.mutable_district()->set_district("d");
    adopted.mutable_district()->set_time_zone("UTC");
    adopted.mutable_district()->set_version(1);
    fixture_.Give(adopted);
  }

  decider::Fixture::Outcome Register(const std::string& school, int64_t version) {
    plans::v1::SchoolChanged changed;
    changed.mutable_school()->set_district("d");
    changed.mutable_school()->set_school(school);
    changed.mutable_school()->set_version(version);
    return fixture_.Give(changed);
  }
  void RegisterTeam(const std::string& team) {
    plans::v1::TeamChanged changed;
    changed.mutable_team()->set_district("d");
    changed.mutable_team()->set_school("s");
    changed.mutable_team()->set_team(team);
    changed.mutable_team()->set_version(1);
    fixture_.Give(changed);
  }
  // Each as "REASON field: message".
  std::vector<std::string> Findings(const std::string& school,
                                    const std::vector<std::string>& teams) {
    v1::UpdateRosterRequest roster;
    roster.set_district("d");
    roster.set_school(school);
    for (const std::string& team : teams) {
      auto& one = *roster.add_classes();
      one.set_class_id("c-" + team);
      one.set_team(team);
    }
    const auto outcome = fixture_.Give(roster);
    EXPECT_FALSE(outcome.refusal);
    std::vector<std::string> findings;
    for (const auto& one : outcome.AnswerAs<v1::UpdateRosterResponse>().findings()) {
      findings.push_back(one.reason() + ' ' + one.field() + ": " + one.message());
    }
    return findings;
  }
  bool FoldsAgain() {
    const std::vector<decider::RowChange> rows = fixture_.Rows(), folded = fixture_.FoldedAgain();
    return std::equal(rows.begin(), rows.end(), folded.begin(), folded.end(),
                      [](const auto& one, const auto& other) {
                        return one.row == other.row && one.value == other.value;
                      });
  }

  EvidenceDecider decider_;
  decider::Fixture fixture_{decider_, *core::ParseInstant("2024-08-01T12:00:00Z")};
};

TEST_F(RosterNames, ASchoolThatIsNotRegisteredIsTold) {
  EXPECT_THAT(Findings("s", {"t"}),
              ElementsAre("SCHOOL_UNKNOWN school: There is no school s; register it first."));
  Register("s", 1);
  EXPECT_THAT(Findings("s", {}), IsEmpty());
}

TEST_F(RosterNames, TeamsOfClassesThatAreNotRegisteredAreTold) {
  Register("s", 1);
  RegisterTeam("t");
  EXPECT_THAT(Findings("s", {"t", "nope"}),
              ElementsAre("TEAM_UNKNOWN classes[1].team: There is no team nope; register it first. "
                          "There is only: t."));
  RegisterTeam("nope");
  EXPECT_THAT(Findings("s", {"t", "nope"}), IsEmpty());
  EXPECT_TRUE(FoldsAgain());
}

TEST_F(RosterNames, OfASchoolThatWasThereBeforeItsTeamsWereNotedNoneIsTold) {
  EXPECT_EQ(Register("s", 2).events.size(), 1u) << "it is noted, and was not followed";
  EXPECT_THAT(Findings("s", {"t"}), IsEmpty());
}

TEST_F(RosterNames, ASchoolIsFollowedOnce) {
  EXPECT_EQ(Register("s", 1).events.size(), 2u);
  EXPECT_EQ(Register("s", 1).events.size(), 0u);
  EXPECT_EQ(Register("s", 2).events.size(), 1u);
  EXPECT_EQ(Findings("s", {"t"}).size(), 1u) << "and remains so";
}

}  // namespace
}  // namespace throughline::evidence
