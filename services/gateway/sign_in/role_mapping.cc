#include "gateway/sign_in/role_mapping.h"

#include <algorithm>
#include <fstream>
#include <iterator>

#include "core/ids.h"
#include "core/utf8.h"
#include "gateway/sign_in/errors.h"
#include "platform/access/signed_token.h"

namespace throughline::gateway::sign_in {

using core::Result;
using platform::Principal;

namespace {

constexpr size_t kLongestName = 200;
constexpr size_t kLongestSubject = 256;
constexpr size_t kLongestTeacher = 128;

core::Error Wrong(const std::string& why) { return RolesUnusable("", why); }

// Null when there is none.
const Json* At(const ClaimPath& path, const Json& claims) {
  const Json* at = path.empty() ? nullptr : &claims;
  for (const std::string& name : path) {
    if (at != nullptr) at = Member(*at, name);
  }
  return at;
}

std::string TextAt(const ClaimPath& path, const Json& claims) {
  const Json* at = At(path, claims);
  return at != nullptr && at->is_string() ? at->get<std::string>() : "";
}

// Empty when no claim says it: whoever has no such id must not be taken for the teacher whose id
// happens to be the `sub`.
std::string TeacherAt(const ClaimPath& path, const Json& claims) {
  const Json* at = At(path, claims);
  std::string id = TextAt(path, claims);
  if (at != nullptr && at->is_number_integer()) id = at->dump();
  return id;
}

// A name, or a list of them.
Result<ClaimPath> PathOf(const Json& value) {
  ClaimPath path;
  for (const Json& name : value.is_array() ? value : Json::array({value})) {
    if (!name.is_string() || name.get<std::string>().empty()) {
      return core::Refuse(Wrong("a claim is a name, or a list of names that lead to it"));
    }
    path.push_back(name.get<std::string>());
  }
  if (path.empty()) return core::Refuse(Wrong("a claim has no name"));
  return path;
}

Result<void> CheckMembers(const Json& object, std::initializer_list<std::string_view> known,
                          const std::string& of) {
  for (const auto& [name, value] : object.items()) {
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      return core::Refuse(Wrong(std::string(of).append(" has no member ").append(name)));
    }
  }
  return {};
}

Principal NobodyYet(common::v1::Role role) {
  return {.subject = {}, .district = {}, .role = role, .school = {}, .team = {}, .valid_until = {}};
}

}  // namespace

Result<RoleMapping> RoleMapping::FromFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return core::Refuse(RolesUnusable(path, "it cannot be read"));
  const std::string text((std::istreambuf_iterator<char>(file)), {});
  return Parse(path, text);
}

Result<RoleMapping> RoleMapping::Parse(std::string_view source, std::string_view json) {
  const auto wrong = [&](const std::string& why) {
    return core::Refuse(RolesUnusable(source, why));
  };
  const auto read = ReadJson(json);
  if (!read) return wrong(read.error().message);
  const Json* rules = Member(*read, "rules");
  if (rules == nullptr || !rules->is_array()) return wrong("it has no list of rules");
  if (auto known = CheckMembers(*read, {"name", "teacher", "rules"}, "it"); !known) {
    return wrong(known.error().message);
  }
  RoleMapping mapping;
  mapping.text_ = json;
  for (const auto& [member, to] :
       {std::pair("name", &mapping.name_), std::pair("teacher", &mapping.teacher_)}) {
    const Json* claim = Member(*read, member);
    if (claim == nullptr) continue;
    auto path = PathOf(*claim);
    if (!path) return wrong(path.error().message);
    *to = *std::move(path);
  }
  for (const Json& object : *rules) {
    auto rule = ReadRule(object);
    if (!rule) {
      return wrong("rule " + std::to_string(mapping.rules_.size() + 1) + ": " +
                   rule.error().message);
    }
    mapping.rules_.push_back(*std::move(rule));
  }
  if (mapping.rules_.empty()) return wrong("without a rule nobody has a role");
  std::stable_sort(mapping.rules_.begin(), mapping.rules_.end(),
                   [](const Rule& a, const Rule& b) { return a.when.size() > b.when.size(); });
  return mapping;
}

Result<RoleMapping::Rule> RoleMapping::ReadRule(const Json& object) {
  if (!object.is_object()) return core::Refuse(Wrong("it is no object"));
  if (auto known = CheckMembers(object, {"when", "role", "district", "school", "team"}, "a rule");
      !known) {
    return core::Refuse(known.error());
  }
  Rule rule;
  rule.role = platform::RoleOf(Text(object, "role").value_or(""));
  if (const Json* when = Member(object, "when")) {
    if (!when->is_array()) return core::Refuse(Wrong("`when` is a list of conditions"));
    for (const Json& one : *when) {
      auto condition = ReadCondition(one);
      if (!condition) return core::Refuse(condition.error());
      rule.when.push_back(*std::move(condition));
    }
  }
  Principal as = NobodyYet(rule.role);
  const std::tuple<const char*, Place*, std::string*> places[] = {
      {"district", &rule.district, &as.district},
      {"school", &rule.school, &as.school},
      {"team", &rule.team, &as.team}};
  for (const auto& [name, place, id] : places) {
    auto read = ReadPlace(object, name);
    if (!read) return core::Refuse(read.error());
    *place = *std::move(read);
    if (!place->id.empty() || !place->claim.empty()) *id = "there";
  }
  if (as.district.empty() || !platform::IsBoundAsItsRole(as)) {
    return core::Refuse(Wrong("it needs a district, a role (" + platform::RoleNames() +
                              "), and the school and team of it"));
  }
  return rule;
}

