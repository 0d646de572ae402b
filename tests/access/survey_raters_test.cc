// Nothing that is kept of an answer to a survey leads back to whoever gave it: neither the log,
// with commands and events as they are on a broker, nor the audit trail.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <thread>

#include "guarded_services.h"
#include "throughline/plans/v1/survey_events.pb.h"

namespace throughline {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr size_t kUuid = 36;

class SurveyRaters : public testing::Test {
 protected:
  SurveyRaters() {
    plans::v1::CreateDistrictRequest create;
    create.mutable_district()->set_district("d");
    create.mutable_district()->set_time_zone("UTC");
    EXPECT_EQ(Call("PlansService/CreateDistrict", administrator_, create), kOk);
    plans::v1::UpsertSchoolRequest school;
    school.mutable_school()->set_district("d");
    school.mutable_school()->set_school("s");
    while (Call("PlansService/UpsertSchool", administrator_, school) != kOk) {
      std::this_thread::yield();  // the partition takes the district over in its own time
    }
    plans::v1::OpenSurveyRoundRequest open;
    open.set_district("d");
    open.set_school("s");
    open.set_last_day("2026-09-05");
    const auto answer = services_.Begin("/throughline.plans.v1.SurveysService/OpenSurveyRound",
                                        administrator_, open.SerializeAsString())();
    EXPECT_EQ(answer.status.error_code(), kOk) << answer.status.error_message();
    plans::v1::OpenSurveyRoundResponse opened;
    opened.ParseFromString(answer.response);
    round_ = opened.round();
    services_.audit().Take();
  }

  grpc::StatusCode Call(const std::string& method, const std::string& token,
                        const google::protobuf::Message& request) {
    return services_.Call("/throughline.plans.v1." + method, token, request.SerializeAsString())
        .error_code();
  }
  std::string Token(const std::string& role, const std::string& subject) {
    nlohmann::json claims = {{"sub", subject}};
    if (role != "district_leader") claims["school"] = "s";
    if (role == "team_member") claims["team"] = "t";
    return services_.TokenWith(role, "d", claims);
  }
  void Answer(const std::string& role, const std::string& subject, int level,
              grpc::StatusCode expected = kOk) {
    plans::v1::AnswerSurveyRequest answer;
    answer.set_district("d");
    answer.set_school("s");
    answer.set_round(round_.round());
    answer.set_rater("somebody else");
    answer.set_group(plans::v1::RATER_GROUP_DISTRICT);
    for (const auto& item : round_.items()) {
      answer.add_answers()->set_factor(item.factor());
      answer.mutable_answers()->rbegin()->set_level(level);
    }
    EXPECT_EQ(Call("SurveysService/AnswerSurvey", Token(role, subject), answer), expected);
  }
  // Headers and values of all records of the plans service.
  std::vector<runtime::Record> Records() {
    std::vector<runtime::Record> records;
    for (const char* topic : {"inbox.plans", "events.plans"}) {
      const auto read = services_.log().Read({topic, 0}, 0, 10'000, 100'000'000);
      EXPECT_TRUE(read);
      for (const auto& stored : *read) records.push_back(stored.record);
    }
    return records;
  }
  std::vector<plans::v1::SurveyBallotCast> Ballots() {
    std::vector<plans::v1::SurveyBallotCast> ballots;
    for (const runtime::Record& record : Records()) {
      runtime::v1::Envelope envelope;
      envelope.ParseFromString(record.headers);
      if (envelope.type() != plans::v1::SurveyBallotCast::descriptor()->full_name()) continue;
      EXPECT_EQ(envelope.request_id().size(), kUuid) << "random, and not made of the caller's name";
      EXPECT_EQ(envelope.traceparent(), "");
      ballots.emplace_back().ParseFromString(record.value);
    }
    return ballots;
  }

  GuardedServices services_;
  const std::string administrator_ = services_.Token("district_administrator", "d");
  plans::v1::SurveyRound round_;
};

TEST_F(SurveyRaters, AreNotFoundByTheTraceOfTheirCall) {
  Answer("team_member", "ann.of.lakeside", 2);
  EXPECT_EQ(Ballots().size(), 1);  // which are in no trace
  size_t traced = 0;
  for (const runtime::Record& record : Records()) {
    runtime::v1::Envelope envelope;
    envelope.ParseFromString(record.headers);
    traced += envelope.traceparent().empty() ? 0 : 1;
  }
  EXPECT_GT(traced, 0) << "as everything else is";
  for (const runtime::Span& span : services_.spans()) {
    for (const auto& attribute : span.attributes) {
      const auto* text = std::get_if<std::string>(&attribute.value);
      if (text != nullptr) EXPECT_THAT(*text, Not(HasSubstr("of.lakeside")));
    }
  }
}

TEST_F(SurveyRaters, AreNowhereInTheLog) {
  Answer("team_member", "ann.of.lakeside", 2);
  Answer("school_leader", "ben.of.lakeside", 4);
  Answer("district_leader", "cyd.of.lakeside", 3);
  EXPECT_EQ(Ballots().size(), 3);
  for (const runtime::Record& record : Records()) {
    EXPECT_THAT(record.headers, Not(HasSubstr("of.lakeside")));
    EXPECT_THAT(record.value, Not(HasSubstr("of.lakeside")));
    EXPECT_THAT(record.value, Not(HasSubstr("somebody else")));
  }
}

TEST_F(SurveyRaters, CountOnceWhateverTheirRole) {
  Answer("team_member", "ann", 2);
  Answer("school_leader", "ann", 4);
  std::set<std::string> raters;
  for (const auto& ballot : Ballots()) raters.insert(ballot.rater());
  EXPECT_EQ(raters.size(), 1);
}

TEST_F(SurveyRaters, AreNotOnRecordForHavingAnswered) {
  Answer("team_member", "ann", 2);
  for (const auto& record : services_.audit().Take()) {
    EXPECT_EQ(record.action(), audit::v1::ACTION_SIGNED_IN) << record.ShortDebugString();
  }
  Answer("observer", "guest", 2, grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_TRUE(Ballots().size() == 1);
}

}  // namespace
}  // namespace throughline
