#include "gateway/caliper/envelope.h"

#include <gmock/gmock.h>

#include <fstream>
#include <sstream>

#include "oneroster/conventions.h"

namespace throughline::gateway::caliper {
namespace {

constexpr char kTestdata[] = "services/gateway/caliper/testdata/";

std::string ReadFile(const std::string& name) {
  std::ostringstream text;
  text << std::ifstream(kTestdata + name).rdbuf();
  return text.str();
}

SourceSettings Settings() {
  const std::string section = "https://example.edu/terms/201801/courses/7/sections/";
  SourceSettings settings;
  settings.source = "lms";
  settings.time_zone = "America/Chicago";
  settings.students = Prefixes({"https://example.edu/users/"});
  settings.assessments = Prefixes({section + "1/assess/"});
  settings.classes = Prefixes({section});
  return settings;
}

// An envelope of one GradeEvent, a part of which is replaced.
std::string EnvelopeWith(const std::string& pointer, Json value) {
  Json envelope = Json::parse(R"({
    "sensor": "s", "sendTime": "2020-11-16T16:55:00.000Z",
    "dataVersion": "http://purl.imsglobal.org/ctx/caliper/v1p2",
    "data": [{"id": "urn:uuid:1", "type": "GradeEvent", "action": "Graded", "actor": "t",
      "object": {"id": "a/1", "assignee": "u/1", "assignable": "q/1"},
      "eventTime": "2020-11-16T16:54:00.000Z", "group": "c/1",
      "generated": {"scoreGiven": 7.50, "maxScore": 10}}]})");
  if (!pointer.empty()) envelope[Json::json_pointer(pointer)] = std::move(value);
  return envelope.dump();
}

std::string ReasonOf(const std::string& body) {
  auto read = ReadEnvelope(body, Settings());
  if (!read) return read.error().reason + " " + read.error().field;
  const auto& item = read->pushed.items.at(0);
  return item ? "understood" : item.error().reason + " " + item.error().field;
}

TEST(Envelope, OfARealSensorIsUnderstood) {
  const Json request = Json::parse(ReadFile("ims_caliper_request.json"));
  const Understood understood =
      ReadEnvelope(request["body"].get<std::string>(), Settings()).value();
  EXPECT_EQ(understood.items, 3);
  EXPECT_EQ(understood.ignored(), 2) << "an item without a score, and a use of a tool";
  const evidence::v1::Result result = understood.pushed.items.at(0).value();
  EXPECT_EQ(result.student(), "554433") << "the assignee, not the teacher who graded";
  EXPECT_EQ(result.assessment(), "1");
  EXPECT_EQ(result.class_id(), "1");
  EXPECT_EQ(result.score_text(), "10.25");
  EXPECT_EQ(result.scale_max_text(), "15");
  EXPECT_EQ(result.date(), "2018-11-15");
  EXPECT_EQ(result.source_version(), "urn:uuid:a50ca17f-5971-47bb-8fca-4e6e6879001d");
  EXPECT_TRUE(result.hide_source_id()) << "the address of an attempt has the student in it";
}

TEST(Envelope, OfVersion12IsUnderstood) {
  const Understood understood = ReadEnvelope(ReadFile("envelope_1p2.json"), Settings()).value();
  const auto& items = understood.pushed.items;
  ASSERT_EQ(items.size(), 5);
  EXPECT_EQ(understood.ignored(), 2);
  EXPECT_THAT(understood.places, testing::ElementsAre(0, 1, 2, 3, 4));

  EXPECT_EQ(items[0]->score_text(), "10.0");
  EXPECT_EQ(items[0]->date(), "2020-11-15") << "in Chicago it was the evening before";

  EXPECT_EQ(items[1]->student(), "778899") << "the attempt is whole in its score only";
  EXPECT_EQ(items[1]->class_id(), "1") << "from the membership";
  EXPECT_EQ(items[1]->scale_max_text(), "") << "no maxScore, no scale";

  EXPECT_EQ(items[2]->score_text(), "0");
  EXPECT_EQ(items[2]->scale_max_text(), "0") << "kept: evidence sets it aside";

  EXPECT_FALSE(items[3]->has_score());
  EXPECT_EQ(items[3]->score_status(), evidence::v1::SCORE_STATUS_FULLY_GRADED)
      << "nothing is generated: evidence sets it aside";

  EXPECT_EQ(items[4]->assessment(), throughline::oneroster::IdOf("1/items/3"))
      << "of the event: the attempt says none";
}

TEST(Envelope, TakesAScoreAwayOnlyWhereAScoreSaysThatThereIsNone) {
  const auto status = [](const char* generated) {
    const std::string body = EnvelopeWith("/data/0/generated", Json::parse(generated));
    const auto item = ReadEnvelope(body, Settings())->pushed.items.at(0);
    EXPECT_FALSE(item->has_score()) << generated;
    return item->score_status();
  };
  for (const char* generated :
       {"null", "{}", R"("https://lms/scores/1")", R"({"type": "Person", "name": "Ann"})",
        R"({"type": "Result", "resultScore": 7})", R"({"type": "Result", "scoreGiven": null})",
        R"({"type": "Score", "score": 7})", R"({"type": "Score"})", R"({"scoreGiven": null})",
        R"({"type": "Score", "maxScore": 10})", R"([{"type": "Score", "scoreGiven": null}])"}) {
    EXPECT_EQ(status(generated), evidence::v1::SCORE_STATUS_FULLY_GRADED) << generated;
  }
  for (const char* generated :
       {R"({"type": "Score", "scoreGiven": null})", R"({"type": "SCORE", "scoreGiven": null})",
        R"({"type": "score", "scoreGiven": null, "maxScore": 10})"}) {
    EXPECT_EQ(status(generated), evidence::v1::SCORE_STATUS_SUBMITTED) << generated;
  }
  Json absent = Json::parse(EnvelopeWith("", nullptr));
  absent["data"][0].erase("generated");
  EXPECT_EQ(ReadEnvelope(absent.dump(), Settings())->pushed.items.at(0)->score_status(),
            evidence::v1::SCORE_STATUS_FULLY_GRADED);
}

TEST(Envelope, ReadsTermsInAnyCase) {
  for (const char* type : {"GradeEvent", "gradeevent", "GRADEEVENT"}) {
    Json event = Json::parse(EnvelopeWith("/data/0/type", type));
    event["data"][0]["action"] = std::string(type)[0] == 'g' ? "graded" : "GRADED";
    const auto read = ReadEnvelope(event.dump(), Settings());
    ASSERT_EQ(read->pushed.items.size(), 1) << type;
    EXPECT_EQ(read->pushed.items[0]->score_text(), "7.5");
  }
}

TEST(Envelope, IsRefusedAsAWhole) {
  EXPECT_EQ(ReasonOf("[]"), "CALIPER_ENVELOPE_INVALID ");
  EXPECT_EQ(ReasonOf("{"), "JSON_INVALID ");
  EXPECT_EQ(ReasonOf(EnvelopeWith("/sensor", "")), "CALIPER_ENVELOPE_INVALID sensor");
  EXPECT_EQ(ReasonOf(EnvelopeWith("/sendTime", "today")), "CALIPER_ENVELOPE_INVALID sendTime");
  EXPECT_EQ(ReasonOf(EnvelopeWith("/dataVersion", 1)), "CALIPER_ENVELOPE_INVALID dataVersion");
  EXPECT_EQ(ReasonOf(EnvelopeWith("/data", Json::array())), "CALIPER_ENVELOPE_INVALID data");
  EXPECT_EQ(ReasonOf(EnvelopeWith("/dataVersion", "http://purl.imsglobal.org/ctx/caliper/v2p0")),
            "CALIPER_VERSION_NOT_SUPPORTED dataVersion");
}

TEST(Envelope, NamesWhatAnEventLacks) {
  EXPECT_EQ(ReasonOf(EnvelopeWith("", nullptr)), "understood");
  EXPECT_EQ(ReasonOf(EnvelopeWith("/data/0", "x")), "FIELD_INVALID data");
  EXPECT_EQ(ReasonOf(EnvelopeWith("/data/0/id", nullptr)), "FIELD_MISSING id");
  EXPECT_EQ(ReasonOf(EnvelopeWith("/data/0/object", "a/1")), "FIELD_MISSING object.assignee");
  EXPECT_EQ(ReasonOf(EnvelopeWith("/data/0/object/id", 5)), "FIELD_MISSING object.id");
  EXPECT_EQ(ReasonOf(EnvelopeWith("/data/0/object/assignable", nullptr)),
            "FIELD_MISSING object.assignable");
  EXPECT_EQ(ReasonOf(EnvelopeWith("/data/0/eventTime", "noon")), "FIELD_INVALID eventTime");
  EXPECT_EQ(ReasonOf(EnvelopeWith("/data/0/generated/scoreGiven", true)),
            "SCORE_INVALID generated.scoreGiven");
  EXPECT_EQ(ReasonOf(EnvelopeWith("/data/0/generated/maxScore", "ten")),
            "SCALE_INVALID generated.maxScore");
}

TEST(Answer, HasTheStatusOfTheSpecification) {
  const auto status = [](const std::string& body) {
    return AnswerTo(ReadEnvelope(body, Settings()).error()).status;
  };
  EXPECT_EQ(AnswerTo(CheckMediaType("text/plain").error()).status, 415);
  EXPECT_TRUE(CheckMediaType("application/json"));
  EXPECT_EQ(status("{"), 400);
  EXPECT_EQ(status(EnvelopeWith("/sensor", nullptr)), 400);
  EXPECT_EQ(status(EnvelopeWith("/dataVersion", "v9")), 422);
  EXPECT_EQ(status(EnvelopeWith("/data", Json(std::vector<int>(kItemsAtMost + 1)))), 413);
}

TEST(Configuration, SaysWhatIsTaken) {
  const Answer answer = Configuration(16 << 20);
  EXPECT_EQ(answer.status, 200);
  const Json body = Json::parse(answer.body);
  EXPECT_EQ(body["caliper_maximum_payload_size"], 16'384);
  for (const auto& version : body["caliper_supported_versions"]) {
    EXPECT_EQ(ReasonOf(EnvelopeWith("/dataVersion", version)), "understood");
  }
  EXPECT_EQ(body["caliper_supported_versions"].size(), 2);
}

TEST(Answer, SaysWhatBecameOfEach) {
  const Understood two = ReadEnvelope(ReadFile("envelope_1p2.json"), Settings()).value();
  const Understood one = ReadEnvelope(EnvelopeWith("", nullptr), Settings()).value();
  const ItemOutcome accepted{evidence::v1::RESULT_OUTCOME_ACCEPTED, {}};
  const core::Error contradiction{core::Code::kAlreadyExists, "CONTENT_CONFLICT", "Other.", ""};
  const ItemOutcome conflict{evidence::v1::RESULT_OUTCOME_REFUSED, contradiction};
  const ItemOutcome rejected{evidence::v1::RESULT_OUTCOME_UNSPECIFIED, {}};

  EXPECT_EQ(AnswerTo(one, {accepted}).status, 200);
  EXPECT_EQ(AnswerTo(one, {conflict}).status, 409);
  EXPECT_EQ(AnswerTo(one, {rejected}).status, 422);
  const Answer mixed = AnswerTo(two, {conflict, accepted, accepted, accepted, rejected});
  EXPECT_EQ(mixed.status, 200);
  const Json body = Json::parse(mixed.body);
  EXPECT_EQ(body["ignored"], 2);
  EXPECT_EQ(body["items"][0]["reason"], "CONTENT_CONFLICT");
  EXPECT_EQ(body["items"][1]["outcome"], "accepted");
  EXPECT_EQ(body["items"][6]["outcome"], "ignored");
}

TEST(Envelope, OfAnyBytesIsSurvived) {
  for (const char* body : {"", "{}", "[[]]", R"({"data": [1]})"}) Fuzz(body);
  Fuzz(ReadFile("envelope_1p2.json"));
}

}  // namespace
}  // namespace throughline::gateway::caliper
