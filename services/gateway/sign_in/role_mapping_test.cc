#include "gateway/sign_in/role_mapping.h"

#include <gmock/gmock.h>

namespace throughline::gateway::sign_in {
namespace {

using testing::HasSubstr;

constexpr char kRoles[] = R"({
  "teacher": "employee_number",
  "rules": [
    {"when": [{"claim": "groups", "is": "staff"}], "role": "observer", "district": "riverbend"},
    {"when": [{"claim": "groups", "is": "staff"}, {"claim": "office", "is": true}],
     "role": "district_leader", "district": "riverbend"},
    {"when": [{"claim": ["realm_access", "roles"], "is": "principal"}],
     "role": "school_leader", "district": "riverbend",
     "school": {"claim": "site", "named": {"0017": "alder", "0018": "birch"}}},
    {"when": [{"claim": "kind", "is": "teacher"}, {"claim": "groups", "is": "staff"}],
     "role": "team_member", "district": {"claim": "district"}, "school": {"claim": "school"},
     "team": {"claim": "team"}}]})";

std::string PersonBy(const std::string& roles, Json claims) {
  const auto mapping = RoleMapping::Parse("roles.json", roles);
  if (!mapping) return mapping.error().message;
  claims.emplace("sub", "ana");
  const auto person = mapping->PersonOf(claims);
  if (!person) return "nobody";
  return platform::ActorOf(*person).role() + " " + person->district + "/" + person->school + "/" +
         person->team;
}
std::string Person(const Json& claims) { return PersonBy(kRoles, claims); }

TEST(RoleMapping, GivesTheRoleOfTheRuleThatFits) {
  EXPECT_EQ(Person({{"groups", Json::array({"parents", "staff"})}}), "observer riverbend//");
  EXPECT_EQ(Person({{"groups", "staff"}}), "observer riverbend//") << "a single value is no list";
  EXPECT_EQ(Person({{"groups", Json::array({"parents"})}}), "nobody");
  EXPECT_EQ(Person({{"groups", Json::array({"Staff"})}}), "nobody");
  EXPECT_EQ(Person(Json::object()), "nobody");
}

TEST(RoleMapping, TheMostSpecificRuleCountsWhereverItStands) {
  Json claims{{"groups", Json::array({"staff"})}, {"office", true}};
  EXPECT_EQ(Person(claims), "district_leader riverbend//");
  claims["office"] = "true";
  EXPECT_EQ(Person(claims), "observer riverbend//");
  const Json teacher{{"groups", Json::array({"staff"})},
                     {"kind", "teacher"},
                     {"district", "hillside"},
                     {"school", "alder"},
                     {"team", Json::array({"grade-3"})}};
  EXPECT_EQ(Person(teacher), "team_member hillside/alder/grade-3");
}

TEST(RoleMapping, ARuleWhosePlaceNobodySaysDoesNotFit) {
  Json claims;
  claims["realm_access"]["roles"] = Json::array({"principal"});
  EXPECT_EQ(Person(claims), "nobody");
  claims["site"] = "0018";
  EXPECT_EQ(Person(claims), "school_leader riverbend/birch/");
  claims["site"] = "9999";
  EXPECT_EQ(Person(claims), "nobody");
  claims["groups"] = "staff";
  EXPECT_EQ(Person(claims), "observer riverbend//") << "the next one does";
  Json teacher{{"groups", "staff"}, {"kind", "teacher"}, {"district", "riverbend"}};
  teacher["team"] = "grade-3";
  for (const Json& school :
       {Json(nullptr), Json(7), Json("not an id/"), Json::array({"one", "two"})}) {
    teacher["school"] = school;
    EXPECT_EQ(Person(teacher), "observer riverbend//") << school;
  }
}

