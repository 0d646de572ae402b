// The endpoints as a client meets them: requests in, answers out, with services that are played.
#include <gmock/gmock.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <fstream>
#include <sstream>

#include "gateway/standards.h"
#include "throughline/evidence/v1/evidence_service.pb.h"
#include "throughline/plans/v1/plans_service.pb.h"

namespace throughline::gateway {
namespace {

// Plans and evidence: keeps what is ingested, and answers as it is told to.
class Services : public UnaryCalls {
 public:
  void Start(UnaryCall call, Done done) override {
    UnaryAnswer answer;
    if (call.method.ends_with("GetDistrict")) {
      plans::v1::GetDistrictResponse response;
      response.mutable_district()->set_time_zone("America/Chicago");
      answer.response = response.SerializeAsString();
    } else if (call.method.ends_with("GetAssessment")) {
      evidence::v1::GetAssessmentRequest request;
      request.ParseFromString(call.request);
      const auto known = assessments.find(request.assessment());
      evidence::v1::GetAssessmentResponse response;
      if (known != assessments.end()) *response.mutable_assessment() = known->second;
      if (known == assessments.end())
        answer.status = {grpc::StatusCode::NOT_FOUND, "there is none"};
      answer.response = response.SerializeAsString();
    } else if (call.method.ends_with("DefineAssessments")) {
      defined.emplace_back().ParseFromString(call.request);
      answer.response = evidence::v1::DefineAssessmentsResponse().SerializeAsString();
    } else {
      evidence::v1::IngestResultsRequest request;
      request.ParseFromString(call.request);
      answer.status = status;
      answer.response = Outcomes(request).SerializeAsString();
      ingested.push_back(std::move(request));
    }
    done(std::move(answer));
  }

  std::vector<evidence::v1::IngestResultsRequest> ingested;
  std::map<std::string, evidence::v1::Assessment> assessments;
  std::vector<evidence::v1::DefineAssessmentsRequest> defined;
  grpc::Status status;
  std::string conflict;  // the source version that contradicts what was said before

 private:
  evidence::v1::IngestResultsResponse Outcomes(
      const evidence::v1::IngestResultsRequest& request) const {
    evidence::v1::IngestResultsResponse response;
    for (int i = 0; i < request.results_size(); ++i) {
      const bool refused = !conflict.empty() && request.results(i).source_version() == conflict;
      response.add_outcomes(refused ? evidence::v1::RESULT_OUTCOME_REFUSED
                                    : evidence::v1::RESULT_OUTCOME_ACCEPTED);
      if (!refused) continue;
      auto& problem = *response.add_problems();
      problem.set_index(i);
      problem.set_reason("CONTENT_CONFLICT");
    }
    return response;
  }
};

// A request whose body comes in pieces.
class Sent : public http::Exchange {
 public:
  Sent(http::Request request, std::string body)
      : asked(std::move(request)), body_(std::move(body)) {}
  const http::Request& request() const override { return asked; }
  http::Task<core::Result<std::string>> Read() override {
    constexpr size_t kPiece = 100;
    std::string piece = body_.substr(0, kPiece);
    body_.erase(0, kPiece);
    co_return piece;
  }
  http::Task<bool> Begin(const http::Response&) override { co_return false; }
  http::Task<bool> Write(std::string_view) override { co_return false; }
  bool stopping() const override { return false; }
  http::Request asked;

 private:
  std::string body_;
};

http::Response NothingThere(const http::Request&, int status) { return {.status = status}; }

class SourceRoutes : public testing::Test {
 protected:
  SourceRoutes() { AddRoutesOfStandards({routes_, guard_, services_, sources_}); }

  http::Response Send(const std::string& method, const std::string& target, std::string body,
                      std::map<std::string, std::string, std::less<>> headers = {}) {
    headers.emplace("host", "127.0.0.1");
    headers.emplace("content-type", "application/json");
    headers.emplace("throughline-district", "lakeside");
    Sent exchange({.method = method, .target = target, .headers = std::move(headers)},
                  std::move(body));
    if (!http::ReadTarget(exchange.asked)) return {.status = 400};
    http::Response response;
    boost::asio::io_context context;
    boost::asio::co_spawn(context, routes_.Serve(exchange, exchange.asked),
                          [&](const std::exception_ptr& thrown, http::Response answer) {
                            if (thrown) std::rethrow_exception(thrown);
                            response = std::move(answer);
                          });
    context.run();
    return response;
  }
  // As it was recorded of a real sender.
  http::Response Replay(const std::string& file) {
    std::ostringstream text;
    text << std::ifstream("services/gateway/" + file).rdbuf();
    const Json recorded = Json::parse(text.str());
    std::map<std::string, std::string, std::less<>> headers;
    recorded.at("headers").get_to(headers);
    const std::string standard = file.substr(0, file.find('/'));
    return Send(recorded.value("method", "POST"), recorded.value("path", "/" + standard),
                recorded.at("body").get<std::string>(), std::move(headers));
  }
  const evidence::v1::Result& Ingested(int at = 0) { return services_.ingested.at(0).results(at); }
  static std::string HeaderOf(const http::Response& response, const std::string& name) {
    for (const auto& [header, value] : response.headers) {
      if (header == name) return value;
    }
    return "";
  }

