#include "gateway/cloudevents/events.h"

#include <gmock/gmock.h>

#include <fstream>
#include <sstream>

#include "core/date.h"
#include "gateway/cloudevents/result_data.h"

namespace throughline::gateway::cloudevents {
namespace {

// An event as an SDK wrote it.
struct Recorded {
  explicit Recorded(const std::string& name) {
    std::ostringstream text;
    text << std::ifstream("services/gateway/cloudevents/testdata/" + name).rdbuf();
    const Json recorded = Json::parse(text.str());
    body = recorded["body"];
    headers = recorded["headers"];
    media_type = headers["content-type"].substr(0, headers["content-type"].find(';'));
  }
  Request request() const { return {media_type, headers, body}; }

  std::string body, media_type;
  std::map<std::string, std::string, std::less<>> headers;
};

constexpr char kData[] =
    R"({"source_id": "r-1", "student": "7", "assessment": "a", "class": "c", "score": 85.10,
        "date": "2026-03-02"})";

// The data with one member replaced; null takes it out.
Json DataWith(const char* name, const char* value) {
  Json data = ReadJson(kData).value();
  data.erase(name);
  if (std::string_view(value) != "null") data[name] = ReadJson(value).value();
  return data;
}

std::string ReasonOf(const char* name, const char* value) {
  auto read = ReadResultData(DataWith(name, value));
  return read ? "read" : read.error().reason + " " + read.error().field;
}

std::string ReasonOf(const core::Result<Events>& events) {
  return events ? "read" : events.error().reason + " " + events.error().field;
}

std::string EventWith(const char* name, const char* value) {
  Json event = ReadJson(R"({"specversion": "1.0", "id": "1", "source": "s",
                            "type": "throughline.result.v1"})")
                   .value();
  event["data"] = ReadJson(R"({"source_id": "r-1", "student": "7", "assessment": "a",
                               "date": "2026-03-02"})")
                      .value();
  event.erase(name);
  if (std::string_view(value) != "null") event[name] = ReadJson(value).value();
  return event.dump();
}

core::Result<Events> ReadOne(const std::string& body) {
  return ReadEvents({"application/cloudevents+json", {}, body}, "sis");
}

TEST(Events, OfAnSdkAreTheSameInBothModes) {
  const Recorded binary("sdk_binary.json"), structured("sdk_structured.json");
  const Events one = ReadEvents(binary.request(), "sis").value();
  const Events other = ReadEvents(structured.request(), "sis").value();
  const evidence::v1::Result result = one.understood.pushed.items.at(0).value();
  EXPECT_EQ(result.SerializeAsString(), other.understood.pushed.items.at(0)->SerializeAsString());
  EXPECT_EQ(result.source_id(), "r-1");
  EXPECT_EQ(result.student(), "554433");
  EXPECT_EQ(result.assessment(), "reading-1");
  EXPECT_EQ(result.class_id(), "7b");
  EXPECT_EQ(result.score_text(), "17.50");
  EXPECT_EQ(result.scale_max_text(), "20");
  EXPECT_EQ(result.date(), "2026-03-02");
  EXPECT_EQ(result.modified_at_ms(), core::ToMillis(*core::ParseInstant("2026-03-03T17:00:00Z")))
      << "the time of the event";
  EXPECT_NE(result.source_version(), "");
}

TEST(Events, AreToldApartBySourceAndId) {
  const auto version = [](const std::string& body) {
    return ReadOne(body)->understood.pushed.items.at(0)->source_version();
  };
  EXPECT_EQ(version(EventWith("time", "null")), version(EventWith("subject", "\"x\"")));
  EXPECT_NE(version(EventWith("id", "\"2\"")), version(EventWith("id", "\"1\"")));
  EXPECT_NE(version(EventWith("source", "\"t\"")), version(EventWith("source", "\"s\"")));
}

TEST(Events, AreDecodedInHeaders) {
  Recorded binary("sdk_binary.json");
  const auto version = [&](const char* source) {
    binary.headers["ce-source"] = source;
    auto read = ReadEvents(binary.request(), "sis");
    return read ? read->understood.pushed.items.at(0)->source_version() : read.error().reason;
  };
  EXPECT_EQ(version("r%C3%A4um"), version("r\xC3\xA4um"));
  EXPECT_EQ(version("r%E4um"), "CLOUDEVENT_ATTRIBUTE_INVALID") << "not UTF-8";
  EXPECT_NE(version("100%"), "CLOUDEVENT_ATTRIBUTE_INVALID") << "a percent sign of its own";
}

