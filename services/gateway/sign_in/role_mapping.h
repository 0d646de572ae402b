// Which role somebody has, by what the provider says of them: a mapping that the district declares
// in a file (--sign-in-roles). Never changed once read; thread-safe; pure.
//
// The file is JSON:
//
//   {"name": "name", "teacher": "employee_number", "rules": [
//     {"when": [{"claim": "groups", "is": "improvement-office"}],
//      "role": "district_leader", "district": "riverbend"},
//     {"when": [{"claim": ["realm_access", "roles"], "is": "principal"}],
//      "role": "school_leader", "district": "riverbend",
//      "school": {"claim": "site", "named": {"0017": "alder", "0018": "birch"}}},
//     {"when": [{"claim": "groups", "is": "teachers"}],
//      "role": "team_member", "district": "riverbend",
//      "school": {"claim": "school"}, "team": {"claim": "team"}}]}
//
// A claim is the name of one, or the way to one inside of others. A condition is met when the claim
// is the value, or a list that has it. A rule with no condition fits everybody. District, school
// and team are said by the rule or by a claim, whose values `named` may lead to ids. A rule fits
// when all its conditions are met and its places can be filled; of several the one with the most
// conditions counts, and of those the first. Whom none fits has no role.
//
// `name` is the claim with the name that people read, if it is not `name`; `teacher` the one with
// the id by which rosters say who teaches, a text or a whole number, if that is not the provider's
// `sub`; whoever lacks it teaches nobody.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "gateway/json/json_reader.h"
#include "platform/access/principal.h"

namespace throughline::gateway::sign_in {

// The way to a claim, from the outside in.
using ClaimPath = std::vector<std::string>;

class RoleMapping {
 public:
  // ROLES_UNUSABLE names the file, the rule by its number, and what is wrong with it.
  static core::Result<RoleMapping> FromFile(const std::string& path);
  static core::Result<RoleMapping> Parse(std::string_view source, std::string_view json);

  // Who somebody is by these claims, but for until when; nullopt when they have no role.
  std::optional<platform::Principal> PersonOf(const Json& claims) const;
  // Another one whenever the mapping is another.
  const std::string& text() const { return text_; }
  // What they are called; empty when no claim says it.
  std::string NameOf(const Json& claims) const;

 private:
  struct Condition {
    ClaimPath claim;
    Json is;
  };
  struct Place {
    std::string id = {};   // empty: as the claim says
    ClaimPath claim = {};  // empty, too: the rule has no such place
    std::vector<std::pair<std::string, std::string>> named = {};
  };
  struct Rule {
    std::vector<Condition> when = {};
    common::v1::Role role = common::v1::ROLE_UNSPECIFIED;
    Place district = {}, school = {}, team = {};
  };
  static core::Result<Rule> ReadRule(const Json& object);
  static core::Result<Condition> ReadCondition(const Json& object);
  static core::Result<Place> ReadPlace(const Json& rule, const char* name);
  static bool IsMet(const Condition& condition, const Json& claims);
  // nullopt when a claim does not say it.
  static std::optional<std::string> IdOf(const Place& place, const Json& claims);
  static std::optional<platform::Principal> Fit(const Rule& rule, const Json& claims);

  std::vector<Rule> rules_;  // the one that counts most is first
  ClaimPath name_{"name"}, teacher_;
  std::string text_;
};

}  // namespace throughline::gateway::sign_in