  std::unique_ptr<platform::Access> access_ = platform::Access::Open();
  RequestGuard guard_{*access_, {}};
  Services services_;
  DeclaredSources sources_ = DeclaredSources::Read(R"({"lakeside": {
        "canvas": {"students": ["https://example.edu/users/"], "time_zone": "UTC"},
        "vendor": {"columns": {"student": "ID", "score": "Points", "date": "Day"},
                   "constants": {"assessment": "fall", "class": "7b"}}}})")
                                 .value();
  http::Routes routes_{NothingThere};
};

TEST_F(SourceRoutes, TakeWhatRealSendersSend) {
  for (const char* file :
       {"caliper/testdata/ims_caliper_request.json", "xapi/testdata/xapi_post_one.json",
        "xapi/testdata/xapi_post_batch.json", "xapi/testdata/xapi_post_void.json",
        "cloudevents/testdata/sdk_binary.json", "cloudevents/testdata/sdk_structured.json"}) {
    EXPECT_EQ(Replay(file).status, 200) << file;
  }
  EXPECT_EQ(Replay("xapi/testdata/tincan_put.json").status, 204);
  EXPECT_EQ(services_.ingested.size(), 7);
  EXPECT_EQ(services_.ingested[0].source(), "caliper");
  EXPECT_EQ(services_.ingested[0].district(), "lakeside");
}

TEST_F(SourceRoutes, KnowTheDeclaredNamesOfASource) {
  const std::string envelope = Json::parse(R"({
    "sensor": "s", "sendTime": "2026-03-02T16:55:00.000Z",
    "dataVersion": "http://purl.imsglobal.org/ctx/caliper/v1p2",
    "data": [{"id": "urn:uuid:1", "type": "GradeEvent", "action": "Graded",
      "object": {"id": "a/1", "assignee": "https://example.edu/users/7", "assignable": "q"},
      "eventTime": "2026-03-03T03:00:00.000Z", "generated": {"scoreGiven": 7}}]})")
                                   .dump();
  EXPECT_EQ(Send("POST", "/caliper/canvas", envelope).status, 200);
  EXPECT_EQ(Send("POST", "/caliper", envelope).status, 200);
  EXPECT_EQ(services_.ingested[0].source(), "canvas");
  EXPECT_EQ(services_.ingested[0].results(0).student(), "7");
  EXPECT_EQ(services_.ingested[0].results(0).date(), "2026-03-03");
  EXPECT_EQ(services_.ingested[1].results(0).student(), "https://example.edu/users/7");
  EXPECT_EQ(services_.ingested[1].results(0).date(), "2026-03-02") << "the district's evening";

  services_.conflict = "urn:uuid:1";
  EXPECT_EQ(Send("POST", "/caliper", envelope).status, 409);
}

TEST_F(SourceRoutes, RefuseInTheWordsOfTheirStandard) {
  EXPECT_EQ(Send("POST", "/caliper", "{}", {{"content-type", "text/plain"}}).status, 415);
  EXPECT_EQ(Send("POST", "/caliper", "{}").status, 400);
  const http::Response unversioned = Send("POST", "/xapi/statements", "{}");
  EXPECT_EQ(unversioned.status, 400);
  EXPECT_NE(HeaderOf(unversioned, "X-Experience-API-Version"), "");
  EXPECT_NE(HeaderOf(unversioned, "X-Experience-API-Consistent-Through"), "");
  EXPECT_EQ(Send("POST", "/cloudevents", "<a/>", {{"content-type", "text/xml"}}).status, 415);
  EXPECT_EQ(Send("POST", "/csv/unheard-of", "").status, 404);
  EXPECT_EQ(Send("POST", "/csv/vendor", "ID,Day\n").status, 400);
  EXPECT_EQ(Send("POST", "/caliper/a%20b", "{}").status, 400);
  EXPECT_TRUE(services_.ingested.empty());
}

