// What the specification of xAPI (1.0.3, part two) demands of statements, rule by rule. Each is
// held in a statement and in one within a statement; no value that is refused is taken in another
// place.
#include <gmock/gmock.h>

#include "gateway/xapi/statement.h"

namespace throughline::gateway::xapi {
namespace {

const Json& Whole() {
  static const Json whole = ReadJson(R"({
    "actor": {"objectType": "Agent", "name": "Ann",
              "account": {"homePage": "https://sis.example.edu", "name": "7"}},
    "verb": {"id": "https://x/graded", "display": {"en-US": "graded", "de": "benotet"}},
    "object": {"objectType": "Activity", "id": "https://lms/a/1", "definition": {
      "name": {"en": "Quiz"}, "description": {"zh-Hant-TW": "x"}, "type": "https://x/quiz",
      "moreInfo": "https://x/more", "extensions": {"https://x/e": null},
      "interactionType": "choice", "correctResponsesPattern": ["a[,]b"],
      "choices": [{"id": "a", "description": {"en": "A"}}, {"id": "b"}]}},
    "result": {"score": {"scaled": 0.5, "raw": 5, "min": 0, "max": 10}, "success": true,
               "completion": false, "response": "a", "duration": "PT1H0M0.1S",
               "extensions": {"https://x/e": {}}},
    "context": {"registration": "ec531277-b57b-4c15-8d91-d292c5b2b8f7",
      "instructor": {"mbox": "mailto:bob@example.edu"},
      "team": {"objectType": "Group", "name": "Team", "member": [{"openid": "https://id/ann"}]},
      "contextActivities": {"parent": {"id": "https://lms/p"}, "grouping": [{"id": "urn:g"}],
                            "category": [], "other": {"id": "https://lms/o"}},
      "revision": "1", "platform": "LMS", "language": "en-US",
      "statement": {"objectType": "StatementRef", "id": "6690e6c9-3ef0-4ed3-8b37-7f3964730bee"},
      "extensions": {"https://x/e": "y"}},
    "timestamp": "2026-03-02T12:00:00.000Z",
    "attachments": [{"usageType": "https://x/u", "display": {"en": "A"}, "description": {"en": "a"},
      "contentType": "text/plain", "length": 27, "fileUrl": "https://x/file",
      "sha2": "495395e777cd98da653df9615d09c0fd6bb2f8d4788394cd53c56a3bfdcd848a"}]})")
                                .value();
  return whole;
}

std::string Verdict(const Json& statement) {
  SourceSettings lms;
  lms.source = "lms";
  const auto read = ReadStatement(statement, lms, "k");
  return read ? "read" : read.error().reason + " " + read.error().field;
}

// The statement as the object of another.
Json Within(const Json& statement) {
  Json inner = statement;
  inner["objectType"] = "SubStatement";
  return {{"actor", Whole()["actor"]}, {"verb", Whole()["verb"]}, {"object", std::move(inner)}};
}

// The whole statement with a part replaced; a value of null takes it out.
Json With(const char* pointer, const char* value) {
  Json statement = Whole();
  const Json::json_pointer at(pointer);
  const Json parsed = ReadJson(value).value();
  if (!parsed.is_null()) {
    statement[at] = parsed;
  } else {
    statement[at.parent_pointer()].erase(at.back());
  }
  return statement;
}

void ExpectTaken(const char* pointer, std::initializer_list<const char*> values) {
  for (const char* value : values) {
    EXPECT_EQ(Verdict(With(pointer, value)), "read") << pointer << " " << value;
    EXPECT_EQ(Verdict(Within(With(pointer, value))), "read")
        << "within: " << pointer << " " << value;
  }
}

void ExpectRefused(const char* pointer, std::initializer_list<const char*> values) {
  for (const char* value : values) {
    const std::string reason = Verdict(With(pointer, value));
    EXPECT_NE(reason, "read") << pointer << " " << value;
    const std::string within = Verdict(Within(With(pointer, value)));
    EXPECT_NE(within, "read") << "within: " << pointer << " " << value;
    // By the same name, below the object.
    const std::string field = reason.substr(reason.find(' ') + 1);
    if (!reason.starts_with("NULL")) {
      EXPECT_TRUE(within.ends_with(field)) << reason << "; " << within;
    }
  }
}

TEST(Rules, TakeWhatIsWhole) {
  EXPECT_EQ(Verdict(Whole()), "read");
  EXPECT_EQ(Verdict(Within(Whole())), "read");
}

TEST(Rules, OfActors) {
  ExpectTaken("/actor", {R"({"mbox": "mailto:a@b"})", R"({"openid": "https://id/a"})",
                         R"({"objectType": "Group", "mbox": "mailto:g@b"})",
                         R"({"objectType": "Group", "member": [{"mbox": "mailto:a@b"}]})"});
  ExpectRefused("/actor", {"null",
                           "7",
                           "\"Ann\"",
                           "[]",
                           "{}",
                           R"({"name": "Ann"})",
                           R"({"objectType": "agent", "mbox": "mailto:a@b"})",
                           R"({"mbox": "a@b"})",
                           R"({"mbox": "mailto:a b@c"})",
                           R"({"mbox": ["mailto:a@b"]})",
                           R"({"mbox": "mailto:a@b", "openid": "https://id/a"})",
                           R"({"openid": "ann"})",
                           R"({"mbox_sha1sum": "xyz"})",
                           R"({"account": {"name": "7"}})",
                           R"({"account": {"homePage": "https://o"}})",
                           R"({"account": {"homePage": "o", "name": "7"}})",
                           R"({"account": {"homePage": "https://o", "name": 7}})",
                           R"({"objectType": "Group"})",
                           R"({"objectType": "Group", "member": {}})",
                           R"({"objectType": "Group", "member": ["a"]})",
                           R"({"objectType": "Group", "member": [{"objectType": "Group",
                     "mbox": "mailto:g@b"}]})",
                           R"({"mbox": "mailto:a@b", "member": []})",
                           R"({"mbox": "mailto:a@b", "Name": "A"})",
                           R"({"mbox": "mailto:a@b", "name": 7})"});
}