TEST(RoleMapping, TakesNoNonsenseForAPerson) {
  EXPECT_EQ(Person({{"groups", "staff"}, {"sub", ""}}), "nobody");
  EXPECT_EQ(Person({{"groups", "staff"}, {"sub", "a\nb"}}), "nobody");
  EXPECT_EQ(Person({{"groups", "staff"}, {"sub", std::string(257, 'x')}}), "nobody");
  EXPECT_EQ(Person({{"groups", "staff"}, {"sub", 7}}), "nobody");
  EXPECT_EQ(Person({{"groups", "staff"}, {"employee_number", std::string(129, '1')}}), "nobody");
}

TEST(RoleMapping, SaysWhatPeopleAreCalledAndAsWhomTheyTeach) {
  const auto mapping = RoleMapping::Parse("roles.json", kRoles);
  const Json claims{
      {"sub", "ana"}, {"groups", "staff"}, {"name", "Ana Ruiz"}, {"employee_number", "1045"}};
  EXPECT_EQ(mapping->NameOf(claims), "Ana Ruiz");
  EXPECT_EQ(mapping->PersonOf(claims)->subject, "ana");
  EXPECT_EQ(mapping->PersonOf(claims)->teacher, "1045");
  const Json by_number{{"sub", "ana"}, {"groups", "staff"}, {"employee_number", 1045}};
  EXPECT_EQ(mapping->PersonOf(by_number)->teacher, "1045");
  EXPECT_EQ(mapping->NameOf({{"name", "\x80"}}), "");
  EXPECT_EQ(mapping->NameOf({{"name", std::string(201, 'x')}}), "");
}

TEST(RoleMapping, WhoeverLacksTheIdOfATeacherIsNotTakenForTheOneCalledAsTheirSubject) {
  const auto mapping = RoleMapping::Parse("roles.json", kRoles);
  for (const Json& number : {Json(), Json(""), Json(10.5), Json::array({"1045"})}) {
    const Json claims{{"sub", "1045"}, {"groups", "staff"}, {"employee_number", number}};
    EXPECT_EQ(platform::TeacherOf(*mapping->PersonOf(claims)), "") << number;
  }
}

TEST(RoleMapping, SaysWhatIsWrongWithTheFile) {
  const auto why = [](const std::string& text) { return PersonBy(text, Json::object()); };
  const auto rule = [&](const std::string& text) { return why(R"({"rules": [)" + text + "]}"); };
  EXPECT_THAT(why("{"), HasSubstr("roles.json cannot be used"));
  EXPECT_THAT(why("[]"), HasSubstr("no list of rules"));
  EXPECT_THAT(why(R"({"rules": []})"), HasSubstr("nobody has a role"));
  EXPECT_THAT(why(R"({"rules": [], "naem": "n"})"), HasSubstr("it has no member naem"));
  EXPECT_THAT(rule("7"), HasSubstr("rule 1: it is no object"));
  EXPECT_THAT(rule(R"({"role": "king", "district": "d"})"), HasSubstr("needs a district, a role"));
  EXPECT_THAT(rule(R"({"role": "observer"})"), HasSubstr("needs a district, a role"));
  EXPECT_THAT(rule(R"({"role": "school_leader", "district": "d"})"), HasSubstr("the school"));
  EXPECT_THAT(rule(R"({"role": "observer", "district": "d", "whne": []})"), HasSubstr("whne"));
  EXPECT_THAT(rule(R"({"role": "observer", "district": "a b"})"),
              HasSubstr("its district is no id"));
  EXPECT_THAT(rule(R"({"role": "observer", "district": {"named": {"a": "b"}}})"),
              HasSubstr("an object with a `claim`"));
  EXPECT_THAT(rule(R"({"role": "observer", "district": {"claim": "c", "named": {"a": "/"}}})"),
              HasSubstr("no id"));
  EXPECT_THAT(rule(R"({"role": "observer", "district": "d", "when": [{"claim": "c"}]})"),
              HasSubstr("the value that it `is`"));
  EXPECT_THAT(rule(R"({"role": "observer", "district": "d", "when": [{"claim": [], "is": 1}]})"),
              HasSubstr("a claim has no name"));
  EXPECT_EQ(RoleMapping::FromFile("/nowhere").error().reason, "ROLES_UNUSABLE");
}

}  // namespace
}  // namespace throughline::gateway::sign_in
