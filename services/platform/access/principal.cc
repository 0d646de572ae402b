#include "platform/access/principal.h"

#include <set>

namespace throughline::platform {

using common::v1::Role;

std::string NameOf(const Principal& caller) {
  if (caller.role == common::v1::ROLE_UNSPECIFIED) return "";
  // Neither a role nor a number has a space in it, so that nothing runs into the next thing.
  return common::v1::Role_Name(caller.role) + ' ' + std::to_string(caller.subject.size()) + ' ' +
         caller.subject + ' ' + caller.issuer;
}

common::v1::Caller ToCaller(const Principal& caller) {
  common::v1::Caller who;
  if (caller.role == common::v1::ROLE_UNSPECIFIED) return who;
  who.set_subject(caller.subject);
  who.set_role(caller.role);
  who.set_issuer(caller.issuer);
  return who;
}

Role RoleOf(std::string_view name) {
  std::string full = "ROLE_";
  for (char c : name) {
    if (c != '_' && (c < 'a' || c > 'z')) return common::v1::ROLE_UNSPECIFIED;
    full += c == '_' ? c : static_cast<char>(c - 'a' + 'A');
  }
  Role role = common::v1::ROLE_UNSPECIFIED;
  return common::v1::Role_Parse(full, &role) ? role : common::v1::ROLE_UNSPECIFIED;
}

namespace {

// The reverse.
std::string WordOf(int role) {
  constexpr std::string_view kPrefix = "ROLE_";
  std::string word;
  const std::string& name = common::v1::Role_Name(static_cast<Role>(role));
  for (const char c : std::string_view(name).substr(kPrefix.size())) {
    word += c == '_' ? c : static_cast<char>(c - 'A' + 'a');
  }
  return word;
}

}  // namespace

runtime::v1::Actor ActorOf(const Principal& caller) {
  runtime::v1::Actor actor;
  if (caller.role == common::v1::ROLE_UNSPECIFIED) return actor;
  actor.set_subject(caller.subject);
  actor.set_role(WordOf(caller.role));
  return actor;
}

std::string RoleNames(const google::protobuf::RepeatedField<int>& roles) {
  const std::set<int> in_order(roles.begin(), roles.end());
  std::string names;
  for (const int role : in_order) {
    if (role == common::v1::ROLE_UNSPECIFIED || !common::v1::Role_IsValid(role)) continue;
    if (!names.empty()) names += ", ";
    names += WordOf(role);
  }
  return names;
}

std::string RoleNames() {
  google::protobuf::RepeatedField<int> roles;
  const auto& all = *common::v1::Role_descriptor();
  for (int i = 0; i < all.value_count(); ++i) roles.Add(all.value(i)->number());
  return RoleNames(roles);
}

bool IsBoundAsItsRole(const Principal& principal) {
  const bool school = !principal.school.empty();
  const bool team = !principal.team.empty();
  switch (principal.role) {
    case common::v1::ROLE_DISTRICT_ADMINISTRATOR:
    case common::v1::ROLE_DISTRICT_LEADER:
    case common::v1::ROLE_INTEGRATION:
    case common::v1::ROLE_PRIVACY_OFFICER:
      return !school && !team;
    case common::v1::ROLE_SCHOOL_LEADER:
      return school && !team;
    case common::v1::ROLE_TEAM_MEMBER:
      return school && team;
    case common::v1::ROLE_OBSERVER:
      return !team;
    default:
      return false;
  }
}

}  // namespace throughline::platform
