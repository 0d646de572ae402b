#include "gateway/xapi/statement.h"

#include <gmock/gmock.h>

namespace throughline::gateway::xapi {
namespace {

constexpr char kOccasion[] = "request 1";

SourceSettings Settings() {
  SourceSettings settings;
  settings.source = "lms";
  settings.time_zone = "America/Chicago";
  settings.students = Prefixes({"https://sis.example.edu/", "mailto:"});
  settings.assessments = Prefixes({"https://lms/a/"});
  settings.classes = Prefixes({"https://lms/c/"});
  return settings;
}

// A statement with some members replaced; null takes one out.
Json StatementWith(std::initializer_list<std::pair<const char*, const char*>> changes = {}) {
  Json statement = ReadJson(R"({
    "id": "8F3F0A2E-7C5C-4F57-9B53-0D4D9E0A7F10",
    "actor": {"account": {"homePage": "https://sis.example.edu", "name": "554433"}},
    "verb": {"id": "http://adlnet.gov/expapi/verbs/passed"},
    "object": {"id": "https://lms/a/quiz-1"},
    "result": {"score": {"raw": 17.50, "min": 0, "max": 20, "scaled": 0.875}},
    "context": {"contextActivities": {"grouping": [{"id": "https://lms/t/1"},
                                                   {"id": "https://lms/c/7b"}]}},
    "timestamp": "2018-11-16T02:00:00Z"})")
                       .value();
  for (const auto& [name, value] : changes) {
    statement.erase(name);
    if (std::string_view(value) != "null") statement[name] = ReadJson(value).value();
  }
  return statement;
}

std::string ReasonOf(const Json& statement) {
  auto read = ReadStatement(statement, Settings(), kOccasion);
  return read ? "read" : read.error().reason + " " + read.error().field;
}

Statement Read(const Json& statement) {
  return ReadStatement(statement, Settings(), kOccasion).value();
}

TEST(Statement, IsAResult) {
  const Statement read = Read(StatementWith());
  EXPECT_EQ(read.id, "8f3f0a2e-7c5c-4f57-9b53-0d4d9e0a7f10");
  const evidence::v1::Result& result = read.result.value();
  EXPECT_EQ(result.source_id(), read.id);
  EXPECT_EQ(result.source_version(), read.id) << "a statement never changes";
  EXPECT_EQ(result.student(), "554433");
  EXPECT_EQ(result.assessment(), "quiz-1");
  EXPECT_EQ(result.class_id(), "7b") << "the grouping that is named as classes are";
  EXPECT_EQ(result.score_text(), "17.50");
  EXPECT_EQ(result.scale_min_text() + ".." + result.scale_max_text(), "0..20");
  EXPECT_EQ(result.date(), "2018-11-15") << "the evening before in Chicago";
}

TEST(Statement, IsScoredRawElseScaled) {
  const auto scored = [](const char* score) {
    return *Read(StatementWith({{"result", score}})).result;
  };
  const auto scaled = scored(R"({"score": {"scaled": 0.85}})");
  EXPECT_EQ(scaled.score_text(), "0.85");
  EXPECT_EQ(scaled.scale_min_text() + ".." + scaled.scale_max_text(), "0..1");
  EXPECT_EQ(scored(R"({"score": {"raw": 3, "max": 5}})").scale_min_text(), "0");
  EXPECT_EQ(scored(R"({"score": {"raw": 3, "min": 1}})").scale_max_text(), "");
  for (const char* no_max :
       {R"({"score": {"raw": 15, "scaled": 0.75}})", R"({"score": {"scaled": 0.75, "raw": 15}})",
        R"({"score": {"raw": 15, "min": 0, "scaled": 0.75}})"}) {
    EXPECT_EQ(scored(no_max).score_text(), "0.75") << "whatever the scale of 15 is";
    EXPECT_EQ(scored(no_max).scale_max_text(), "1");
  }
  const auto whole = scored(R"({"score": {"raw": 15, "max": 20, "scaled": 0.75}})");
  EXPECT_EQ(whole.score_text() + " of " + whole.scale_max_text(), "15 of 20");
}

TEST(Statement, IsNoResultWithoutAScoreOrAStudentOrAGradingVerb) {
  for (const Json& statement :
       {StatementWith({{"result", "null"}}), StatementWith({{"result", R"({"success": true})"}}),
        StatementWith({{"result", R"({"score": {"min": 0, "max": 1}})"}}),
        StatementWith({{"verb", R"({"id": "http://adlnet.gov/expapi/verbs/progressed"})"}}),
        StatementWith({{"object", R"({"objectType": "Agent", "mbox": "mailto:a@b"})"}}),
        StatementWith(
            {{"actor", R"({"objectType": "Group", "member": [{"mbox": "mailto:a@b"}]})"}})}) {
    EXPECT_FALSE(Read(statement).result) << statement;
  }
}

TEST(Statement, CountsTheVerbsThatAreDeclared) {
  SourceSettings settings = Settings();
  settings.verbs = {"https://x/graded"};
  const auto graded = StatementWith({{"verb", R"({"id": "https://x/graded"})"}});
  EXPECT_TRUE(ReadStatement(graded, settings, kOccasion)->result);
  EXPECT_FALSE(ReadStatement(StatementWith(), settings, kOccasion)->result);
}

TEST(Statement, NamesStudentsInFourWays) {
  const auto student = [](const char* actor) {
    return Read(StatementWith({{"actor", actor}})).result->student();
  };
  EXPECT_EQ(student(R"({"mbox": "mailto:ann@example.edu"})"), "ann@example.edu");
  EXPECT_EQ(student(R"({"openid": "https://id/ann"})"), "https://id/ann");
  EXPECT_EQ(student(R"({"account": {"homePage": "https://o/", "name": "7"}})"), "https://o/7");
  const std::string digest(40, 'a');
  EXPECT_EQ(student(("{\"mbox_sha1sum\": \"" + digest + "\"}").c_str()), digest);
}

TEST(Statement, TakesAnotherBack) {
  const Statement read = Read(StatementWith(
      {{"verb", R"({"id": "http://adlnet.gov/expapi/verbs/voided"})"},
       {"object",
        R"({"objectType": "StatementRef", "id": "E05AA883-ACAF-40AD-BF54-02C8CE485FB0"})"}}));
  EXPECT_EQ(read.result->source_id(), "e05aa883-acaf-40ad-bf54-02c8ce485fb0");
  EXPECT_TRUE(read.result->retracted());
}

TEST(Statement, WithoutAnIdGetsANewOneOnEveryOccasion) {
  const Json statement = StatementWith({{"id", "null"}});
  const auto id = [&](const Json& of, const char* occasion) {
    return ReadStatement(of, Settings(), occasion)->id;
  };
  EXPECT_EQ(id(statement, "k"), id(statement, "k")) << "the same request again";
  EXPECT_NE(id(statement, "k"), id(statement, "l"));
  EXPECT_NE(id(statement, "k"), id(StatementWith({{"id", "null"}, {"context", "null"}}), "k"));
  EXPECT_THAT(id(statement, "k"),
              testing::MatchesRegex("........-....-8...-[89ab]...-............"));
  EXPECT_EQ(id(StatementWith(), "k"), id(StatementWith(), "l")) << "its own stays";
}

TEST(Statement, WithoutATimestampIsOfTheDayOnWhichItComes) {
  const auto result = *Read(StatementWith({{"timestamp", "null"}})).result;
  EXPECT_EQ(result.date(), "");
  EXPECT_TRUE(result.day_of_arrival());
  EXPECT_FALSE(Read(StatementWith()).result->day_of_arrival());
}

TEST(Statement, IsCheckedAfterTheSpecification) {
  EXPECT_EQ(ReasonOf(Json(7)), "FIELD_INVALID ");
  const std::tuple<const char*, const char*, const char*> wrong[] = {
      {"id", "\"7\"", "FIELD_INVALID id"},
      {"actor", "null", "FIELD_MISSING actor"},
      {"actor", "{}", "ACTOR_NOT_IDENTIFIED actor"},
      {"actor", R"({"mbox": "mailto:a@b", "openid": "x:y"})", "ACTOR_NOT_IDENTIFIED actor"},
      {"actor", R"({"mbox": "a@b"})", "FIELD_INVALID actor.mbox"},
      {"actor", R"({"mbox_sha1sum": "12"})", "FIELD_INVALID actor.mbox_sha1sum"},
      {"actor", R"({"openid": "no scheme"})", "FIELD_INVALID actor.openid"},
      {"actor", R"({"account": {"homePage": "https://o"}})", "FIELD_INVALID actor.account.name"},
      {"actor", R"({"objectType": "Person", "mbox": "mailto:a@b"})",
       "FIELD_INVALID actor.objectType"},
      {"actor", R"({"objectType": "Group"})", "FIELD_MISSING actor.member"},
      {"verb", R"({"id": "passed"})", "FIELD_INVALID verb.id"},
      {"verb", R"({"display": {}})", "FIELD_INVALID verb.id"},
      {"object", R"({"id": "quiz"})", "FIELD_INVALID object.id"},
      {"object", R"({"objectType": "Quiz", "id": "x:y"})", "FIELD_INVALID object.objectType"},
      {"object", R"({"objectType": "StatementRef", "id": "7"})", "FIELD_INVALID object.id"},
      {"object", R"({"id": "x:y", "colour": "red"})", "FIELD_UNKNOWN object.colour"},
      {"result", R"({"success": "true"})", "FIELD_INVALID result.success"},
      {"result", R"({"score": {"raw": "17"}})", "FIELD_INVALID result.score.raw"},
      {"result", R"({"score": {"points": 17}})", "FIELD_UNKNOWN result.score.points"},
      {"result", R"({"score": {"scaled": 1.01}})", "SCORE_OUT_OF_RANGE result.score.scaled"},
      {"result", R"({"score": {"min": 5, "max": 5}})", "SCORE_OUT_OF_RANGE result.score.max"},
      {"result", R"({"score": {"raw": 6, "max": 5}})", "SCORE_OUT_OF_RANGE result.score.raw"},
      {"result", R"({"score": {"raw": -1, "min": 0}})", "SCORE_OUT_OF_RANGE result.score.raw"},
      {"context", R"({"registration": "7"})", "FIELD_INVALID context.registration"},
      {"context", R"({"contextActivities": {"group": []}})",
       "FIELD_UNKNOWN context.contextActivities.group"},
      {"timestamp", "\"noon\"", "FIELD_INVALID timestamp"},
      {"version", "\"0.9\"", "FIELD_INVALID version"},
      {"version", "\"1.0.x\"", "FIELD_INVALID version"},
      {"version", "\"1.0\"", "read"},
      {"version", "\"2.0\"", "read"},
      {"version", "\"1.0.9\"", "read"},
      {"grade", "\"A\"", "FIELD_UNKNOWN grade"},
      {"result", R"({"response": null})", "NULL_NOT_ALLOWED response"},
      {"result", R"({"extensions": {"x:y": null}, "score": {"scaled": 1}})", "read"},
      {"verb", R"({"id": "http://adlnet.gov/expapi/verbs/voided"})", "FIELD_INVALID object"},
  };
  for (const auto& [name, value, reason] : wrong) {
    EXPECT_EQ(ReasonOf(StatementWith({{name, value}})), reason) << name << " " << value;
  }
}

TEST(Statement, ComparesScoresExactly) {
  EXPECT_EQ(
      ReasonOf(StatementWith({{"result", R"({"score": {"scaled": 1.0000000000000000000001}})"}})),
      "SCORE_OUT_OF_RANGE result.score.scaled");
}

}  // namespace
}  // namespace throughline::gateway::xapi