TEST(Rules, OfVerbsAndLanguageMaps) {
  ExpectTaken("/verb/display", {"null", R"({"sr-Cyrl": "x"})", "{}"});
  ExpectRefused("/verb/display", {"7", "\"graded\"", R"({"a12345678": "x"})", R"({"en": 7})",
                                  R"({"en_US": "x"})", R"({"en": {"en": "x"}})", "[]"});
  ExpectRefused("/verb/id", {"null", "7", "\"graded\"", "\"http://a b\""});
  ExpectRefused("/verb", {"null", "\"https://x/graded\"", R"({"ID": "https://x/graded"})"});
  for (const char* map : {"/object/definition/name", "/object/definition/description",
                          "/object/definition/choices/0/description", "/attachments/0/display",
                          "/attachments/0/description"}) {
    ExpectTaken(map, {R"({"es-MX": "x"})"});
    ExpectRefused(map, {"7", "\"x\"", R"({"zh-z-aaa-z-bbb-c-ccc": "x"})", R"({"en": 7})"});
  }
}

TEST(Rules, OfObjects) {
  ExpectRefused("/object", {"null", "7", "\"https://lms/a\"", "{}", R"({"objectType": "activity",
                            "id": "https://lms/a"})"});
  ExpectRefused("/object/id", {"null", "7", "\"quiz\""});
  for (const char* object :
       {R"({"objectType": "Agent", "mbox": "mailto:a@b"})",
        R"({"objectType": "Group", "mbox": "mailto:a@b"})",
        R"({"objectType": "StatementRef", "id": "6690e6c9-3ef0-4ed3-8b37-7f3964730bee"})"}) {
    Json statement = With("/object", object);
    EXPECT_THAT(Verdict(statement), testing::HasSubstr("context.")) << "revision and platform";
    statement.erase("context");
    EXPECT_EQ(Verdict(statement), "read") << object;
    EXPECT_EQ(Verdict(Within(statement)), "read") << object;
  }
  ExpectRefused("/object",
                {R"({"objectType": "StatementRef", "id": "7"})",
                 R"({"objectType": "StatementRef"})", R"({"objectType": "Agent", "name": "Ann"})"});
}

TEST(Rules, OfStatementsWithinStatements) {
  EXPECT_NE(Verdict(Within(Within(Whole()))), "read") << "not two deep";
  for (const char* name : {"id", "stored", "version", "authority"}) {
    Json inner = Whole();
    inner[name] = "x";
    EXPECT_EQ(Verdict(Within(inner)), std::string("FIELD_UNKNOWN object.") + name);
  }
  Json outer = Within(Whole());
  outer["context"] = {{"platform", "LMS"}};
  EXPECT_EQ(Verdict(outer), "FIELD_INVALID context.platform") << "its object is no activity";
}

TEST(Rules, OfDefinitions) {
  ExpectRefused("/object/definition", {"7", "\"x\"", "[]", R"({"Name": {"en": "x"}})"});
  ExpectRefused("/object/definition/type", {"7", "\"quiz\""});
  ExpectRefused("/object/definition/moreInfo", {"7", "\"more\""});
  const auto interaction = [](const std::string& members) {
    return With("/object/definition", ("{" + members + "}").c_str());
  };
  for (const char* type : {"true-false", "choice", "fill-in", "long-fill-in", "matching",
                           "performance", "sequencing", "likert", "numeric", "other"}) {
    const std::string said = "\"interactionType\": \"" + std::string(type) + "\"";
    EXPECT_EQ(Verdict(interaction(said)), "read") << type;
    std::string upper(type);
    upper[2] = static_cast<char>(upper[2] - 'a' + 'A');
    EXPECT_NE(Verdict(interaction("\"interactionType\": \"" + upper + "\"")), "read") << upper;
    for (const auto& [list, of] : std::initializer_list<std::pair<const char*, std::string>>{
             {"choices", "choice sequencing"},
             {"scale", "likert"},
             {"source", "matching"},
             {"target", "matching"},
             {"steps", "performance"}}) {
      const std::string with = said + ", \"" + list + R"(": [{"id": "a"}])";
      EXPECT_EQ(Verdict(interaction(with)) == "read", of.find(type) != std::string::npos)
          << type << " " << list;
    }
  }
  ExpectRefused("/object/definition/interactionType", {"7", "{}", "\"essay\"", "null"});
  ExpectRefused("/object/definition/correctResponsesPattern", {"\"a\"", "[7]", "{}"});
  ExpectRefused("/object/definition/choices",
                {"{}", "[7]", R"([{"id": 7}])", R"([{"description": {"en": "A"}}])",
                 R"([{"id": "a"}, {"id": "a"}])", R"([{"id": "a", "name": "A"}])"});
}

TEST(Rules, OfResults) {
  ExpectRefused("/result", {"7", "\"x\"", "[]", R"({"Success": true})"});
  ExpectRefused("/result/score", {"7", "\"5\"", "[]"});
  for (const char* number : {"/result/score/scaled", "/result/score/raw", "/result/score/min"}) {
    ExpectRefused(number, {"\"0.5\"", "{}", "true"});
  }
  ExpectRefused("/result/score/scaled", {"1.5", "-1.0001"});
  ExpectRefused("/result/score/raw", {"11", "-1"});
  ExpectRefused("/result/score/max", {"0", "-1"});
  ExpectRefused("/result/success", {"\"true\"", "1"});
  ExpectRefused("/result/completion", {"\"false\"", "0"});
  ExpectRefused("/result/response", {"7", "{}"});
  ExpectTaken("/result/duration", {"\"P4W\"", "\"P3Y1M29DT4H35M59.14S\""});
  ExpectRefused("/result/duration", {"7", "{}", "\"x\"", "\"PA1H0M0S\"", "\"P4W1D\""});
}

TEST(Rules, OfExtensions) {
  for (const char* extensions :
       {"/object/definition/extensions", "/result/extensions", "/context/extensions"}) {
    ExpectTaken(extensions, {"{}", R"({"https://x/e": null})", R"({"urn:e": [1, null]})"});
    ExpectRefused(extensions, {"7", "\"x\"", "[]", R"({"e": 1})"});
  }
}

TEST(Rules, OfContexts) {
  ExpectRefused("/context", {"7", "\"x\"", "[]", R"({"Platform": "x"})"});
  ExpectRefused("/context/registration", {"7", "{}", "\"7\""});
  ExpectTaken("/context/instructor", {R"({"objectType": "Group", "mbox": "mailto:g@b"})"});
  ExpectRefused("/context/instructor", {"7", "\"x\"", "{}"});
  ExpectRefused("/context/team", {"7", "\"x\"", "{}", R"({"mbox": "mailto:a@b"})"});
  ExpectTaken("/context/contextActivities", {"{}"});
  ExpectRefused("/context/contextActivities",
                {"7", "[]", R"({"group": []})", R"({"parent": "https://lms/p"})",
                 R"({"parent": [{"objectType": "Agent", "mbox": "mailto:a@b"}]})"});
  ExpectRefused("/context/revision", {"7", "{}"});
  ExpectRefused("/context/platform", {"7", "{}"});
  ExpectTaken("/context/language", {"\"cmn\"", "\"fr-CA\""});
  ExpectRefused("/context/language", {"7", "{}", "\"a12345678\""});
  ExpectRefused(
      "/context/statement",
      {"7", R"({"id": "6690e6c9-3ef0-4ed3-8b37-7f3964730bee"})",
       R"({"objectType": "StatementRef", "id": "7"})",
       R"({"objectType": "statementref", "id": "6690e6c9-3ef0-4ed3-8b37-7f3964730bee"})"});
}

TEST(Rules, OfContextsOfVersion2) {
  ExpectTaken("/context/contextAgents",
              {R"([{"objectType": "contextAgent", "agent": {"mbox": "mailto:a@b"},
                    "relevantTypes": ["https://x/t"]}])"});
  ExpectTaken("/context/contextGroups", {R"([{"objectType": "contextGroup",
                    "group": {"objectType": "Group", "mbox": "mailto:g@b"}}])"});
  ExpectRefused("/context/contextAgents",
                {"{}", "[7]", R"([{"objectType": "contextAgent"}])",
                 R"([{"objectType": "Agent", "agent": {"mbox": "mailto:a@b"}}])",
                 R"([{"objectType": "contextAgent", "agent": {"mbox": "mailto:a@b"},
                      "relevantTypes": []}])",
                 R"([{"objectType": "contextAgent", "agent": {"mbox": "mailto:a@b"},
                      "relevantTypes": ["t"]}])"});
}