Result<RoleMapping::Condition> RoleMapping::ReadCondition(const Json& object) {
  const Json* claim = Member(object, "claim");
  const Json* is = Member(object, "is");
  const bool plain = is != nullptr && (is->is_string() || is->is_boolean() || is->is_number());
  if (claim == nullptr || !plain || object.size() != 2) {
    return core::Refuse(Wrong("a condition says a `claim`, and the value that it `is`"));
  }
  auto path = PathOf(*claim);
  if (!path) return core::Refuse(path.error());
  return Condition{*std::move(path), *is};
}

Result<RoleMapping::Place> RoleMapping::ReadPlace(const Json& rule, const char* name) {
  const Json* said = Member(rule, name);
  Place place;
  if (said == nullptr) return place;
  const auto wrong = [&](const std::string& why) {
    return core::Refuse(Wrong("its " + std::string(name) + " " + why));
  };
  if (said->is_string()) {
    place.id = said->get<std::string>();
    if (!core::IsId(place.id)) return wrong("is no id");
    return place;
  }
  const Json* claim = Member(*said, "claim");
  if (claim == nullptr) return wrong("is an id, or an object with a `claim`");
  if (auto known = CheckMembers(*said, {"claim", "named"}, "its " + std::string(name)); !known) {
    return core::Refuse(known.error());
  }
  auto path = PathOf(*claim);
  if (!path) return core::Refuse(path.error());
  place.claim = *std::move(path);
  const Json* named = Member(*said, "named");
  if (named == nullptr) return place;
  if (!named->is_object() || named->empty()) return wrong("has a `named` that names nothing");
  for (const auto& [value, id] : named->items()) {
    if (!id.is_string() || !core::IsId(id.get<std::string>())) {
      return wrong("has a `named` with what is no id");
    }
    place.named.emplace_back(value, id.get<std::string>());
  }
  return place;
}

bool RoleMapping::IsMet(const Condition& condition, const Json& claims) {
  const Json* claim = At(condition.claim, claims);
  if (claim == nullptr) return false;
  if (!claim->is_array()) return *claim == condition.is;
  return std::find(claim->begin(), claim->end(), condition.is) != claim->end();
}

std::optional<std::string> RoleMapping::IdOf(const Place& place, const Json& claims) {
  if (place.claim.empty()) return place.id;
  const Json* claim = At(place.claim, claims);
  // A list of one is what some providers make of a single value.
  if (claim != nullptr && claim->is_array() && claim->size() == 1) claim = &claim->front();
  if (claim == nullptr || !claim->is_string()) return std::nullopt;
  const auto value = claim->get<std::string>();
  if (place.named.empty()) return core::IsId(value) ? std::optional(value) : std::nullopt;
  const auto found = std::find_if(place.named.begin(), place.named.end(),
                                  [&](const auto& one) { return one.first == value; });
  return found == place.named.end() ? std::nullopt : std::optional(found->second);
}

std::optional<Principal> RoleMapping::Fit(const Rule& rule, const Json& claims) {
  for (const Condition& condition : rule.when) {
    if (!IsMet(condition, claims)) return std::nullopt;
  }
  Principal person = NobodyYet(rule.role);
  const std::pair<const Place&, std::string&> places[] = {
      {rule.district, person.district}, {rule.school, person.school}, {rule.team, person.team}};
  for (const auto& [place, to] : places) {
    auto id = IdOf(place, claims);
    if (!id) return std::nullopt;
    to = *std::move(id);
  }
  return person;
}

std::optional<Principal> RoleMapping::PersonOf(const Json& claims) const {
  for (const Rule& rule : rules_) {
    auto person = Fit(rule, claims);
    if (!person) continue;
    person->subject = TextAt({"sub"}, claims);
    if (!teacher_.empty()) person->teacher = TeacherAt(teacher_, claims);
    const bool usable = !person->subject.empty() && person->subject.size() <= kLongestSubject &&
                        platform::IsPrintable(person->subject) &&
                        person->teacher.value_or("").size() <= kLongestTeacher &&
                        platform::IsPrintable(person->teacher.value_or(""));
    return usable ? person : std::nullopt;
  }
  return std::nullopt;
}

std::string RoleMapping::NameOf(const Json& claims) const {
  std::string name = TextAt(name_, claims);
  return name.size() <= kLongestName && core::IsUtf8(name) ? name : "";
}

}  // namespace throughline::gateway::sign_in
