#include "gateway/api/api.h"

#include <gmock/gmock.h>

#include "gateway/api/answers.h"
#include "gateway/api/field_value.h"
#include "gateway/api/fuzz_entry.h"
#include "throughline/common/v1/access.pb.h"
#include "throughline/notifications/v1/notifications_service.pb.h"
#include "throughline/plans/v1/plans_service.pb.h"

namespace throughline::gateway {
namespace {

using google::protobuf::Message;
using testing::HasSubstr;
using Query = std::vector<std::pair<std::string, std::string>>;

const Api& TheApi() {
  static const Api api = *Api::Of(PublicServices());
  return api;
}

// "Method {request}", or "status REASON field".
std::string Read(const Asked& asked) {
  const auto call = TheApi().Read(asked);
  if (call) return call->method->name() + " {" + call->request->ShortDebugString() + "}";
  const Json error = (*ReadJson(call.error().body))["error"];
  const Json& detail = error["details"][0];
  EXPECT_EQ(error["code"], call.error().status);
  return std::to_string(call.error().status) + ' ' + detail["reason"].get<std::string>() +
         (detail.contains("field") ? ' ' + detail["field"].get<std::string>() : "");
}

std::string Header(const platform::http::Response& answer, const std::string& name) {
  for (const auto& [key, value] : answer.headers) {
    if (key == name) return value;
  }
  return "";
}

TEST(JsonApi, ReadsAQuery) {
  const Query query = {{"school", "north"}, {"pageSize", "5"}, {"page_token", "t"}};
  EXPECT_EQ(Read({.verb = "GET", .path = "/v1/teams", .query = query, .district = "lakeside"}),
            "ListTeams {district: \"lakeside\" school: \"north\" page_size: 5 page_token: \"t\"}");
  const Query trigger = {{"trigger", "TRIGGER_OFF_TRACK"}, {"unresolvedOnly", "true"}};
  EXPECT_EQ(Read({.verb = "GET", .path = "/v1/alerts", .query = trigger}),
            "ListAlerts {trigger: TRIGGER_OFF_TRACK unresolved_only: true}");
}

TEST(JsonApi, RefusesAQueryByItsName) {
  const auto refusal = [](const char* path, const Query& query) {
    return Read({.verb = "GET", .path = path, .query = query});
  };
  EXPECT_EQ(refusal("/v1/teams", {{"scool", "north"}}), "400 QUERY_UNKNOWN scool");
  EXPECT_EQ(refusal("/v1/teams", {{"pageSize", "many"}}), "400 FIELD_INVALID pageSize");
  EXPECT_EQ(refusal("/v1/teams", {{"school", "\xff"}}), "400 FIELD_INVALID school");
  EXPECT_EQ(refusal("/v1/teams", {{"pageSize", "1"}, {"page_size", "1"}}),
            "400 QUERY_REPEATED page_size");
  EXPECT_EQ(refusal("/v1/alerts/a7", {{"alert", "a7"}}), "400 QUERY_UNKNOWN alert");
  EXPECT_EQ(Read({.verb = "POST", .path = "/v1/silences", .query = Query{{"requestId", "r"}}}),
            "400 QUERY_UNKNOWN requestId");
}

TEST(JsonApi, ReadsABodyAndThePath) {
  Asked asked{.verb = "POST", .path = "/v1/alerts/a%3A7:acknowledge"};
  asked.content_type = "Application/JSON; charset=utf-8";
  asked.body = R"({"requestId": "r", "school": "north", "acknowledgedBy": "Ada"})";
  asked.district = "lakeside";
  EXPECT_EQ(Read(asked),
            "AcknowledgeAlert {request_id: \"r\" district: \"lakeside\" school: \"north\" "
            "alert: \"a:7\" acknowledged_by: \"Ada\"}");
  asked.body = R"({"alert": "a:7"})";
  EXPECT_THAT(Read(asked), HasSubstr("alert: \"a:7\""));
  asked.body = R"({"alert": "a:8"})";
  EXPECT_EQ(Read(asked), "400 PATH_CONTRADICTED alert");
}

TEST(JsonApi, PutsThePathIntoMessagesOfTheRequest) {
  Asked asked{.verb = "PUT", .path = "/v1/schools/north"};
  asked.body = R"({"school": {"name": "North"}})";
  asked.district = "lakeside";
  EXPECT_EQ(Read(asked),
            "UpsertSchool {school { district: \"lakeside\" school: \"north\" name: \"North\" }}");
}

TEST(JsonApi, RefusesABodyByWhatIsWrong) {
  Asked asked{.verb = "POST", .path = "/v1/results:ingest"};
  for (const auto& [body, refusal] :
       {std::pair("{", "400 JSON_INVALID"),
        std::pair(R"({"result": []})", "400 FIELD_UNKNOWN result"),
        std::pair(R"({"results": [{"score": "a lot"}]})", "400 FIELD_INVALID results[0].score"),
        std::pair(R"({"source": "a", "source": "b"})", "400 JSON_NAME_REPEATED source"),
        std::pair("[]", "400 FIELD_INVALID")}) {
    asked.body = body;
    EXPECT_EQ(Read(asked), refusal);
  }
  const std::string deep = "{\"results\":" + std::string(100, '[');
  asked.body = deep;
  EXPECT_EQ(Read(asked), "400 JSON_TOO_DEEP");
  asked.body = "{}";
  asked.content_type = "application/xml";
  EXPECT_EQ(Read(asked), "415 BODY_NOT_JSON");
  EXPECT_EQ(Read({.verb = "GET", .path = "/v1/teams", .body = "{}"}), "400 BODY_UNEXPECTED");
}

TEST(JsonApi, TakesTheTenantFromTheCredential) {
  Asked asked{.verb = "POST", .path = "/v1/results:ingest"};
  asked.body = R"({"district": "lakeside"})";
  EXPECT_EQ(Read(asked), "IngestResults {district: \"lakeside\"}");
  asked.district = "lakeside";
  EXPECT_EQ(Read(asked), "IngestResults {district: \"lakeside\"}");
  asked.district = "hillside";
  EXPECT_EQ(Read(asked), "403 DISTRICT_NOT_YOURS district");
  EXPECT_EQ(Read({.verb = "GET", .path = "/v1/districts/lakeside", .district = "hillside"}),
            "403 DISTRICT_NOT_YOURS district");
  asked.verb = "PUT";
  asked.path = "/v1/schools/north";
  asked.body = R"({"school": {"district": "lakeside"}})";
  EXPECT_EQ(Read(asked), "403 DISTRICT_NOT_YOURS school.district");
}

// Whatever is called, and however the request names its tenant: another one is refused.
TEST(JsonApi, RefusesAnotherTenantOnEveryRouteThatNeedsACredential) {
  for (const Route* route : TheApi().routes().routes()) {
    const auto& allowed = route->method->options().GetExtension(common::v1::allowed);
    EXPECT_EQ(route->district.empty(), allowed.roles().empty()) << route->method->full_name();
    if (route->district.empty()) continue;
    EXPECT_EQ(route->district.back()->name(), "district") << route->method->full_name();
  }
}

TEST(JsonApi, TakesTheRequestIdFromTheIdempotencyKey) {
  Asked asked{.verb = "DELETE", .path = "/v1/subscriptions/s"};
  asked.idempotency_key = "k1";
  EXPECT_EQ(Read(asked), "DeleteSubscription {request_id: \"k1\" subscription: \"s\"}");
  asked.idempotency_key = "\"k1\"";
  EXPECT_EQ(Read(asked), "DeleteSubscription {request_id: \"k1\" subscription: \"s\"}");
  const Query query = {{"requestId", "k1"}};
  asked.query = query;
  EXPECT_EQ(Read(asked), "DeleteSubscription {request_id: \"k1\" subscription: \"s\"}");
  asked.idempotency_key = "k2";
  EXPECT_EQ(Read(asked), "400 IDEMPOTENCY_KEY_CONTRADICTED requestId");
  const std::string long_key(129, 'k');
  for (std::string_view key : {"\"\"", "k\n", "\xc3\xa4", long_key.c_str()}) {
    asked.idempotency_key = key;
    EXPECT_EQ(Read(asked), "400 IDEMPOTENCY_KEY_INVALID") << key;
  }
  EXPECT_EQ(Read({.verb = "GET", .path = "/v1/teams", .idempotency_key = "k"}), "ListTeams {}");
}

TEST(JsonApi, SaysWhatAPathTakes) {
  EXPECT_EQ(Read({.verb = "GET", .path = "/v1/nothing"}), "404 PATH_UNKNOWN");
  const auto answer = TheApi().Read({.verb = "PATCH", .path = "/v1/subscriptions"});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().status, 405);
  EXPECT_EQ(Header(answer.error(), "Allow"), "GET, POST");
}

TEST(JsonApi, AnswersWithTheResponse) {
  const auto call = TheApi().Read({.verb = "GET", .path = "/v1/districts/lakeside"});
  ASSERT_TRUE(call);
  plans::v1::GetDistrictResponse response;
  response.mutable_district()->set_version(3);
  const platform::http::Response answer =
      TheApi().Answer(*call->method, response.SerializeAsString());
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(Header(answer, "Content-Type"), "application/json");
  EXPECT_EQ((*ReadJson(answer.body))["district"]["version"], "3");
  EXPECT_EQ(TheApi().Answer(*call->method, "\xff").status, 500);
}

TEST(JsonApi, HoldsWhatTheFuzzerDemands) {
  for (const char* text :
       {"", "0", "0{}", "7/v1/teams\nschool=north", "a/v1/silences\n{\"silence\": {}}",
        "b{\"requestId\": \"\\ud83d\\ude00\", \"expectedVersion\": 1e3}"}) {
    FuzzApi(text);
  }
}

TEST(Answers, HaveTheStatusOfTheirCode) {
  const auto status = [](int code) { return HttpStatusOf(static_cast<core::Code>(code)); };
  const int expected[] = {200, 499, 500, 400, 504, 404, 409, 403, 429,
                          400, 409, 400, 501, 500, 503, 500, 401};
  for (int code = 0; code < 17; ++code) EXPECT_EQ(status(code), expected[code]) << code;
  EXPECT_EQ(status(99), 500);
  EXPECT_EQ(status(-1), 500);
}

TEST(Answers, SayWhenToTryAgain) {
  const auto answer = [](core::Code code) {
    return ErrorAnswer({code, "REASON", "Sentence.", ""});
  };
  EXPECT_EQ(Header(answer(core::Code::kResourceExhausted), "Retry-After"), "1");
  EXPECT_EQ(Header(answer(core::Code::kUnavailable), "Retry-After"), "1");
  EXPECT_EQ(Header(answer(core::Code::kAborted), "Retry-After"), "");
  EXPECT_EQ(Header(answer(core::Code::kUnauthenticated), "WWW-Authenticate"), "Bearer");
}

TEST(Answers, NameFieldsAsJsonDoes) {
  const auto body = [](const char* message, const char* field) {
    return ErrorAnswer({core::Code::kInvalidArgument, "R", message, field}).body;
  };
  EXPECT_THAT(body("plan.measures[0].due_date must be a day.", "plan.measures[0].due_date"),
              HasSubstr(R"("message":"plan.measures[0].dueDate must be a day.","details":)"
                        R"([{"reason":"R","field":"plan.measures[0].dueDate"}])"));
  EXPECT_THAT(body("It is there already.", "design.indicators[close_reading].predicted_effect"),
              HasSubstr(R"("field":"design.indicators[close_reading].predictedEffect")"));
  EXPECT_THAT(body("There is no team third_grade.", "team"), HasSubstr("no team third_grade."));
  // Fields that the sentence names beside, too; no id of somebody's.
  EXPECT_THAT(body("analyze_days and design_days add up to cycle_days.", "policy.cycle_days"),
              HasSubstr("analyzeDays and designDays add up to cycleDays."));
  EXPECT_THAT(body("There is no team x-cycle_days: expected_version: 7.", "team"),
              HasSubstr("There is no team x-cycle_days: expectedVersion: 7."));
  EXPECT_THAT(body("", "Content-Type"), HasSubstr(R"("field":"Content-Type")"));
}

TEST(Answers, TellSeveralFindingsApart) {
  const std::string body =
      ErrorAnswer({core::Code::kFailedPrecondition, "UNANSWERED",
                   "It cannot end.\nplan.evidence_use: evidence_use is missing.\n"
                   "plan.measures[0]: It has no target.",
                   "plan.evidence_use"})
          .body;
  EXPECT_THAT(body, HasSubstr(R"("details":[{"reason":"UNANSWERED","field":"plan.evidenceUse",)"));
  EXPECT_THAT(body, HasSubstr(R"({"reason":"UNANSWERED","field":"plan.measures[0]",)"
                              R"("message":"It has no target."}])"));
  EXPECT_THAT(body, HasSubstr(R"("message":"It cannot end. plan.evidenceUse: )"));
}

TEST(Fields, OfAnEnumNameWhatThereIs) {
  const auto* trigger =
      notifications::v1::ListAlertsRequest::descriptor()->FindFieldByName("trigger");
  const std::string wanted = Wanted(*trigger);
  EXPECT_THAT(wanted, HasSubstr("TRIGGER_OFF_TRACK, TRIGGER_GAP_WIDENED"));
  const google::protobuf::EnumDescriptor& triggers = *trigger->enum_type();
  EXPECT_THAT(wanted,
              testing::EndsWith(" or " + triggers.value(triggers.value_count() - 1)->name()));
  EXPECT_THAT(wanted, Not(HasSubstr("UNSPECIFIED")));
  notifications::v1::ListAlertsRequest request;
  for (const char* unknown : {"OFF_TRACK", "99", "-1", ""}) {
    EXPECT_FALSE(SetFromText(unknown, *trigger, request)) << unknown;
  }
  EXPECT_TRUE(SetFromText("2", *trigger, request));
}

TEST(Answers, NameReasonAndFieldInTheShapeOfGoogle) {
  EXPECT_EQ(
      ErrorAnswer({core::Code::kInvalidArgument, "ID_INVALID", "It is no id.", "school"}).body,
      R"({"error":{"code":400,"status":"INVALID_ARGUMENT","message":"It is no id.",)"
      R"("details":[{"reason":"ID_INVALID","field":"school"}]}})");
  const platform::http::Response answer = ErrorAnswer(
      {core::Code::kUnavailable, "RPC_FAILED", "failed to connect to 10.1.2.3:5001", ""});
  EXPECT_THAT(answer.body, Not(HasSubstr("10.1.2.3")));
  EXPECT_THAT(answer.body, HasSubstr("\"reason\":\"UNAVAILABLE\""));
  EXPECT_THAT(ErrorAnswer({core::Code::kInternal, "R", "\xff", ""}).body,
              HasSubstr("\xef\xbf\xbd"));
}

}  // namespace
}  // namespace throughline::gateway