TEST(Rules, OfTimestampsAndVersions) {
  ExpectTaken("/timestamp", {"\"2026-03-02T12:00:00+01\"", "null"});
  ExpectRefused("/timestamp", {"7", "\"x\"", "\"01/011/2015\"", "\"2026-03-02T12:00:00.601-00:00\"",
                               "\"2026-03-02T12:00:00.601-0000\"", "\"2026-03-02T12:00:00-00\""});
  for (const char* version : {"\"1.0\"", "\"1.0.9\"", "\"2.0\"", "\"2.0.0\""}) {
    EXPECT_EQ(Verdict(With("/version", version)), "read") << version;
  }
  for (const char* version : {"1.0", "\"0.9.9\"", "\"1.1.0\"", "\"1\"", "\"v1.0\""}) {
    EXPECT_EQ(Verdict(With("/version", version)), "FIELD_INVALID version") << version;
  }
}

TEST(Rules, OfAttachments) {
  ExpectTaken("/attachments", {"[]"});
  ExpectRefused("/attachments", {"{}", "7", "[7]", "[\"x\"]", "[{}]"});
  for (const char* needed :
       {"/attachments/0/usageType", "/attachments/0/display", "/attachments/0/contentType",
        "/attachments/0/length", "/attachments/0/sha2", "/attachments/0/fileUrl"}) {
    ExpectRefused(needed, {"null", "true"});
  }
  ExpectRefused("/attachments/0/usageType", {"\"u\""});
  ExpectRefused("/attachments/0/contentType", {"\"text\""});
  ExpectRefused("/attachments/0/length", {"\"27\"", "-1", "1.5"});
  ExpectRefused("/attachments/0/sha2", {"\"x\"", "\"495395e7\""});
  ExpectRefused("/attachments/0/fileUrl", {"\"file\""});
  ExpectRefused("/attachments/0/name", {"\"x\""});
}

