#include "gateway/xapi/properties.h"

#include <algorithm>
#include <utility>

#include "core/decimal.h"
#include "gateway/intake/errors.h"
#include "gateway/xapi/errors.h"

namespace throughline::gateway::xapi {

namespace {

std::string Under(std::string_view field, std::string_view name) {
  return field.empty() ? std::string(name) : std::string(field) + "." + std::string(name);
}

bool IsHex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

core::Result<void> RequireObject(const Json* value, std::string_view field) {
  if (value == nullptr) return core::Refuse(FieldMissing(field));
  if (!value->is_object()) return core::Refuse(FieldInvalid(field, "an object"));
  return {};
}

// A member that is there is of that kind.
core::Result<void> CheckKind(const Json& object, std::string_view field, std::string_view name,
                             bool (*fits)(const Json&), std::string_view must) {
  const Json* member = Member(object, name);
  if (member == nullptr || fits(*member)) return {};
  return core::Refuse(FieldInvalid(Under(field, name), must));
}

bool IsObject(const Json& value) { return value.is_object(); }
bool IsBoolean(const Json& value) { return value.is_boolean(); }
bool IsString(const Json& value) { return value.is_string(); }
bool IsDuration(const Json& value) {
  return value.is_string() && value.get_ref<const std::string&>().starts_with("P");
}
bool IsUuidText(const Json& value) {
  return value.is_string() && IsUuid(value.get_ref<const std::string&>());
}

core::Result<void> CheckAccount(const Json& account, std::string_view field) {
  if (auto object = RequireObject(&account, field); !object) return object;
  if (auto checked = CheckProperties(account, field, {"homePage", "name"}); !checked)
    return checked;
  if (!IsIri(Text(account, "homePage").value_or(""))) {
    return core::Refuse(FieldInvalid(Under(field, "homePage"), "an IRI"));
  }
  if (Text(account, "name").value_or("").empty()) {
    return core::Refuse(FieldInvalid(Under(field, "name"), "a text"));
  }
  return {};
}

// How many of the four ways to identify an agent are used, each rightly.
core::Result<int> CountIdentifiers(const Json& actor, std::string_view field) {
  int count = 0;
  if (const Json* mailbox = Member(actor, "mbox")) {
    const std::string text = Text(actor, "mbox").value_or("");
    const bool fits =
        mailbox->is_string() && text.starts_with("mailto:") && text.find('@') != std::string::npos;
    if (!fits) return core::Refuse(FieldInvalid(Under(field, "mbox"), "a mailto IRI"));
    ++count;
  }
  if (Member(actor, "mbox_sha1sum") != nullptr) {
    const std::string digest = Text(actor, "mbox_sha1sum").value_or("");
    if (digest.size() != 40 || !std::all_of(digest.begin(), digest.end(), IsHex)) {
      return core::Refuse(FieldInvalid(Under(field, "mbox_sha1sum"), "40 hexadecimal digits"));
    }
    ++count;
  }
  if (Member(actor, "openid") != nullptr) {
    if (!IsIri(Text(actor, "openid").value_or(""))) {
      return core::Refuse(FieldInvalid(Under(field, "openid"), "a URI"));
    }
    ++count;
  }
  if (const Json* account = Member(actor, "account")) {
    auto checked = CheckAccount(*account, Under(field, "account"));
    if (!checked) return core::Refuse(checked.error());
    ++count;
  }
  return count;
}

core::Result<void> CheckMembers(const Json& group, std::string_view field, int identifiers) {
  const Json* members = Member(group, "member");
  const std::string name = Under(field, "member");
  if (members == nullptr) {
    if (identifiers == 0) return core::Refuse(FieldMissing(name));
    return {};
  }
  if (!members->is_array()) return core::Refuse(FieldInvalid(name, "a list of agents"));
  for (const Json& member : *members) {
    if (Text(member, "objectType") == "Group") {
      return core::Refuse(FieldInvalid(name, "a list of agents"));
    }
    if (auto checked = CheckActor(&member, name); !checked) return checked;
  }
  return {};
}

core::Result<void> CheckSubStatement(const Json& object, std::string_view field) {
  auto checked = CheckProperties(
      object, field,
      {"objectType", "actor", "verb", "object", "result", "context", "timestamp", "attachments"});
  if (!checked) return checked;
  if (auto actor = CheckActor(Member(object, "actor"), Under(field, "actor")); !actor) return actor;
  if (auto verb = CheckVerb(Member(object, "verb"), Under(field, "verb")); !verb) return verb;
  const Json* inner = Member(object, "object");
  if (inner != nullptr && Text(*inner, "objectType") == "SubStatement") {
    return core::Refuse(FieldInvalid(Under(field, "object"), "no statement itself"));
  }
  return CheckObject(inner, Under(field, "object"));
}

core::Result<std::optional<core::Decimal>> NumberOf(const Json& score, std::string_view name) {
  const Json* member = Member(score, name);
  if (member == nullptr) return std::nullopt;
  const std::string field = Under("result.score", name);
  const auto text = NumberText(*member);
  if (!text) return core::Refuse(FieldInvalid(field, "a number"));
  const auto number = core::Decimal::Parse(*text);
  if (!number) return core::Refuse(ScoreInvalid(field));
  return number;
}

core::Result<void> CheckScore(const Json& score) {
  if (auto object = RequireObject(&score, "result.score"); !object) return object;
  auto checked = CheckProperties(score, "result.score", {"scaled", "raw", "min", "max"});
  if (!checked) return checked;
  std::optional<core::Decimal> scaled, raw, min, max;
  const std::pair<const char*, std::optional<core::Decimal>*> numbers[] = {
      {"scaled", &scaled}, {"raw", &raw}, {"min", &min}, {"max", &max}};
  for (const auto& [name, number] : numbers) {
    auto read = NumberOf(score, name);
    if (!read) return core::Refuse(read.error());
    *number = *read;
  }
  const core::Decimal one = core::Decimal::Parse("1").value();
  const core::Decimal minus_one = core::Decimal::Parse("-1").value();
  if (scaled && (*scaled < minus_one || *scaled > one)) {
    return core::Refuse(ScoreOutOfRange("result.score.scaled", "from -1 to 1"));
  }
  if (min && max && *max <= *min) {
    return core::Refuse(ScoreOutOfRange("result.score.max", "above min"));
  }
  if (raw && ((min && *raw < *min) || (max && *raw > *max))) {
    return core::Refuse(ScoreOutOfRange("result.score.raw", "from min to max"));
  }
  return {};
}

core::Result<void> CheckContextActivities(const Json& activities) {
  constexpr std::string_view kField = "context.contextActivities";
  if (auto object = RequireObject(&activities, kField); !object) return object;
  auto checked = CheckProperties(activities, kField, {"parent", "grouping", "category", "other"});
  if (!checked) return checked;
  for (const auto& [name, value] : activities.items()) {
    const Json list = value.is_array() ? value : Json::array({value});
    for (const Json& activity : list) {
      const std::string kind = Text(activity, "objectType").value_or("Activity");
      if (kind != "Activity") return core::Refuse(FieldInvalid(Under(kField, name), "activities"));
      if (auto fits = CheckObject(&activity, Under(kField, name)); !fits) return fits;
    }
  }
  return {};
}

}  // namespace

bool IsUuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? text[i] != '-' : !IsHex(text[i])) return false;
  }
  return true;
}

