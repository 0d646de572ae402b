// Who may call what, as the methods say it in their option `throughline.common.v1.allowed`, and the
// decision itself: pure functions of the rule, the caller and the request.
//
// A request message is the request of exactly one method, so that a request is enough to find its
// rule. A method without the option has no rule, and nobody may call it. Rules are made once, at
// the start, and read by every thread.
#pragma once

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/result.h"
#include "platform/access/principal.h"
#include "throughline/audit/v1/audited.pb.h"
#include "throughline/common/v1/access.pb.h"

namespace throughline::platform {

// The way from a request to one of its strings; empty: there is none.
using FieldPath = std::vector<const google::protobuf::FieldDescriptor*>;

// A word of a credential's scope, and which requests it allows: see common/v1/access.proto.
struct ScopeWord {
  std::string word;
  FieldPath only_if;  // through messages and lists of them to a bool; empty: it allows any
};

// What is on record of the method when it is done: see audit/v1/audited.proto.
struct AuditedRule {
  audit::v1::Action action = audit::v1::ACTION_UNSPECIFIED;  // unspecified: nothing
  std::vector<FieldPath> objects;
  FieldPath purpose;
  FieldPath changes;  // to a message; empty: the request
  bool names_changes = false;
};

struct Rule {
  std::string method;      // full name, as throughline.plans.v1.PlansService/GetDistrict
  uint32_t roles = 0;      // a bit for each role, by its number
  std::string role_names;  // the same, as RolesOf
  FieldPath district;
  FieldPath school;
  FieldPath team;
  FieldPath team_owned;
  bool about_the_district = false;
  FieldPath existing;
  uint32_t existing_roles = 0;
  bool anybody = false;  // and then there is nothing else
  std::vector<ScopeWord> scopes;
  std::vector<FieldPath> caller_fields;  // set from the credential: see caller_fields.h
  AuditedRule audited;
};

class Rules {
 public:
  // The rules of a service's methods. RULE_BROKEN, which names the method, when a path leads
  // nowhere or a role could never make the call.
  static core::Result<Rules> Of(const google::protobuf::ServiceDescriptor& service);

  // Null: nobody may make this request.
  const Rule* Find(const google::protobuf::Message& request) const;

 private:
  std::unordered_map<const google::protobuf::Descriptor*, Rule> rules_;
};

// The roles that a method is for, as a list for people: "a, b", or "a, b; with `field` b alone".
std::string RolesOf(const common::v1::Allowed& allowed);

// Whether `caller` may make `request`, which is the rule's, by its role; its scope is another
// matter.
bool Allows(const Rule& rule, const Principal& caller, const google::protobuf::Message& request);

}  // namespace throughline::platform