TEST_F(SourceRoutes, NeedADistrict) {
  for (const Standard& standard : Standards()) {
    const std::string path(standard.push);
    EXPECT_EQ(Send("POST", path, "{}", {{"throughline-district", ""}}).status, 400) << path;
  }
}

TEST_F(SourceRoutes, SayThatAServiceIsAway) {
  services_.status = grpc::Status(grpc::StatusCode::UNAVAILABLE, "away");
  const http::Response away = Replay("xapi/testdata/xapi_post_one.json");
  EXPECT_EQ(away.status, 503);
  EXPECT_NE(HeaderOf(away, "X-Experience-API-Version"), "");
  EXPECT_EQ(Replay("cloudevents/testdata/sdk_binary.json").status, 503);
  services_.status = grpc::Status(grpc::StatusCode::PERMISSION_DENIED, "no");
  EXPECT_EQ(Replay("caliper/testdata/ims_caliper_request.json").status, 401);
  EXPECT_EQ(Replay("xapi/testdata/xapi_post_one.json").status, 403);
}

TEST_F(SourceRoutes, SayWhatTheySpeakToAnybody) {
  const http::Response about = Send("GET", "/xapi/about", "", {{"throughline-district", ""}});
  EXPECT_EQ(about.status, 200);
  EXPECT_EQ(Json::parse(about.body)["version"][0], "2.0.0");
}

TEST_F(SourceRoutes, SayToASensorWhatTheyTake) {
  for (const char* path : {"/caliper", "/caliper/canvas"}) {
    const http::Response answer = Send("GET", path, "");
    EXPECT_EQ(answer.status, 200) << path;
    EXPECT_TRUE(Json::parse(answer.body).contains("caliper_supported_versions"));
  }
}

TEST_F(SourceRoutes, TakeStatementsWithoutIdsAsNewOnesUnlessTheRequestIsTheSame) {
  const std::string statement = R"({"actor": {"mbox": "mailto:ann@example.edu"},
    "verb": {"id": "http://adlnet.gov/expapi/verbs/passed"}, "object": {"id": "https://lms/a"},
    "result": {"score": {"scaled": 0.5}}})";
  const auto id_under = [&](const std::string& key) {
    std::map<std::string, std::string, std::less<>> headers = {
        {"x-experience-api-version", "1.0.3"}};
    if (!key.empty()) headers["idempotency-key"] = key;
    const http::Response answer = Send("POST", "/xapi/statements", statement, headers);
    EXPECT_EQ(answer.status, 200);
    const auto& taken = services_.ingested.back().results(0);
    EXPECT_EQ(taken.source_id(), Json::parse(answer.body)[0].get<std::string>());
    EXPECT_TRUE(taken.day_of_arrival());
    return taken.source_id();
  };
  EXPECT_NE(id_under(""), id_under(""));
  EXPECT_EQ(id_under("k"), id_under("k"));
  EXPECT_NE(id_under("k"), id_under("l"));
  EXPECT_EQ(services_.ingested[2].SerializeAsString(), services_.ingested[3].SerializeAsString())
      << "the same request, to the letter";
}

// The body as gzip writes it; its text is `[]`.
TEST_F(SourceRoutes, UnderstandGzipAndRefuseOtherEncodingsByTheirNames) {
  const std::string packed(
      "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff\x8b\x8e\x05\x00\x29\xbb\x4c"
      "\x0d\x02\x00\x00\x00",
      22);
  for (const Standard& standard : Standards()) {
    const std::string path(standard.push);
    std::map<std::string, std::string, std::less<>> headers = {
        {"x-experience-api-version", "1.0.3"}, {"content-encoding", "GZIP"}};
    if (path == "/cloudevents") {
      headers["content-type"] = "application/cloudevents-batch+json";
    }
    const http::Response plain = Send("POST", path, packed, headers);
    EXPECT_EQ(plain.body.find("BODY_NOT_GZIP"), std::string::npos) << path << plain.body;
    EXPECT_EQ(plain.body.find("JSON_INVALID"), std::string::npos) << path << plain.body;
    const http::Response broken = Send("POST", path, packed.substr(0, 15), headers);
    EXPECT_EQ(broken.status, 400) << path;
    EXPECT_NE(broken.body.find("BODY_NOT_GZIP"), std::string::npos) << path << broken.body;
    headers["content-encoding"] = "br";
    const http::Response refused = Send("POST", path, packed, headers);
    EXPECT_EQ(refused.status, 415) << path;
    EXPECT_NE(refused.body.find("encoded as br"), std::string::npos) << path << refused.body;
    EXPECT_EQ(HeaderOf(refused, "Accept-Encoding"), "gzip");
  }
}