TEST(Events, AreRefusedWithTheAttribute) {
  EXPECT_EQ(ReasonOf(ReadOne("{")), "JSON_INVALID ");
  EXPECT_EQ(ReasonOf(ReadOne("[]")), "NOT_A_CLOUDEVENT ");
  EXPECT_EQ(ReasonOf(ReadEvents({"text/plain", {}, "{}"}, "sis")), "MEDIA_TYPE_NOT_SUPPORTED ");
  EXPECT_EQ(ReasonOf(ReadEvents({"application/json", {}, "{}"}, "sis")), "NOT_A_CLOUDEVENT ");
  for (const auto& [name, value] :
       std::initializer_list<std::pair<const char*, const char*>>{{"specversion", "\"0.3\""},
                                                                  {"id", "null"},
                                                                  {"id", "\"\""},
                                                                  {"source", "7"},
                                                                  {"type", "null"},
                                                                  {"time", "\"noon\""}}) {
    EXPECT_EQ(ReasonOf(ReadOne(EventWith(name, value))),
              std::string("CLOUDEVENT_ATTRIBUTE_INVALID ") + name);
  }
}

TEST(Events, OfAnotherTypeOrKindAreNoResults) {
  const auto reason = [](const char* name, const char* value) {
    return ReadOne(EventWith(name, value))->understood.pushed.items.at(0).error().reason;
  };
  EXPECT_EQ(reason("type", "\"throughline.result.v2\""), "CLOUDEVENT_TYPE_UNKNOWN");
  EXPECT_EQ(reason("datacontenttype", "\"text/xml\""), "FIELD_INVALID");
  EXPECT_EQ(reason("data", "null"), "FIELD_MISSING");
  EXPECT_TRUE(ReadOne(EventWith("datacontenttype", "\"application/json; charset=utf-8\""))
                  ->understood.pushed.items.at(0));
}

TEST(Events, MayHaveTheirDataAsBytes) {
  Json event = Json::parse(EventWith("data", "null"));
  const auto read = [&] {
    const auto item = ReadOne(event.dump())->understood.pushed.items.at(0);
    return item ? item->source_id() : item.error().reason + " " + item.error().field;
  };
  // {"source_id":"r-9","student":"7","assessment":"a","date":"2026-03-02"}
  event["data_base64"] =
      "eyJzb3VyY2VfaWQiOiJyLTkiLCJzdHVkZW50IjoiNyIsImFzc2Vzc21lbnQiOiJhIiwiZGF0ZSI6IjIwMjYtMDMtMDIi"
      "fQ==";
  EXPECT_EQ(read(), "r-9");
  for (const char* type : {"application/json", "Application/JSON ; charset=utf-8", "text/x+json"}) {
    event["datacontenttype"] = type;
    EXPECT_EQ(read(), "r-9") << type;
  }
  event["datacontenttype"] = "application/octet-stream";
  EXPECT_EQ(read(), "FIELD_INVALID datacontenttype");
  event.erase("datacontenttype");
  for (const char* wrong : {"{}", "e30", "e30*", "e30=="}) {
    event["data_base64"] = wrong;
    EXPECT_EQ(read(), "FIELD_INVALID data_base64") << wrong;
  }
  event["data_base64"] = 7;
  EXPECT_EQ(read(), "FIELD_INVALID data_base64");
  event["data_base64"] = "";
  EXPECT_EQ(read(), "JSON_INVALID ");
  event["data_base64"] = "e30=";  // {}
  EXPECT_EQ(read(), "FIELD_MISSING source_id");
  event["data"] = Json::object();
  EXPECT_EQ(read(), "FIELD_INVALID data_base64") << "both";
}

TEST(Events, OfABatchAreTakenOneByOne) {
  const std::string body = "[" + EventWith("time", "null") + "," + EventWith("id", "null") + ", 7]";
  const auto batch = ReadEvents({"application/cloudevents-batch+json", {}, body}, "sis");
  ASSERT_TRUE(batch);
  const auto& items = batch->understood.pushed.items;
  ASSERT_EQ(items.size(), 3);
  EXPECT_TRUE(items[0]);
  EXPECT_EQ(items[1].error().field, "id");
  EXPECT_EQ(items[2].error().reason, "NOT_A_CLOUDEVENT");
  EXPECT_EQ(ReasonOf(ReadEvents({"application/cloudevents-batch+json", {}, "{}"}, "sis")),
            "NOT_A_BATCH ");
}

TEST(Answer, HasAStatusForOneAndAnEntryForEach) {
  const Events one = ReadOne(EventWith("time", "null")).value();
  const ItemOutcome accepted{evidence::v1::RESULT_OUTCOME_ACCEPTED, {}};
  const ItemOutcome conflict{evidence::v1::RESULT_OUTCOME_REFUSED,
                             {core::Code::kAlreadyExists, "CONTENT_CONFLICT", "Other.", ""}};
  const ItemOutcome rejected;
  EXPECT_EQ(AnswerTo(one, {accepted}).status, 200);
  EXPECT_EQ(Json::parse(AnswerTo(one, {accepted}).body)["outcome"], "accepted");
  EXPECT_EQ(AnswerTo(one, {conflict}).status, 409);
  EXPECT_EQ(AnswerTo(one, {rejected}).status, 422);
  EXPECT_EQ(AnswerTo(ReadOne("{").error()).status, 400);
  EXPECT_EQ(AnswerTo(ReadEvents({"text/plain", {}, "{}"}, "sis").error()).status, 415);

  Events batch = one;
  batch.batch = true;
  const Answer answer = AnswerTo(batch, {conflict});
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(Json::parse(answer.body)["items"][0]["reason"], "CONTENT_CONFLICT");
}

