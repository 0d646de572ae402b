// What the district has of results outside of the schools that they go to: one result is one in the
// whole district, and what was taken back before it came stays taken back.
#include "evidence/elsewhere.h"

#include "evidence/quarantine_release.h"
#include "evidence/routing_fixture.h"

namespace throughline::evidence {
namespace {

constexpr auto kAccepted = v1::RESULT_OUTCOME_ACCEPTED;
constexpr auto kDuplicate = v1::RESULT_OUTCOME_DUPLICATE;
constexpr auto kCorrected = v1::RESULT_OUTCOME_CORRECTED;
constexpr auto kQuarantined = v1::RESULT_OUTCOME_QUARANTINED;

class Elsewhere : public Routing {
 protected:
  Elsewhere() { Enroll("b", "604821"); }  // and in school a

  v1::ResultOutcome One(const v1::Result& result) {
    fixture_.AdvanceTo(fixture_.now() + std::chrono::seconds(1));
    auto batch = Batch();
    *batch.add_results() = result;
    return Send(batch).outcomes(0);
  }
  static v1::Result In(const std::string& school, const std::string& id, int64_t modified = 0) {
    v1::Result result = Of(id, "604821");
    result.set_class_id("c-" + school);
    result.set_modified_at_ms(modified);
    return result;
  }
  static v1::Result TakenBack(const std::string& id, int64_t modified = 0) {
    v1::Result result;
    result.set_source_id(id);
    result.set_retracted(true);
    result.set_modified_at_ms(modified);
    return result;
  }
  int64_t Counted(const std::string& school) {
    int64_t scores = 0;
    fixture_.state().ForEach(
        kClassScores, "d/map/" + school + "/",
        [&](const std::string&, const v1::ClassScoresRow& row) { scores += row.scores().n(); });
    return scores;
  }
  std::vector<std::string> Live() {
    std::vector<std::string> keys;
    fixture_.state().ForEach(kResults, "d/", [&](const std::string& key, const v1::ResultRow& row) {
      if (!row.recorded().retracted() && row.recorded().moved_to().empty()) keys.push_back(key);
    });
    return keys;
  }
  v1::CountsRow Counts() {
    v1::CountsRow sum;
    for (const char* school : {"a", "b", ""}) {
      const auto* row = fixture_.state().Find(kCounts, JoinKey("d", school));
      if (row == nullptr) continue;
      sum.set_accepted(sum.accepted() + row->accepted());
      sum.set_corrected(sum.corrected() + row->corrected());
      sum.set_quarantined(sum.quarantined() + row->quarantined());
      sum.set_duplicate(sum.duplicate() + row->duplicate());
      sum.set_pushed(sum.pushed() + row->pushed());
    }
    return sum;
  }
};

TEST_F(Elsewhere, AResultThatIsPushedAgainInAnotherSchoolIsCorrectedAndCountsOnce) {
  EXPECT_EQ(One(In("a", "1")), kAccepted);
  EXPECT_EQ(One(In("b", "1")), kCorrected);
  EXPECT_EQ(Live(), std::vector{KeyOf("b", "1")});
  EXPECT_EQ(Counted("a"), 0);
  EXPECT_EQ(Counted("b"), 1);
  EXPECT_EQ(Counts().accepted(), 1);
  EXPECT_EQ(Counts().corrected(), 1);
  EXPECT_EQ(One(In("b", "1")), kDuplicate);
  EXPECT_EQ(One(In("a", "1")), kCorrected) << "and back";
  EXPECT_EQ(Live(), std::vector{KeyOf("a", "1")});
  EXPECT_EQ(Counted("a") + Counted("b"), 1);
  EXPECT_EQ(Counts().accepted(), 1);
}

TEST_F(Elsewhere, AnOlderVersionForAnotherSchoolChangesNothing) {
  EXPECT_EQ(One(In("a", "1", 2000)), kAccepted);
  EXPECT_EQ(One(In("b", "1", 1000)), kDuplicate);
  EXPECT_EQ(Live(), std::vector{KeyOf("a", "1")});
  EXPECT_EQ(Counted("a"), 1);
  EXPECT_EQ(Counted("b"), 0);
  EXPECT_EQ(One(In("b", "1", 3000)), kCorrected);
  EXPECT_EQ(Live(), std::vector{KeyOf("b", "1")});
}

TEST_F(Elsewhere, ATakenBackResultIsTakenBackWhereItIsNow) {
  EXPECT_EQ(One(In("a", "1")), kAccepted);
  EXPECT_EQ(One(In("b", "1")), kCorrected);
  v1::Result back = In("a", "1");
  back.set_retracted(true);
  EXPECT_EQ(One(back), kCorrected);
  EXPECT_TRUE(Live().empty());
  EXPECT_EQ(Counted("a") + Counted("b"), 0);
}

TEST_F(Elsewhere, AResultThatWasTakenBackElsewhereStaysSoForOlderVersions) {
  EXPECT_EQ(One(In("a", "1", 1000)), kAccepted);
  EXPECT_EQ(One(TakenBack("1", 3000)), kCorrected);
  EXPECT_EQ(One(In("b", "1", 2000)), kDuplicate);
  EXPECT_TRUE(Live().empty());
  EXPECT_EQ(One(In("b", "1", 4000)), kCorrected);
  EXPECT_EQ(Live(), std::vector{KeyOf("b", "1")});
}

TEST_F(Elsewhere, AVersionThatWasSetAsideWithoutASchoolNeverChanges) {
  v1::Result unknown = Of("1", "604822");  // nobody has said where this student is
  unknown.set_source_version("v1");
  EXPECT_EQ(One(unknown), kQuarantined);
  Enroll("a", "604822");
  v1::Result other = unknown;
  other.set_score_text("7");
  EXPECT_EQ(One(other), v1::RESULT_OUTCOME_REFUSED) << "although there is a school now";
  EXPECT_EQ(One(unknown), kAccepted) << "the same as before";
  EXPECT_EQ(Counts().quarantined(), 0);
  EXPECT_EQ(One(other), v1::RESULT_OUTCOME_REFUSED);
}

TEST_F(Elsewhere, WhatWasSetAsideInASchoolIsLetGoWhenAnotherTakesIt) {
  v1::Result off = In("a", "1");
  off.set_score_text("999");
  EXPECT_EQ(One(off), kQuarantined);
  EXPECT_EQ(Counts().quarantined(), 1);
  EXPECT_EQ(One(In("b", "1")), kAccepted);
  EXPECT_EQ(Counts().quarantined(), 0);
}

TEST_F(Elsewhere, WhatWasSetAsideWithoutASchoolIsLetGoWhenASchoolTakesIt) {
  v1::Result nowhere = In("zzz", "1");
  EXPECT_EQ(One(nowhere), kQuarantined);
  EXPECT_EQ(Counts().quarantined(), 1);
  v1::Result off = In("a", "1");
  off.set_score_text("999");
  EXPECT_EQ(One(off), kQuarantined);
  EXPECT_EQ(Counts().quarantined(), 2) << "no school has it yet";
  EXPECT_EQ(One(In("a", "1")), kAccepted);
  EXPECT_EQ(Counts().quarantined(), 0);
  EXPECT_EQ(Counted("a"), 1);
}

TEST_F(Elsewhere, WhatIsTakenBackBeforeItComesIsNotCountedWhenItComes) {
  for (const int64_t taken_back_at : {int64_t{0}, int64_t{2000}}) {
    const std::string id = std::to_string(taken_back_at);
    EXPECT_EQ(One(TakenBack(id, taken_back_at)), kDuplicate);
    EXPECT_EQ(One(TakenBack(id, taken_back_at)), kDuplicate) << "again";
    EXPECT_EQ(One(In("a", id, 1000)), kDuplicate) << "an older version";
    EXPECT_TRUE(Live().empty());
    const int64_t now = core::ToMillis(fixture_.now());
    EXPECT_EQ(One(In("a", id, now + 1)), kAccepted) << "a later one";
    EXPECT_EQ(Live(), std::vector{KeyOf("a", id)});
    EXPECT_EQ(One(TakenBack(id, now + 2)), kCorrected);
  }
}

TEST_F(Elsewhere, AVersionThatIsTakenBackBeforeItComesStaysSo) {
  v1::Result back = TakenBack("1");
  back.set_source_version("v1");
  EXPECT_EQ(One(back), kDuplicate);
  v1::Result result = In("a", "1");
  result.set_source_version("v1");
  EXPECT_EQ(One(result), kDuplicate);
  EXPECT_TRUE(Live().empty());

  auto batch = Batch();  // in one request as in two
  *batch.add_results() = back;
  batch.mutable_results(0)->set_source_id("2");
  *batch.add_results() = result;
  batch.mutable_results(1)->set_source_id("2");
  Send(batch);
  EXPECT_TRUE(Live().empty());
}

TEST_F(Elsewhere, APartComesTooLateWhenTheWholeWasTakenBack) {
  EXPECT_EQ(One(TakenBack("1", 2000)), kDuplicate);
  v1::Result part = In("a", "1", 1000);
  part.set_part("vocabulary");
  EXPECT_EQ(One(part), kDuplicate);
  EXPECT_TRUE(Live().empty());
}

TEST_F(Elsewhere, ATakingBackThatNamesTheSchoolIsRememberedThere) {
  v1::Result back = In("a", "1", 2000);
  back.set_retracted(true);
  EXPECT_EQ(One(back), kDuplicate);
  EXPECT_EQ(One(In("a", "1", 1000)), kDuplicate);
  EXPECT_TRUE(Live().empty());
}

// A retraction and its result, routed at the same time, in either order of being recorded.
TEST_F(Elsewhere, ARetractionThatIsRecordedAfterTheResultThatItDidNotSeeFindsIt) {
  for (const int64_t taken_back_at : {int64_t{0}, int64_t{2000}}) {
    const std::string id = std::to_string(taken_back_at);
    commands_.meanwhile = [&] { EXPECT_EQ(One(In("a", id, 1000)), kAccepted); };
    EXPECT_EQ(One(TakenBack(id, taken_back_at)), kCorrected);
    EXPECT_TRUE(Live().empty());
  }
  EXPECT_EQ(Counts().pushed(), 4) << "two results and two retractions";
}

TEST_F(Elsewhere, AResultThatIsRecordedAfterTheRetractionThatItDidNotSeeIsTakenBack) {
  for (const int64_t taken_back_at : {int64_t{0}, int64_t{2000}}) {
    const std::string id = std::to_string(taken_back_at);
    commands_.meanwhile = [&] { EXPECT_EQ(One(TakenBack(id, taken_back_at)), kDuplicate); };
    EXPECT_EQ(One(In("a", id, 1000)), kDuplicate);
    EXPECT_TRUE(Live().empty());
    EXPECT_EQ(Counted("a"), 0);
  }
  EXPECT_EQ(Counts().pushed(), 4);
}

TEST_F(Elsewhere, APartAndAVersionAreTakenBackByARetractionThatTheyDidNotSee) {
  v1::Result part = In("a", "1", 1000);
  part.set_part("vocabulary");
  commands_.meanwhile = [&] { One(TakenBack("1", 2000)); };
  EXPECT_EQ(One(part), kDuplicate);
  EXPECT_TRUE(Live().empty());
  commands_.meanwhile = [&] { EXPECT_EQ(One(part), kDuplicate); };
  EXPECT_EQ(One(TakenBack("1", 3000)), kDuplicate);
  EXPECT_TRUE(Live().empty());

  v1::Result versioned = In("a", "2");
  versioned.set_source_version("v1");
  v1::Result back = TakenBack("2");
  back.set_source_version("v1");
  commands_.meanwhile = [&] { One(back); };
  EXPECT_EQ(One(versioned), kDuplicate);
  EXPECT_TRUE(Live().empty());
}

TEST_F(Elsewhere, ALaterVersionStaysWhenARetractionThatItDidNotSeeIsOlder) {
  commands_.meanwhile = [&] { One(TakenBack("1", 1000)); };
  EXPECT_EQ(One(In("a", "1", 2000)), kAccepted);
  commands_.meanwhile = [&] { EXPECT_EQ(One(In("a", "2", 2000)), kAccepted); };
  EXPECT_EQ(One(TakenBack("2", 1000)), kDuplicate);
  EXPECT_EQ(Live(), InOrder({KeyOf("a", "1"), KeyOf("a", "2")}));
}

TEST_F(Elsewhere, WhatIsSetAsideWhileItIsTakenBackIsLetGo) {
  v1::Result off = In("a", "1", 1000);
  off.set_score_text("999");
  commands_.meanwhile = [&] { One(TakenBack("1", 2000)); };
  EXPECT_EQ(One(off), kDuplicate);
  EXPECT_EQ(Counts().quarantined(), 0);
  EXPECT_EQ(Counts().pushed(), 2);
  EXPECT_TRUE(Listed(common::v1::ROLE_DISTRICT_ADMINISTRATOR, "ada").empty());
}

// Every result pushed is counted once.
TEST_F(Elsewhere, ALateResultOfARememberedRetractionIsCountedAsADuplicate) {
  EXPECT_EQ(One(TakenBack("1", 2000)), kDuplicate);
  EXPECT_EQ(One(In("a", "1", 1000)), kDuplicate);
  EXPECT_EQ(Counts().duplicate(), 2);
  EXPECT_EQ(Counts().pushed(), 2);
}

TEST_F(Elsewhere, WhatIsSetAsideAgainIsSetAsideOnce) {
  v1::Result nowhere = In("zzz", "1");
  EXPECT_EQ(One(nowhere), kQuarantined);
  EXPECT_EQ(One(nowhere), kQuarantined);
  EXPECT_EQ(Counts().quarantined(), 1);
  EXPECT_EQ(Counts().duplicate(), 1) << "nothing differs";
  nowhere.set_score_text("211");
  EXPECT_EQ(One(nowhere), kQuarantined);
  EXPECT_EQ(Counts().quarantined(), 1);
  EXPECT_EQ(Counts().corrected(), 1);
  EXPECT_EQ(Counts().pushed(), 3);
}

TEST_F(Elsewhere, AReleaseOfWhatHasNoSchoolYetCountsNothing) {
  v1::Result undated = In("", "2");
  undated.clear_class_id();
  undated.set_date("soon");
  for (const v1::Result& result : {In("zzz", "1"), undated}) {
    ASSERT_EQ(One(result), kQuarantined);
    const v1::CountsRow before = Counts();
    const auto listed = Listed(common::v1::ROLE_DISTRICT_ADMINISTRATOR, "ada");
    v1::ReleaseQuarantineRequest release;
    release.set_district("d");
    for (const auto& entry : listed) release.add_entries(entry.entry());
    v1::ReleaseQuarantineResponse response;
    ReleaseWithoutSchool(
        release, {}, routing_,
        [&](core::Result<v1::ReleaseQuarantineResponse> done) { response = done.value(); });
    EXPECT_EQ(response.outcomes(0), kQuarantined);
    EXPECT_EQ(response.problems(0).reason(), listed[0].problem().reason());
    EXPECT_EQ(Counts().SerializeAsString(), before.SerializeAsString());
    EXPECT_EQ(Listed(common::v1::ROLE_DISTRICT_ADMINISTRATOR, "ada").size(), listed.size());
  }
}

}  // namespace
}  // namespace throughline::evidence
