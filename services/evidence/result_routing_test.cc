// The way of results to their schools, on one partition in memory.
#include "evidence/result_routing.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "evidence/quarantine_release.h"
#include "evidence/routing_fixture.h"

namespace throughline::evidence {
namespace {

TEST_F(Routing, FindsTheSchoolByWhereTheStudentIsEnrolled) {
  auto batch = Batch();
  *batch.add_results() = Of("1", "604821");
  *batch.add_results() = Of("2", "604899");
  *batch.add_results() = Of("3", "nobody");
  const auto response = Send(batch);
  EXPECT_EQ(response.outcomes(0), v1::RESULT_OUTCOME_ACCEPTED);
  EXPECT_EQ(response.outcomes(1), v1::RESULT_OUTCOME_ACCEPTED);
  EXPECT_EQ(response.outcomes(2), v1::RESULT_OUTCOME_QUARANTINED);
  EXPECT_EQ(response.problems(0).reason(), "SCHOOL_UNKNOWN");
  EXPECT_EQ(Recorded(), InOrder({KeyOf("a", "1"), KeyOf("b", "2")}));
}

TEST_F(Routing, SaysWhatItIsThatNamesNoSchool) {
  auto batch = Batch();
  *batch.add_results() = Of("1", "nobody");
  *batch.add_results() = Of("2", "604821");
  batch.mutable_results(1)->set_class_id("nope");
  *batch.add_results() = Of("3", "604821");
  batch.mutable_results(2)->set_line_item("nope");
  const auto response = Send(batch);
  ASSERT_EQ(response.problems_size(), 3);
  for (const auto& problem : response.problems()) EXPECT_EQ(problem.reason(), "SCHOOL_UNKNOWN");
  EXPECT_EQ(response.problems(0).field(), "student");
  EXPECT_EQ(response.problems(1).field(), "class_id");
  EXPECT_EQ(response.problems(2).field(), "line_item");
}

TEST_F(Routing, SaysOfABatchThatWasRefusedWhenSomeOfItWasTakenIn) {
  auto batch = Batch();
  *batch.add_results() = Of("1", "604821");
  *batch.add_results() = Of("2", "604899");
  commands_.refuses = "b";
  std::vector<core::Error> refusals;
  const auto refused = [&](const core::Result<v1::IngestResultsResponse>& answer) {
    ASSERT_FALSE(answer);
    refusals.push_back(answer.error());
  };
  Ingest(batch, {}, "sis", students_.privacy, routing_, refused);
  EXPECT_EQ(Recorded(), InOrder({KeyOf("a", "1")}));
  batch.mutable_results()->DeleteSubrange(0, 1);
  Ingest(batch, {}, "sis", students_.privacy, routing_, refused);
  ASSERT_EQ(refusals.size(), 2u);
  EXPECT_EQ(refusals[0].reason, "TOO_MANY_WAITING");
  EXPECT_THAT(refusals[0].message, testing::HasSubstr("was taken in"));
  EXPECT_THAT(refusals[1].message, testing::Not(testing::HasSubstr("was taken in")));
}

TEST_F(Routing, ClaimsTheIdOfABatchOfSeveralSchoolsBeforeAnyGetsItsPart) {
  auto batch = Batch();
  *batch.add_results() = Of("1", "604821");
  *batch.add_results() = Of("2", "604899");
  std::optional<core::Error> refusal;
  const auto send = [&] {
    Ingest(batch, {.caller = "sis", .id = "1", .digest = {}}, "sis", students_.privacy, routing_,
           [&](const core::Result<v1::IngestResultsResponse>& answer) {
             refusal = answer ? std::nullopt : std::optional(answer.error());
           });
  };
  for (const char* school : {"", "a", "b"}) {
    commands_.claimed_there = school;
    send();
    ASSERT_TRUE(refusal);
    EXPECT_EQ(refusal->reason, "REQUEST_ID_REUSED");
    EXPECT_THAT(refusal->message, testing::Not(testing::HasSubstr("was taken in")));
    EXPECT_TRUE(Recorded().empty()) << school;
  }
  commands_.claimed_there = "none";
  commands_.claims.clear();
  send();
  EXPECT_FALSE(refusal);
  EXPECT_EQ(commands_.claims, (std::vector<std::string>{"", "a", "b"}));
  EXPECT_EQ(Recorded(), InOrder({KeyOf("a", "1"), KeyOf("b", "2")}));
  commands_.claims.clear();
  batch.mutable_results()->DeleteSubrange(0, 1);
  send();
  EXPECT_TRUE(commands_.claims.empty()) << "a batch of one school pays nothing";
}

TEST_F(Routing, HidesSourceIdsThatNameStudents) {
  auto batch = Batch();
  *batch.add_results() = Of("map/604821", "604821");
  batch.mutable_results(0)->set_hide_source_id(true);
  *batch.add_results() = Of("map/604821", "604821");
  batch.mutable_results(1)->set_part("vocabulary");
  batch.mutable_results(1)->set_hide_source_id(true);
  *batch.add_results() = Of("open", "604899");
  const auto response = Send(batch);
  ASSERT_EQ(response.source_ids_size(), 3);
  EXPECT_EQ(response.source_ids(2), "");
  EXPECT_EQ(response.source_ids(0), response.source_ids(1));
  EXPECT_EQ(commands_.sent.find("604821"), std::string::npos);
  const std::string& named = response.source_ids(0);
  EXPECT_EQ(Recorded(),
            InOrder({KeyOf("a", named), KeyOf("a", named + "//vocabulary"), KeyOf("b", "open")}));
  EXPECT_EQ(Send(batch).source_ids(0), response.source_ids(0)) << "the same every time";
}

TEST_F(Routing, EveryPartOfABatchIsInItsTraceWithOrWithoutARequestId) {
  auto batch = Batch();
  *batch.add_results() = Of("1", "604821");
  *batch.add_results() = Of("2", "604899");
  runtime::RequestKey key;
  key.trace = *core::ParseTraceParent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
  for (const char* id : {"", "a request"}) {
    key.id = id;
    commands_.traces.clear();
    Ingest(batch, key, "sis", students_.privacy, routing_, [](const auto&) {});
    ASSERT_GE(commands_.traces.size(), 2u);
    for (const core::TraceContext& trace : commands_.traces) EXPECT_EQ(trace, key.trace);
  }
}

TEST_F(Routing, RefusesAnotherSourceIdThanTheExpectedOne) {
  auto batch = Batch();
  *batch.add_results() = Of("map/604821", "604821");
  batch.mutable_results(0)->set_hide_source_id(true);
  batch.set_expected_source_id(Send(batch).source_ids(0));
  EXPECT_EQ(Send(batch).outcomes(0), v1::RESULT_OUTCOME_DUPLICATE);
  batch.mutable_results(0)->set_source_id("map/604899");
  std::string reason;
  Ingest(batch, {}, "sis", students_.privacy, routing_,
         [&](core::Result<v1::IngestResultsResponse> done) {
           reason = done ? "taken in" : done.error().reason;
         });
  EXPECT_EQ(reason, "SOURCE_ID_OTHER");
}

TEST_F(Routing, FindsWhatIsTakenBackByItsIdAlone) {
  auto batch = Batch();
  *batch.add_results() = Of("1", "604821");
  *batch.add_results() = Of("1", "604821");
  batch.mutable_results(1)->set_part("vocabulary");
  *batch.add_results() = Of("1", "604821");
  batch.mutable_results(2)->set_part("fluency");
  batch.mutable_results(2)->set_assessment("unheard-of");
  *batch.add_results() = Of("11", "604821");
  *batch.add_results() = Of("2", "604899");
  EXPECT_EQ(Send(batch).problems_size(), 1);
  auto back = Batch();
  back.add_results()->set_source_id("1");
  back.mutable_results(0)->set_retracted(true);
  *back.add_results() = back.results(0);
  back.mutable_results(1)->set_source_id("unheard-of");
  const auto response = Send(back);
  EXPECT_EQ(response.outcomes(0), v1::RESULT_OUTCOME_CORRECTED);
  EXPECT_EQ(response.outcomes(1), v1::RESULT_OUTCOME_DUPLICATE) << "it is not known anywhere";
  EXPECT_EQ(Recorded(), InOrder({KeyOf("a", "11"), KeyOf("b", "2")}));
  EXPECT_EQ(fixture_.state().Find(kCounts, "d/a")->quarantined(), 0);
  EXPECT_EQ(Send(back).outcomes(0), v1::RESULT_OUTCOME_DUPLICATE);
}

TEST_F(Routing, FindsWhatIsTakenBackInTheSameBatch) {
  auto batch = Batch();
  *batch.add_results() = Of("1", "604821");
  batch.add_results()->set_source_id("1");
  batch.mutable_results(1)->set_retracted(true);
  EXPECT_EQ(Send(batch).outcomes(1), v1::RESULT_OUTCOME_CORRECTED);
  EXPECT_TRUE(Recorded().empty());
}

TEST_F(Routing, WritesNothingThatNamesAStudent) {
  auto batch = Batch();
  batch.set_request_id("canary-of-today");
  *batch.add_results() = Of("canary-604821", "604821");
  auto& kept = *batch.add_results() = Of("http://lms.canary.example/canary//604821", "604821");
  kept.set_source_version("canary v1");
  kept.add_kept()->set_value("canary did well");
  kept.set_part("canary's part");
  auto& bad = *batch.add_results() = Of("canary-1", "canary");
  bad.set_score_text("as canary said");
  bad.set_scale_min_text("canary");
  bad.set_date("on canary's day");
  bad.set_school("a");
  *batch.add_results() = Of(std::string(300, 'x') + "canary", "604821");
  auto& much = *batch.add_results() = Of("canary-2", "604821");
  much.add_kept()->set_value(std::string(300, 'x') + "canary");
  const auto response = Send(batch);
  EXPECT_EQ(response.problems_size(), 3);
  EXPECT_EQ(response.problems(1).reason(), "SOURCE_ID_INVALID");
  EXPECT_EQ(response.problems(2).reason(), "KEPT_TOO_LARGE");
  EXPECT_EQ(Written().find("canary"), std::string::npos) << Written();
  EXPECT_EQ(Written().find("604821"), std::string::npos);
  EXPECT_EQ(Send(batch).outcomes(1), v1::RESULT_OUTCOME_DUPLICATE) << "the same is found again";
  batch.mutable_results(1)->mutable_kept(0)->set_value("otherwise");
  EXPECT_EQ(Send(batch).outcomes(1), v1::RESULT_OUTCOME_REFUSED)
      << "another under the same version";
}

TEST_F(Routing, ShowsWhatIsSetAsideToTheAdministratorAndToItsSenderOnly) {
  auto batch = Batch();
  *batch.add_results() = Of("first-604777", "604777");
  Send(batch);
  const auto by_administrator = Listed(common::v1::ROLE_DISTRICT_ADMINISTRATOR, "ada");
  ASSERT_EQ(by_administrator.size(), 1u);
  EXPECT_EQ(by_administrator[0].result().source_id(), "first-604777");
  EXPECT_EQ(by_administrator[0].result().student(), "604777");
  EXPECT_EQ(by_administrator[0].sealed(), "");
  EXPECT_EQ(Listed(common::v1::ROLE_INTEGRATION, "sis")[0].result().student(), "604777");
  const auto by_another = Listed(common::v1::ROLE_INTEGRATION, "other");
  EXPECT_FALSE(by_another[0].has_result());
  EXPECT_EQ(by_another[0].problem().reason(), "SCHOOL_UNKNOWN");
  for (const auto& shown : {by_administrator, by_another}) {
    EXPECT_EQ(shown[0].ShortDebugString().find(students_.Of("d", "604777")), std::string::npos);
  }
}

TEST_F(Routing, TakesWhatItLookedLikeAlongWhenItIsReleasedToItsSchool) {
  auto batch = Batch();
  *batch.add_results() = Of("first-604777", "604777");
  batch.mutable_results(0)->set_score_text("301");  // off the scale
  Send(batch);
  v1::ReleaseQuarantineRequest release;
  release.set_district("d");
  release.add_entries(Listed(common::v1::ROLE_DISTRICT_ADMINISTRATOR, "ada")[0].entry());
  Enroll("a", "604777");
  v1::ReleaseQuarantineResponse response;
  ReleaseWithoutSchool(
      release, {}, routing_,
      [&](core::Result<v1::ReleaseQuarantineResponse> done) { response = done.value(); });
  ASSERT_EQ(response.outcomes(0), v1::RESULT_OUTCOME_QUARANTINED);
  const auto listed = Listed(common::v1::ROLE_DISTRICT_ADMINISTRATOR, "ada");
  ASSERT_EQ(listed.size(), 1u);
  EXPECT_EQ(listed[0].school(), "a");
  EXPECT_EQ(listed[0].problem().reason(), "SCORE_OFF_SCALE");
  EXPECT_EQ(listed[0].result().source_id(), "first-604777");
  release.set_school("a");
  fixture_.Give(release);
  EXPECT_EQ(Listed(common::v1::ROLE_DISTRICT_ADMINISTRATOR, "ada")[0].result().student(), "604777");
}

// What an earlier version wrote: ids as they came, and no word of their being hidden.
TEST_F(Routing, FindsWhatWasWrittenBeforeIdsWereHashed) {
  v1::IngestResultsRequest written = Batch();
  *written.add_results() = Of("canary-1", students_.Of("d", "604821"));
  written.mutable_results(0)->set_class_id("c-a");
  written.mutable_results(0)->set_school("a");
  *written.add_results() = written.results(0);
  written.mutable_results(1)->set_source_id("canary-2");
  written.mutable_results(1)->set_score_text("as canary said");
  const auto taken_in = fixture_.Give(written);
  ASSERT_FALSE(taken_in.refusal);
  EXPECT_EQ(Written().find("canary"), std::string::npos);
  EXPECT_EQ(Recorded(), (std::vector<std::string>{KeyOf("a", "canary-1")}));
  auto again = Batch();
  *again.add_results() = Of("canary-1", "604821");
  *again.add_results() = Of("canary-2", "604821");
  const auto response = Send(again);
  EXPECT_EQ(response.outcomes(0), v1::RESULT_OUTCOME_DUPLICATE);
  EXPECT_EQ(response.outcomes(1), v1::RESULT_OUTCOME_ACCEPTED);
  EXPECT_TRUE(Listed(common::v1::ROLE_DISTRICT_ADMINISTRATOR, "ada").empty())
      << "what was set aside is let go";
}

TEST_F(Routing, SendsManyResultsOfASchoolInColumns) {
  auto batch = Batch();
  for (int i = 0; i < 6; ++i) *batch.add_results() = Of("canary-" + std::to_string(i), "604821");
  batch.add_results()->CopyFrom(Of("canary-b", "604899"));
  // What a caller says of columns is not looked at.
  batch.mutable_columns()->set_count(1);
  batch.mutable_columns()->mutable_student()->add_texts("canary");
  Send(batch);
  EXPECT_NE(commands_.sent.find("columns"), std::string::npos);
  auto again = batch;
  for (v1::Result& result : *again.mutable_results()) result.set_score_text("220");
  const auto response = Send(again);
  EXPECT_THAT(response.outcomes(), testing::SizeIs(7));
  EXPECT_THAT(response.outcomes(), testing::Each(v1::RESULT_OUTCOME_CORRECTED));
  EXPECT_EQ(Written().find("canary"), std::string::npos);
  EXPECT_THAT(Recorded(), testing::SizeIs(7));
}

TEST_F(Routing, FoldsEventsThatWereWrittenBeforeIdsWereHashed) {
  v1::ResultsRecorded recorded;
  recorded.set_district("d");
  recorded.set_school("a");
  recorded.set_source("edfi");
  auto& aside = *recorded.add_quarantined();
  aside.set_entry("former");
  aside.set_district("d");
  aside.set_school("a");
  aside.set_source("edfi");
  aside.mutable_result()->set_source_id("canary-2");
  aside.mutable_result()->set_student(students_.Of("d", "canary"));
  decider::State state(nullptr);
  const auto apply = [&](const google::protobuf::Message& event) {
    decider_.Apply({event, core::FromMillis(0), "evidence.0.1"}, state);
  };
  apply(recorded);
  for (const decider::RowChange& row : state.TakeChanges()) {
    EXPECT_EQ(row.value.value_or("").find("canary"), std::string::npos);
  }
  const auto listed = ListedIn(state, common::v1::ROLE_DISTRICT_ADMINISTRATOR, "ada");
  ASSERT_EQ(listed.size(), 1u);
  EXPECT_EQ(listed[0].result().source_id(), "canary-2");
  EXPECT_EQ(listed[0].result().student(), "") << "nothing leads back from the pseudonym";
  v1::QuarantineDiscarded discarded;
  discarded.set_district("d");
  discarded.set_school("a");
  discarded.add_entries("former");
  apply(discarded);
  EXPECT_TRUE(ListedIn(state, common::v1::ROLE_DISTRICT_ADMINISTRATOR, "ada").empty());
}

identities::NamingKeys KeysFrom(unsigned char byte) {
  return identities::NamingKeysFrom(runtime::Secret{byte}, "d");
}

// The checker of the system tests has the same in tests/system/checker/hashes.py.
TEST(SecretConcealment, HashesPartByPart) {
  runtime::Secret secret;
  for (size_t i = 0; i < secret.size(); ++i) secret[i] = static_cast<unsigned char>(i + 1);
  const SecretConcealment concealment(identities::NamingKeysFrom(secret, "d"));
  EXPECT_EQ(HashedId("d", "r-1", concealment), "w2raixjktp6wlz2");
  EXPECT_EQ(HashedId("lakeside", "http://a b//x", concealment),
            "d65a7ubelgsnsl2//zijv3g3rywkrzwa//l6ziklo6qy6wymm");
}

TEST(SecretConcealment, KeepsIdsThatAreCountedUpTogether) {
  const SecretConcealment concealment(KeysFrom(1));
  std::set<std::string> beginnings, hashes;
  for (int i = 0; i < 500; ++i) {
    const std::string hash = HashedId("d", fmt::format("result-{:06}", 4000 + i), concealment);
    beginnings.insert(hash.substr(0, 4));
    hashes.insert(hash);
  }
  EXPECT_EQ(beginnings.size(), 5u) << "one for each hundred";
  EXPECT_EQ(hashes.size(), 500u);
  EXPECT_EQ(HashedId("d", "7", concealment).size(), 15u) << "shorter than what is counted";
}

TEST(SecretConcealment, OpensWhatItSealedAsThatOnly) {
  const SecretConcealment concealment(KeysFrom(1)), other(KeysFrom(2));
  const std::string sealed = concealment.Seal("d", "entry", "first-student-01");
  EXPECT_EQ(sealed.find("student"), std::string::npos);
  EXPECT_EQ(concealment.Seal("d", "entry", "first-student-01"), sealed) << "the same every time";
  EXPECT_EQ(concealment.Open("d", "entry", sealed), "first-student-01");
  EXPECT_FALSE(concealment.Open("d", "another", sealed));
  EXPECT_FALSE(concealment.Open("e", "entry", sealed));
  EXPECT_FALSE(other.Open("d", "entry", sealed));
  std::string flipped = sealed;
  flipped.back() ^= 1;
  EXPECT_FALSE(concealment.Open("d", "entry", flipped));
  EXPECT_FALSE(concealment.Open("d", "entry", ""));
}

}  // namespace
}  // namespace throughline::evidence
