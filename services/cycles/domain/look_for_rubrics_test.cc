#include "cycles/domain/look_for_rubrics.h"

#include "cycles/domain/look_fors.h"
#include "cycles/domain/visit_fixture.h"

namespace throughline::cycles {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// The district published rubric `talk` twice: with 3 levels, and then with 4.
class LookForRubricsTest : public VisitFixture {
 protected:
  LookForRubricsTest() {
    Adopt(1, 3);
    Adopt(2, 4);
  }
  using VisitFixture::Adopt;
  Outcome Adopt(int revision, int levels) {
    plans::v1::RubricAdopted adopted;
    plans::v1::Rubric& rubric = *adopted.mutable_rubric();
    rubric.set_district("d");
    rubric.set_rubric("talk");
    rubric.set_revision(revision);
    rubric.set_levels(levels);
    rubric.add_criteria()->set_criterion("listening");
    rubric.add_criteria()->set_criterion("reasons");
    return fixture_.Give(adopted);
  }
  // The second look-for of the fixture, rated by the rubric.
  static v1::PrepareVisitRequest RatedRequest(const v1::Visit& visit, int revision = 0) {
    auto request = PrepareRequest(visit);
    v1::LookFor& talk = *request.mutable_look_fors(1);
    talk.clear_levels();
    talk.set_rubric("talk");
    talk.set_revision(revision);
    talk.set_criterion("reasons");
    return request;
  }
  std::string RefusalOf(const std::function<void(v1::LookFor&)>& change) {
    auto request = RatedRequest(visit_);
    change(*request.mutable_look_fors(1));
    return ReasonOf(fixture_.Give(request));
  }
  v1::Visit visit_ = Plan();
};

TEST_F(LookForRubricsTest, LookForIsRatedByTheRevisionThatWasPublishedLastUnlessItNamesOne) {
  Accept(RatedRequest(visit_));
  EXPECT_EQ(Now(visit_).look_fors(1).revision(), 2);
  EXPECT_EQ(Now(visit_).look_fors(1).levels(), 4);
  Accept(RatedRequest(visit_, 1));
  EXPECT_EQ(Now(visit_).look_fors(1).revision(), 1);
  EXPECT_EQ(Now(visit_).look_fors(1).levels(), 3);
}

TEST_F(LookForRubricsTest, ARevisionThatIsPublishedLaterChangesNoVisit) {
  Accept(RatedRequest(visit_));
  Adopt(3, 5);
  EXPECT_EQ(Now(visit_).look_fors(1).revision(), 2);
  EXPECT_EQ(Now(visit_).look_fors(1).levels(), 4);
}

TEST_F(LookForRubricsTest, APlannedVisitMayNameRubricsToo) {
  auto request = PlanRequest("2026-10-21");
  *request.mutable_look_fors() = RatedRequest(visit_).look_fors();
  const auto planned = fixture_.Give(request);
  ASSERT_EQ(ReasonOf(planned), "");
  EXPECT_EQ(planned.AnswerAs<v1::PlanVisitResponse>().visit().look_fors(1).levels(), 4);
}

TEST_F(LookForRubricsTest, NamesARubricThatIsThereAndWhatItHas) {
  EXPECT_EQ(RefusalOf([](auto& one) { one.set_rubric("writing"); }), "RUBRIC_UNKNOWN");
  EXPECT_EQ(RefusalOf([](auto& one) { one.set_revision(3); }), "RUBRIC_UNKNOWN");
  EXPECT_EQ(RefusalOf([](auto& one) { one.set_criterion("wit"); }), "CRITERION_UNKNOWN");
  EXPECT_EQ(RefusalOf([](auto& one) { one.clear_criterion(); }), "CRITERION_UNKNOWN");
  EXPECT_EQ(RefusalOf([](auto& one) { one.set_levels(3); }), "LEVELS_DIFFER");
  EXPECT_EQ(RefusalOf([](auto& one) { one.set_seen_from(5); }), "LOOK_FOR_INVALID");
  EXPECT_EQ(RefusalOf([](auto& one) {
              one.clear_rubric();
              one.set_levels(4);
            }),
            "LOOK_FOR_INVALID")
      << "a criterion of no rubric";
  EXPECT_EQ(RefusalOf([](auto& one) { one.set_levels(4); }), "");
}

TEST_F(LookForRubricsTest, ARoomIsRatedByALevelThatTheRubricHas) {
  Accept(RatedRequest(visit_, 1));
  AdvanceTo(kDay);
  EXPECT_EQ(ReasonOf(fixture_.Give(RoomRequest(visit_, "a", true, 4))), "ROOM_INVALID");
  EXPECT_EQ(ReasonOf(fixture_.Give(RoomRequest(visit_, "a", true, 3))), "");
}

TEST_F(LookForRubricsTest, ARevisionIsNotedOnce) { EXPECT_THAT(Adopt(2, 4).events, IsEmpty()); }

// A visit of five rooms, rated by a revision of a rubric.
v1::Visit Rated(const std::string& host, int revision, const std::vector<int>& levels) {
  v1::Visit visit;
  visit.set_host(host);
  visit.set_date("2026-10-14");
  v1::LookFor& talk = *visit.add_look_fors();
  talk.set_look_for("talk");
  talk.set_indicator("close-reading");
  talk.set_rubric("talk");
  talk.set_revision(revision);
  talk.set_criterion("reasons");
  talk.set_levels(4);
  talk.set_seen_from(3);
  std::vector<v1::VisitRoom> rooms;
  for (const int level : levels) {
    v1::LookForSeen& seen = *rooms.emplace_back().add_seen();
    seen.set_look_for("talk");
    seen.set_level(level);
  }
  SetShares(visit, rooms);
  return visit;
}

TEST(RatedFindings, SumTheRoomsAtEachLevelOfOneRevision) {
  const auto findings = FindingsOf({Rated("s", 1, {1, 1, 3, 4, 4}), Rated("x", 1, {2, 2, 2, 2}),
                                    Rated("y", 1, {4, 4, 4}), Rated("z", 2, {4, 4, 4, 4})});
  ASSERT_EQ(findings.size(), 2U);
  EXPECT_EQ(findings[0].schools(), 2) << "three rooms are too few to be in it";
  EXPECT_THAT(findings[0].rooms_by_level(), ElementsAre(2, 4, 1, 2));
  EXPECT_DOUBLE_EQ(findings[0].mean_level(), 21 / 9.);
  EXPECT_EQ(findings[0].seen(), 3);
  EXPECT_THAT(findings[1].rooms_by_level(), ElementsAre(0, 0, 0, 4));
}

}  // namespace
}  // namespace throughline::cycles
