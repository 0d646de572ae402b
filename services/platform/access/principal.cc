#include "platform/access/principal.h"

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

std::string RoleNames() {
  constexpr std::string_view kPrefix = "ROLE_";
  std::string names;
  const auto& roles = *common::v1::Role_descriptor();
  for (int i = 0; i < roles.value_count(); ++i) {
    if (roles.value(i)->number() == common::v1::ROLE_UNSPECIFIED) continue;
    if (!names.empty()) names += ", ";
    for (const char c : std::string_view(roles.value(i)->name()).substr(kPrefix.size())) {
      names += c == '_' ? c : static_cast<char>(c - 'A' + 'a');
    }
  }
  return names;
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