std::string LowerCase(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

bool IsSupportedVersion(std::string_view version) {
  const std::string_view minor = version.substr(0, 3);
  if (minor != "1.0" && minor != "2.0") return false;
  const std::string_view patch = version.substr(3);
  return patch.empty() ||
         (patch.size() > 1 && patch[0] == '.' &&
          std::all_of(patch.begin() + 1, patch.end(), [](char c) { return c >= '0' && c <= '9'; }));
}

bool IsIri(std::string_view text) {
  const size_t colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0 || colon + 1 == text.size()) return false;
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  const auto in_scheme = [&](char c) {
    return letter(c) || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
  };
  return letter(text[0]) && std::all_of(text.begin(), text.begin() + colon, in_scheme) &&
         std::none_of(text.begin(), text.end(),
                      [](char c) { return static_cast<unsigned char>(c) <= 0x20; });
}

core::Result<void> CheckProperties(const Json& object, std::string_view field,
                                   std::initializer_list<std::string_view> names) {
  for (const auto& [name, value] : object.items()) {
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      return core::Refuse(FieldUnknown(Under(field, name)));
    }
  }
  return {};
}

core::Result<void> CheckNoNulls(const Json& value) {
  if (!value.is_structured()) return {};
  for (const auto& [name, member] : value.items()) {
    if (member.is_null()) return core::Refuse(NullNotAllowed(name));
    if (name == "extensions") continue;
    if (auto checked = CheckNoNulls(member); !checked) return checked;
  }
  return {};
}

core::Result<void> CheckActor(const Json* actor, std::string_view field) {
  if (auto object = RequireObject(actor, field); !object) return object;
  const bool typed = Member(*actor, "objectType") != nullptr;
  const std::string kind = Text(*actor, "objectType").value_or(typed ? "" : "Agent");
  if (kind != "Agent" && kind != "Group") {
    return core::Refuse(FieldInvalid(Under(field, "objectType"), "Agent or Group"));
  }
  auto checked =
      kind == "Agent"
          ? CheckProperties(*actor, field,
                            {"objectType", "name", "mbox", "mbox_sha1sum", "openid", "account"})
          : CheckProperties(
                *actor, field,
                {"objectType", "name", "mbox", "mbox_sha1sum", "openid", "account", "member"});
  if (!checked) return checked;
  if (auto name = CheckKind(*actor, field, "name", IsString, "a text"); !name) return name;
  const auto identifiers = CountIdentifiers(*actor, field);
  if (!identifiers) return core::Refuse(identifiers.error());
  if (*identifiers > 1 || (kind == "Agent" && *identifiers == 0)) {
    return core::Refuse(NotIdentifiedOnce(field));
  }
  return kind == "Group" ? CheckMembers(*actor, field, *identifiers) : core::Result<void>();
}