TEST(ResultData, IsReadMemberByMember) {
  const auto result = ReadResultData(ReadJson(R"({
    "source_id": "r", "student": "s 7", "line_item": "l/1", "school": "n", "score": "1e1",
    "scale": {"min": 0, "max": 12.5}, "score_status": "partially graded", "date": "2026-03-02",
    "modified_at": "2026-03-02T10:00:00Z"})")
                                         .value())
                          .value();
  EXPECT_EQ(result.student(), "s 7");
  EXPECT_EQ(result.line_item(), "l/1");
  EXPECT_EQ(result.school(), "n");
  EXPECT_EQ(result.score_text(), "1e1");
  EXPECT_EQ(result.score(), 10);
  EXPECT_EQ(result.scale_max_text(), "12.5");
  EXPECT_EQ(result.score_status(), evidence::v1::SCORE_STATUS_PARTIALLY_GRADED);
  EXPECT_EQ(ReadResultData(ReadJson(kData).value())->score_text(), "85.10");
}

TEST(ResultData, TakesAScoreAwayOnlyWhereItSaysSo) {
  Json data = ReadJson(kData).value();
  const auto status = [&] { return ReadResultData(data)->score_status(); };
  data["score"] = nullptr;
  EXPECT_EQ(status(), evidence::v1::SCORE_STATUS_NOT_SUBMITTED) << "there is none";
  data.erase("score");
  EXPECT_EQ(status(), evidence::v1::SCORE_STATUS_UNSPECIFIED) << "nothing is said of it";
  for (const char* word : {"exempt", "Exempt", "EXEMPT"}) {
    data["score_status"] = word;
    EXPECT_EQ(status(), evidence::v1::SCORE_STATUS_EXEMPT);
    data["score"] = nullptr;
    EXPECT_EQ(status(), evidence::v1::SCORE_STATUS_EXEMPT);
  }
}

TEST(ResultData, MayTakeAResultBack) {
  const auto back = ReadResultData(ReadJson(R"({"source_id": "r", "retracted": true})").value());
  ASSERT_TRUE(back);
  EXPECT_TRUE(back->retracted());
}

TEST(ResultData, IsRefusedWithTheMember) {
  EXPECT_EQ(ReasonOf("score", "null"), "read");
  for (const char* name : {"source_id", "student", "assessment", "date"}) {
    EXPECT_EQ(ReasonOf(name, "null"), std::string("FIELD_MISSING ") + name);
    EXPECT_EQ(ReasonOf(name, "\"\""), std::string("FIELD_INVALID ") + name);
  }
  EXPECT_EQ(ReasonOf("student", "7"), "FIELD_INVALID student");
  EXPECT_EQ(ReasonOf("score", "\"85,1\""), "SCORE_INVALID score");
  EXPECT_EQ(ReasonOf("score", "true"), "SCORE_INVALID score");
  EXPECT_EQ(ReasonOf("scale", "{\"max\": 10}"), "FIELD_INVALID scale");
  EXPECT_EQ(ReasonOf("scale", "{\"min\": 0, \"max\": \"x\"}"), "SCALE_INVALID scale");
  EXPECT_EQ(ReasonOf("score_status", "\"graded\""), "FIELD_INVALID score_status");
  EXPECT_EQ(ReasonOf("date", "\"03/02/2026\""), "FIELD_INVALID date");
  EXPECT_EQ(ReasonOf("modified_at", "\"2026-03-02\""), "FIELD_INVALID modified_at");
  EXPECT_EQ(ReasonOf("retracted", "\"true\""), "FIELD_INVALID retracted");
  EXPECT_EQ(ReasonOf("sore", "5"), "FIELD_UNKNOWN sore");
}

TEST(ResultData, NamesTheWordsThatThereAre) {
  Json data = ReadJson(R"({"source_id": "r", "student": "s", "assessment": "a", "score": 7,
                           "date": "2026-03-02", "score_status": "graded"})")
                  .value();
  EXPECT_THAT(ReadResultData(data).error().message, testing::HasSubstr("not submitted or exempt"));
}

TEST(Events, OfAnyBytesAreSurvived) {
  for (const char* body : {"", "{}", "[]", "[{}]", kData}) Fuzz(body);
  Fuzz(EventWith("time", "null"));
}

}  // namespace
}  // namespace throughline::gateway::cloudevents
