// Who calls, as a verified credential says: a role, and the district, school and team it is bound
// to. A value; once made it is never changed, so it is shared between threads freely.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/date.h"
#include "throughline/common/v1/access.pb.h"
#include "throughline/runtime/v1/protocol.pb.h"

namespace throughline::platform {

struct Principal {
  std::string subject;  // who, in the words of the issuer; printable, at most 256 characters
  std::string district;
  common::v1::Role role = common::v1::ROLE_UNSPECIFIED;
  std::string school;  // empty: every school of the district
  std::string team;    // empty: every team of the school
  core::Instant valid_until;
  // What the credential is for, in the words of some standard, with spaces between (RFC 6749);
  // empty: it does not say. See scopes.h.
  std::string scope = {};
  std::string issuer = {};  // whose words those are
  // As whom rosters name the caller when they say who teaches a class; nullopt: as `subject`;
  // empty: they do not.
  std::optional<std::string> teacher = {};
};

using PrincipalPtr = std::shared_ptr<const Principal>;

// The caller as one text, so that no two callers are called the same; empty for everybody in an
// open installation.
std::string NameOf(const Principal& caller);

// As whom rosters may name the caller as a teacher; empty: as nobody.
inline const std::string& TeacherOf(const Principal& caller) {
  return caller.teacher ? *caller.teacher : caller.subject;
}

// As events know the caller.
runtime::v1::Actor ActorOf(const Principal& caller);

// As requests and deciders know the caller; empty for everybody in an open installation.
common::v1::Caller ToCaller(const Principal& caller);

// "school_leader" as a role; ROLE_UNSPECIFIED when there is none of that name.
common::v1::Role RoleOf(std::string_view name);
// All that RoleOf knows, as a list for people; and those of `roles` alone, in order.
std::string RoleNames();
std::string RoleNames(const google::protobuf::RepeatedField<int>& roles);

// Whether a role comes with the school and team it is bound to, and with no more: a school leader
// has a school, a team member a school and a team, an observer perhaps a school, the others none.
bool IsBoundAsItsRole(const Principal& principal);

}  // namespace throughline::platform