core::Result<void> CheckVerb(const Json* verb, std::string_view field) {
  if (auto object = RequireObject(verb, field); !object) return object;
  if (auto checked = CheckProperties(*verb, field, {"id", "display"}); !checked) return checked;
  if (!IsIri(Text(*verb, "id").value_or(""))) {
    return core::Refuse(FieldInvalid(Under(field, "id"), "an IRI"));
  }
  return CheckKind(*verb, field, "display", IsObject, "an object");
}

core::Result<void> CheckObject(const Json* object, std::string_view field) {
  if (auto is_object = RequireObject(object, field); !is_object) return is_object;
  const bool typed = Member(*object, "objectType") != nullptr;
  const std::string kind = Text(*object, "objectType").value_or(typed ? "" : "Activity");
  if (kind == "Agent" || kind == "Group") return CheckActor(object, field);
  if (kind == "SubStatement") return CheckSubStatement(*object, field);
  const std::string id = Text(*object, "id").value_or("");
  if (kind == "StatementRef") {
    if (!IsUuid(id)) return core::Refuse(FieldInvalid(Under(field, "id"), "a UUID"));
    return CheckProperties(*object, field, {"objectType", "id"});
  }
  if (kind != "Activity") {
    return core::Refuse(FieldInvalid(Under(field, "objectType"),
                                     "Activity, Agent, Group, SubStatement or StatementRef"));
  }
  if (!IsIri(id)) return core::Refuse(FieldInvalid(Under(field, "id"), "an IRI"));
  auto checked = CheckKind(*object, field, "definition", IsObject, "an object");
  return checked ? CheckProperties(*object, field, {"objectType", "id", "definition"}) : checked;
}

core::Result<void> CheckResult(const Json& result) {
  if (auto object = RequireObject(&result, "result"); !object) return object;
  const core::Result<void> checks[] = {
      CheckProperties(result, "result",
                      {"score", "success", "completion", "response", "duration", "extensions"}),
      CheckKind(result, "result", "success", IsBoolean, "true or false"),
      CheckKind(result, "result", "completion", IsBoolean, "true or false"),
      CheckKind(result, "result", "response", IsString, "a text"),
      CheckKind(result, "result", "duration", IsDuration, "a duration after ISO 8601"),
      CheckKind(result, "result", "extensions", IsObject, "an object")};
  for (const auto& check : checks) {
    if (!check) return check;
  }
  const Json* score = Member(result, "score");
  return score == nullptr ? core::Result<void>() : CheckScore(*score);
}

core::Result<void> CheckContext(const Json& context) {
  if (auto object = RequireObject(&context, "context"); !object) return object;
  const core::Result<void> checks[] = {
      CheckProperties(
          context, "context",
          {"registration", "instructor", "team", "contextActivities", "contextAgents",
           "contextGroups", "revision", "platform", "language", "statement", "extensions"}),
      CheckKind(context, "context", "registration", IsUuidText, "a UUID"),
      CheckKind(context, "context", "revision", IsString, "a text"),
      CheckKind(context, "context", "platform", IsString, "a text"),
      CheckKind(context, "context", "language", IsString, "a text"),
      CheckKind(context, "context", "statement", IsObject, "an object"),
      CheckKind(context, "context", "extensions", IsObject, "an object")};
  for (const auto& check : checks) {
    if (!check) return check;
  }
  for (const char* name : {"instructor", "team"}) {
    const Json* actor = Member(context, name);
    if (actor == nullptr) continue;
    if (auto checked = CheckActor(actor, Under("context", name)); !checked) return checked;
  }
  const Json* activities = Member(context, "contextActivities");
  return activities == nullptr ? core::Result<void>() : CheckContextActivities(*activities);
}

std::string NameOfAgent(const Json& actor) {
  if (Text(actor, "objectType").value_or("Agent") != "Agent") return "";
  for (const char* name : {"mbox", "mbox_sha1sum", "openid"}) {
    if (const auto text = Text(actor, name)) return *text;
  }
  const Json* account = Member(actor, "account");
  if (account == nullptr) return "";
  std::string home = Text(*account, "homePage").value_or("");
  if (!home.ends_with('/')) home += '/';
  return home + Text(*account, "name").value_or("");
}

}  // namespace throughline::gateway::xapi
