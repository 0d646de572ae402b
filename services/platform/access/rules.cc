#include "platform/access/rules.h"

#include <algorithm>
#include <optional>

#include "core/ids.h"
#include "platform/access/caller_fields.h"
#include "platform/access/errors.h"

namespace throughline::platform {

using common::v1::Allowed;
using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::MethodDescriptor;

namespace {

constexpr uint32_t BitOf(int role) { return 1U << static_cast<uint32_t>(role); }

constexpr uint32_t kBoundToASchool =
    BitOf(common::v1::ROLE_SCHOOL_LEADER) | BitOf(common::v1::ROLE_TEAM_MEMBER);

uint32_t BitsOf(const google::protobuf::RepeatedField<int>& roles) {
  uint32_t bits = 0;
  for (int role : roles) bits |= BitOf(role);
  return bits & ~BitOf(common::v1::ROLE_UNSPECIFIED);
}

bool IsOneString(const FieldDescriptor& field) {
  return field.type() == FieldDescriptor::TYPE_STRING && !field.is_repeated();
}

// The path as fields; empty when it leads nowhere.
FieldPath Walk(const Descriptor* from, std::string_view path) {
  FieldPath fields;
  while (from != nullptr) {
    const size_t dot = path.find('.');
    const auto* field = from->FindFieldByName(std::string(path.substr(0, dot)));
    if (field == nullptr || field->is_repeated()) return {};
    fields.push_back(field);
    if (dot == std::string_view::npos) return IsOneString(*field) ? fields : FieldPath();
    path.remove_prefix(dot + 1);
    from = field->message_type();  // null when it is not a message
  }
  return {};
}

// The path that a rule gives, or else the field of the usual name if the request has one.
core::Result<FieldPath> PathOf(const MethodDescriptor& method, const std::string& given,
                               std::string_view usual) {
  const Descriptor* request = method.input_type();
  if (given.empty()) return usual.empty() ? FieldPath() : Walk(request, usual);
  FieldPath path = Walk(request, given);
  if (path.empty()) {
    return core::Refuse(RuleBroken(method.full_name(), "there is no string " + given));
  }
  return path;
}

// Through lists, too, to a bool; empty when it does not lead to one.
FieldPath WalkToBool(const Descriptor* from, std::string_view path) {
  FieldPath fields;
  while (from != nullptr) {
    const size_t dot = path.find('.');
    const auto* field = from->FindFieldByName(std::string(path.substr(0, dot)));
    if (field == nullptr) return {};
    fields.push_back(field);
    const bool is_bool = field->type() == FieldDescriptor::TYPE_BOOL && !field->is_repeated();
    if (dot == std::string_view::npos) return is_bool ? fields : FieldPath();
    path.remove_prefix(dot + 1);
    from = field->message_type();  // null when it is not a message
  }
  return {};
}

core::Result<std::vector<ScopeWord>> ScopesOf(const MethodDescriptor& method,
                                              const Allowed& allowed) {
  std::vector<ScopeWord> words;
  for (const common::v1::Scope& scope : allowed.scopes()) {
    ScopeWord& word = words.emplace_back();
    word.word = scope.word();
    if (word.word.empty() || word.word.find(' ') != std::string::npos) {
      return core::Refuse(RuleBroken(method.full_name(), "a scope is one word"));
    }
    if (scope.only_if().empty()) continue;
    word.only_if = WalkToBool(method.input_type(), scope.only_if());
    if (word.only_if.empty()) {
      return core::Refuse(RuleBroken(method.full_name(), "there is no bool " + scope.only_if()));
    }
  }
  return words;
}

// Through messages to a message; nullopt when it does not lead to one.
std::optional<FieldPath> WalkToMessage(const Descriptor* from, std::string_view path) {
  FieldPath fields;
  if (path == ".") return fields;
  while (true) {
    const size_t dot = path.find('.');
    const auto* field = from->FindFieldByName(std::string(path.substr(0, dot)));
    if (field == nullptr || field->is_repeated() || field->message_type() == nullptr) {
      return std::nullopt;
    }
    fields.push_back(field);
    if (dot == std::string_view::npos) return fields;
    path.remove_prefix(dot + 1);
    from = field->message_type();
  }
}

core::Result<AuditedRule> AuditedOf(const MethodDescriptor& method) {
  const audit::v1::Audited& said = method.options().GetExtension(audit::v1::audited);
  AuditedRule audited;
  audited.action = said.action();
  for (const std::string& object : said.objects()) {
    auto path = PathOf(method, object, "");
    if (!path) return core::Refuse(path.error());
    audited.objects.push_back(std::move(*path));
  }
  auto purpose = PathOf(method, said.purpose_field(), "");
  if (!purpose) return core::Refuse(purpose.error());
  audited.purpose = std::move(*purpose);
  if (said.changes().empty()) return audited;
  auto changes = WalkToMessage(method.input_type(), said.changes());
  if (!changes) {
    return core::Refuse(RuleBroken(method.full_name(), "there is no message " + said.changes()));
  }
  audited.changes = std::move(*changes);
  audited.names_changes = true;
  return audited;
}

core::Result<Rule> RuleOf(const MethodDescriptor& method, const Allowed& allowed) {
  Rule rule;
  rule.method = method.service()->full_name() + '/' + method.name();
  rule.anybody = allowed.anybody();
  if (rule.anybody) {
    if (allowed.roles().empty()) return rule;
    return core::Refuse(RuleBroken(method.full_name(), "it names roles, and anybody besides"));
  }
  auto audited = AuditedOf(method);
  if (!audited) return core::Refuse(audited.error());
  rule.audited = std::move(*audited);
  rule.roles = BitsOf(allowed.roles());
  rule.role_names = RolesOf(allowed);
  auto scopes = ScopesOf(method, allowed);
  if (!scopes) return core::Refuse(scopes.error());
  rule.scopes = std::move(*scopes);
  rule.caller_fields = CallerFieldsOf(*method.input_type());
  rule.about_the_district = allowed.about_the_district();
  rule.existing_roles = BitsOf(allowed.existing_roles());
  const struct {
    FieldPath& path;
    const std::string& given;
    std::string_view usual;
  } paths[] = {{rule.district, allowed.district_field(), "district"},
               {rule.school, allowed.school_field(), "school"},
               {rule.team, allowed.team_field(), "team"},
               {rule.team_owned, allowed.team_owned_field(), ""},
               {rule.existing, allowed.existing_field(), ""}};
  for (const auto& [path, given, usual] : paths) {
    auto found = PathOf(method, given, usual);
    if (!found) return core::Refuse(found.error());
    path = std::move(*found);
  }
  if (rule.roles == 0) return core::Refuse(RuleBroken(method.full_name(), "it names no role"));
  if (rule.district.empty()) {
    return core::Refuse(RuleBroken(method.full_name(), "the request names no district"));
  }
  if (rule.school.empty() && !rule.about_the_district && (rule.roles & kBoundToASchool) != 0) {
    return core::Refuse(RuleBroken(method.full_name(),
                                   "it names a role of a school, but the request names no school"));
  }
  return rule;
}

std::string_view ValueAt(const FieldPath& path, const Message& request, std::string& scratch) {
  const Message* at = &request;
  for (size_t i = 0; i + 1 < path.size(); ++i) at = &at->GetReflection()->GetMessage(*at, path[i]);
  return at->GetReflection()->GetStringReference(*at, path.back(), &scratch);
}

// Whether the request names `own`, and the caller has one to name.
bool Names(const FieldPath& path, const Message& request, const std::string& own) {
  std::string scratch;
  return !own.empty() && ValueAt(path, request, scratch) == own;
}

bool IsInTeam(const Rule& rule, const Principal& caller, const Message& request) {
  if (!rule.team.empty() && !Names(rule.team, request, caller.team)) return false;
  if (rule.team_owned.empty()) return true;
  std::string scratch;
  const std::string_view id = ValueAt(rule.team_owned, request, scratch);
  return id.starts_with(core::DerivedId({caller.district, caller.school, caller.team}) + '-');
}

// As people say them: "district leader".
std::string RolesInWords(const google::protobuf::RepeatedField<int>& roles) {
  std::string names = RoleNames(roles);
  std::replace(names.begin(), names.end(), '_', ' ');
  return names;
}

bool IsInScope(const Rule& rule, const Principal& caller, const Message& request) {
  if (!Names(rule.district, request, caller.district)) return false;
  if (caller.school.empty()) return true;
  if (rule.school.empty()) return rule.about_the_district;
  if (!Names(rule.school, request, caller.school)) return false;
  return caller.team.empty() || IsInTeam(rule, caller, request);
}

}  // namespace

core::Result<Rules> Rules::Of(const google::protobuf::ServiceDescriptor& service) {
  Rules rules;
  for (int i = 0; i < service.method_count(); ++i) {
    const MethodDescriptor& method = *service.method(i);
    if (!method.options().HasExtension(common::v1::allowed)) continue;
    auto rule = RuleOf(method, method.options().GetExtension(common::v1::allowed));
    if (!rule) return core::Refuse(rule.error());
    if (!rules.rules_.emplace(method.input_type(), std::move(*rule)).second) {
      return core::Refuse(
          RuleBroken(method.full_name(), "its request is another method's request too"));
    }
  }
  return rules;
}

const Rule* Rules::Find(const Message& request) const {
  auto found = rules_.find(request.GetDescriptor());
  return found == rules_.end() ? nullptr : &found->second;
}

std::string RolesOf(const Allowed& allowed) {
  std::string names = RolesInWords(allowed.roles());
  if (allowed.existing_field().empty()) return names;
  const std::string& path = allowed.existing_field();
  names += "; with `" + path.substr(path.rfind('.') + 1) + "` " +
           RolesInWords(allowed.existing_roles()) + " alone";
  return names;
}

bool Allows(const Rule& rule, const Principal& caller, const Message& request) {
  if (rule.anybody) return true;
  const uint32_t role = BitOf(caller.role);
  if ((rule.roles & role) == 0 || !IsBoundAsItsRole(caller)) return false;
  if (!IsInScope(rule, caller, request)) return false;
  if (rule.existing.empty() || (rule.existing_roles & role) != 0) return true;
  std::string scratch;
  return ValueAt(rule.existing, request, scratch).empty();
}

}  // namespace throughline::platform