TEST_F(SourceRoutes, TakeAFileInStretches) {
  std::string file = "ID,Points,Day\n";
  for (int i = 0; i < 1200; ++i) file += std::to_string(i) + ",85.10,2026-03-02\n";
  file += "7,x,2026-03-02\n";
  const http::Response dry = Send("POST", "/csv/vendor?dry_run=true", file);
  EXPECT_EQ(dry.status, 200);
  EXPECT_EQ(Json::parse(dry.body)["results"], 1200);
  EXPECT_TRUE(services_.ingested.empty()) << "nothing is pushed";

  const http::Response pushed = Send("POST", "/csv/vendor", file, {{"idempotency-key", "k"}});
  EXPECT_EQ(pushed.status, 200);
  const Json body = Json::parse(pushed.body);
  EXPECT_EQ(body["outcomes"], Json::parse(R"({"accepted": 1200, "rejected": 1})"));
  EXPECT_EQ(body["named"].back()["line"], 1202);
  ASSERT_EQ(services_.ingested.size(), 3);
  EXPECT_EQ(services_.ingested[2].results_size(), 200);
  EXPECT_EQ(Ingested().score_text(), "85.10");
  EXPECT_NE(services_.ingested[0].request_id(), services_.ingested[1].request_id());
}

TEST_F(SourceRoutes, ReadAFileThroughAMappingOfTheRequest) {
  const std::string mapping = http::PercentEncode(
      R"({"columns": {"student": 1, "score": 2, "date": 3}, "header": false, "delimiter": ";",
          "decimal": ",", "constants": {"line_item": "l-1"}})");
  const http::Response pushed =
      Send("POST", "/csv/vendor?mapping=" + mapping, "7;12,5;2026-03-02\n");
  EXPECT_EQ(pushed.status, 200) << pushed.body;
  EXPECT_EQ(services_.ingested.at(0).source(), "vendor");
  EXPECT_EQ(Ingested().line_item(), "l-1");
  EXPECT_EQ(Ingested().score_text(), "12.5");
  EXPECT_EQ(Send("POST", "/csv/vendor?mapping=%7B", "").status, 400);
}

TEST_F(SourceRoutes, NameTheScalesOfAssessmentsThatNameNone) {
  for (const char* name : {"fall", "winter"}) services_.assessments[name].set_assessment(name);
  services_.assessments["fall"].set_scale_max(40);
  services_.assessments["winter"].set_scale("points");
  const std::string mapping = http::PercentEncode(
      R"({"columns": {"student": 1, "score": 2, "date": 3}, "header": false,
          "constants": {"assessment": "fall"},
          "scales": {"fall": "rit", "winter": "rit", "spring": "rit"}})");
  const std::string file = "7,12,2026-03-02\n";
  EXPECT_EQ(Send("POST", "/csv/vendor?dry_run=true&mapping=" + mapping, file).status, 200);
  EXPECT_TRUE(services_.defined.empty());
  EXPECT_EQ(Send("POST", "/csv/vendor?mapping=" + mapping, file).status, 200);
  ASSERT_EQ(services_.defined.size(), 1);
  ASSERT_EQ(services_.defined[0].assessments_size(), 1) << "one has a scale, one is not there yet";
  EXPECT_EQ(services_.defined[0].assessments(0).assessment(), "fall");
  EXPECT_EQ(services_.defined[0].assessments(0).scale(), "rit");
  EXPECT_EQ(services_.defined[0].assessments(0).scale_max(), 40);
  EXPECT_EQ(services_.ingested.size(), 1);
}

TEST(DeclaredSources, AreRefusedWithTheirPlace) {
  const std::pair<const char*, const char*> wrong[] = {
      {"[", ""},
      {"[]", ""},
      {R"({"a b": {}})", "a b"},
      {R"({"d": {"s": 1}})", "d/s"},
      {R"({"d": {"s t": {}}})", "d/s t/source"},
      {R"({"d": {"s": {"time_zone": "Mars"}}})", "d/s/time_zone"},
      {R"({"d": {"s": {"columns": {"student": "a"}}}})", "d/s/date"}};
  for (const auto& [text, where] : wrong) {
    auto read = DeclaredSources::Read(text);
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error().reason, "SOURCES_INVALID");
    EXPECT_EQ(read.error().field, where) << text;
  }
}

}  // namespace
}  // namespace throughline::gateway