TEST(Rules, OfAuthorities) {
  for (const char* authority :
       {R"({"mbox": "mailto:a@b"})",
        R"({"objectType": "Group", "member": [{"mbox": "mailto:a@b"}, {"openid": "urn:x"}]})"}) {
    EXPECT_EQ(Verdict(With("/authority", authority)), "read") << authority;
  }
  for (const char* authority : {"7", "{}", R"({"objectType": "Group", "mbox": "mailto:a@b"})",
                                R"({"objectType": "Group", "member": [{"mbox": "mailto:a@b"}]})",
                                R"({"objectType": "Group", "mbox": "mailto:g@b",
            "member": [{"mbox": "mailto:a@b"}, {"openid": "urn:x"}]})"}) {
    EXPECT_NE(Verdict(With("/authority", authority)), "read") << authority;
  }
}

TEST(Rules, OfNamesAndNulls) {
  for (const char* name : {"iD", "Actor", "VERB", "resulT", "timeStamp"}) {
    EXPECT_EQ(Verdict(With((std::string("/") + name).c_str(), "{}")),
              std::string("FIELD_UNKNOWN ") + name);
  }
  for (const char* pointer : {"/verb/display/en", "/result/response", "/context/platform",
                              "/object/definition/choices/0/description"}) {
    Json statement = Whole();
    statement[Json::json_pointer(pointer)] = nullptr;
    EXPECT_THAT(Verdict(statement), testing::StartsWith("NULL_NOT_ALLOWED")) << pointer;
    EXPECT_THAT(Verdict(Within(statement)), testing::StartsWith("NULL_NOT_ALLOWED")) << pointer;
  }
}

}  // namespace
}  // namespace throughline::gateway::xapi
