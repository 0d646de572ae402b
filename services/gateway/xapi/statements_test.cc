#include "gateway/xapi/statements.h"

#include <gmock/gmock.h>

#include <fstream>
#include <sstream>

namespace throughline::gateway::xapi {
namespace {

constexpr char kId[] = "c0a80101-3a6d-4b0e-9f65-1f2f3a4b5c6d";

SourceSettings RequestSettings() {
  SourceSettings settings;
  settings.source = "lms";
  settings.students = Prefixes({"https://sis.example.edu/", "mailto:"});
  settings.assessments = Prefixes({"https://lms.example.edu/activities/"});
  settings.classes = Prefixes({"https://lms.example.edu/classes/"});
  return settings;
}

// A request as it was recorded of a real sender.
struct Recorded {
  explicit Recorded(const std::string& name) {
    std::ostringstream text;
    text << std::ifstream("services/gateway/xapi/testdata/" + name).rdbuf();
    const Json recorded = Json::parse(text.str());
    body = recorded["body"];
    version = recorded["headers"]["x-experience-api-version"];
    media_type = recorded["headers"]["content-type"];
    const std::string path = recorded["path"];
    const size_t at = path.find("statementId=");
    if (at != std::string::npos) query = {{"statementId", path.substr(at + 12)}};
  }
  Request request() const { return {version, media_type, query, body}; }

  std::string body, version, media_type;
  std::vector<std::pair<std::string, std::string>> query;
};

Request Post(std::string_view body) {
  return {.version = "1.0.3", .media_type = "application/json", .body = body};
}

std::string ReasonOf(const tl::expected<Batch, Problems>& read) {
  return read ? "read" : read.error().at(0).error.reason;
}

std::string HeaderOf(const Answer& answer, const std::string& name) {
  for (const auto& [header, value] : answer.headers) {
    if (header == name) return value;
  }
  return "";
}

const ItemOutcome kAccepted{evidence::v1::RESULT_OUTCOME_ACCEPTED, {}};
const ItemOutcome kConflict{
    evidence::v1::RESULT_OUTCOME_REFUSED,
    {core::Code::kAlreadyExists, "CONTENT_CONFLICT", "It was another before.", ""}};

TEST(Statements, OfRealSendersAreUnderstood) {
  const Recorded one("xapi_post_one.json"), two("xapi_post_batch.json"),
      voiding("xapi_post_void.json"), put("tincan_put.json");
  const Batch first = ReadPost(one.request(), RequestSettings()).value();
  EXPECT_EQ(first.understood.pushed.items.at(0)->student(), "554433");
  EXPECT_EQ(first.understood.pushed.items.at(0)->score_text(), "17");
  EXPECT_EQ(first.understood.pushed.items.at(0)->class_id(), "7b");

  const Batch both = ReadPost(two.request(), RequestSettings()).value();
  ASSERT_EQ(both.ids.size(), 2);
  EXPECT_EQ(both.ids[1], "8f3f0a2e-7c5c-4f57-9b53-0d4d9e0a7f10");
  EXPECT_EQ(both.understood.pushed.items.at(1)->score_text(), "0.5");

  const Batch taken_back = ReadPost(voiding.request(), RequestSettings()).value();
  EXPECT_TRUE(taken_back.understood.pushed.items.at(0)->retracted());

  const Batch tincan = ReadPut(put.request(), RequestSettings()).value();
  EXPECT_THAT(tincan.ids, testing::ElementsAre(kId));
  EXPECT_EQ(tincan.understood.pushed.items.at(0)->student(), "ann@example.edu");
}

TEST(Statements, SayTheirVersion) {
  const Recorded one("xapi_post_one.json");
  const auto with = [&](const char* version) {
    Request request = one.request();
    request.version = version;
    return ReasonOf(ReadPost(request, RequestSettings()));
  };
  for (const char* version : {"1.0", "1.0.0", "1.0.9", "2.0", "2.0.0"}) {
    EXPECT_EQ(with(version), "read") << version;
  }
  EXPECT_EQ(with(""), "XAPI_VERSION_MISSING");
  for (const char* version : {"0.95", "1.1.0", "1", "2.1.0", "10.0"}) {
    EXPECT_EQ(with(version), "XAPI_VERSION_NOT_SUPPORTED") << version;
  }
}

TEST(Statements, AreTakenAllOrNoneAndEveryFaultIsNamed) {
  const Recorded two("xapi_post_batch.json");
  Json list = Json::parse(two.body);
  list.push_back(list[1]);          // 2: the same id again
  list.push_back({{"verb", "x"}});  // 3: no actor
  const std::string body = list.dump();
  const auto read = ReadPost(Post(body), RequestSettings());
  ASSERT_FALSE(read);
  const Answer answer = AnswerTo(Post(body), read.error());
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(HeaderOf(answer, "X-Experience-API-Version"), "1.0.3");
  const Json problems = Json::parse(answer.body)["problems"];
  ASSERT_EQ(problems.size(), 2);
  EXPECT_EQ(problems[0]["index"], 2);
  EXPECT_EQ(problems[0]["reason"], "STATEMENT_ID_REPEATED");
  EXPECT_EQ(problems[1]["index"], 3);
  EXPECT_EQ(problems[1]["field"], "actor");
}

TEST(Statements, ArePostedWithoutParametersAndAsJson) {
  EXPECT_EQ(ReasonOf(ReadPost(Post("{"), RequestSettings())), "JSON_INVALID");
  EXPECT_EQ(ReasonOf(ReadPost(Post("[]"), RequestSettings())), "NO_STATEMENTS");
  EXPECT_EQ(ReasonOf(ReadPost(Post("7"), RequestSettings())), "NO_STATEMENTS");
  Request mixed = Post("{}");
  mixed.media_type = "multipart/mixed";
  EXPECT_EQ(ReasonOf(ReadPost(mixed, RequestSettings())), "MEDIA_TYPE_NOT_SUPPORTED");
  Request asking = Post("{}");
  asking.query = {{"statementid", kId}};
  EXPECT_EQ(ReasonOf(ReadPost(asking, RequestSettings())), "PARAMETER_UNKNOWN");
  const std::string many = Json(std::vector<int>(kItemsAtMost + 1)).dump();
  const auto read = ReadPost(Post(many), RequestSettings());
  EXPECT_EQ(AnswerTo(Post(many), read.error()).status, 413);
}

TEST(Statements, ArePutOneByOneUnderTheirId) {
  const Recorded put("tincan_put.json");
  const auto with = [&](std::vector<std::pair<std::string, std::string>> query,
                        std::string_view body) {
    Request request = put.request();
    request.query = std::move(query);
    request.body = body;
    return ReasonOf(ReadPut(request, RequestSettings()));
  };
  const std::string other = "00000000-3a6d-4b0e-9f65-1f2f3a4b5c6d";
  EXPECT_EQ(with({}, put.body), "STATEMENT_ID_MISSING");
  EXPECT_EQ(with({{"statementId", "7"}}, put.body), "STATEMENT_ID_MISSING");
  EXPECT_EQ(with({{"statementID", kId}}, put.body), "PARAMETER_UNKNOWN");
  EXPECT_EQ(with({{"statementId", other}}, put.body), "STATEMENT_ID_DIFFERS");
  EXPECT_EQ(with({{"statementId", kId}}, "[" + put.body + "]"), "NOT_ONE_STATEMENT");
  Json without = Json::parse(put.body);
  without.erase("id");
  EXPECT_EQ(with({{"statementId", other}}, without.dump()), "read");
}

TEST(Statements, WithoutIdsThatAreTheSameAreTwo) {
  Json statement = Json::parse(Recorded("xapi_post_one.json").body);
  statement.erase("id");
  const std::string body = Json::array({statement, statement}).dump();
  const auto ids = [&](std::string_view occasion) {
    Request request = Post(body);
    request.occasion = occasion;
    return ReadPost(request, RequestSettings())->ids;
  };
  EXPECT_NE(ids("k")[0], ids("k")[1]);
  EXPECT_EQ(ids("k"), ids("k")) << "the request is sent again";
  EXPECT_NE(ids("k"), ids("l"));
}

TEST(Statements, AreAnsweredWithTheirIds) {
  const Recorded two("xapi_post_batch.json");
  const Batch batch = ReadPost(two.request(), RequestSettings()).value();
  const Answer answer = AnswerToPost(two.request(), batch, {kAccepted, kAccepted});
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(Json::parse(answer.body), Json(batch.ids));
  EXPECT_EQ(HeaderOf(answer, "Throughline-Outcomes"), "accepted=2");

  const Answer conflict = AnswerToPost(two.request(), batch, {kAccepted, kConflict});
  EXPECT_EQ(conflict.status, 409);
  EXPECT_EQ(Json::parse(conflict.body)["problems"][0]["index"], 1);
  EXPECT_EQ(HeaderOf(conflict, "Throughline-Outcomes"), "accepted=1, rejected=1");
}

TEST(Statements, ThatArePutAreAnsweredWithNothing) {
  const Recorded put("tincan_put.json");
  const Batch batch = ReadPut(put.request(), RequestSettings()).value();
  const Answer answer = AnswerToPut(put.request(), batch, {kAccepted});
  EXPECT_EQ(answer.status, 204);
  EXPECT_EQ(answer.body, "");
  EXPECT_EQ(AnswerToPut(put.request(), batch, {kConflict}).status, 409);
}

TEST(About, SaysTheVersions) {
  const Json about = Json::parse(About().body);
  EXPECT_THAT(about["version"].get<std::vector<std::string>>(),
              testing::IsSupersetOf({"1.0.0", "1.0.3", "2.0.0"}));
}

TEST(Statements, OfAnyBytesAreSurvived) {
  for (const char* body : {"", "{}", "[]", "[{}, 7]", R"({"actor": []})"}) Fuzz(body);
  Fuzz(Recorded("xapi_post_batch.json").body);
}

}  // namespace
}  // namespace throughline::gateway::xapi
