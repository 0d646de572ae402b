#include "gateway/xapi/properties.h"

#include <algorithm>
#include <utility>

#include "core/decimal.h"
#include "gateway/intake/errors.h"
#include "gateway/xapi/activity.h"
#include "gateway/xapi/checks.h"
#include "gateway/xapi/errors.h"
#include "gateway/xapi/formats.h"

namespace throughline::gateway::xapi {

namespace {

bool IsSha1(std::string_view text) { return IsHex(text, 40); }
bool IsMailbox(std::string_view text) {
  return text.starts_with("mailto:") && text.find('@') != std::string_view::npos && IsIri(text);
}
bool IsTimestamp(std::string_view text) { return ReadTimestamp(text).has_value(); }
// SHA-2 in any of its sizes.
bool IsSha2(std::string_view text) {
  return IsHex(text, 56) || IsHex(text, 64) || IsHex(text, 96) || IsHex(text, 128);
}
bool IsLength(const Json& value) {
  return value.is_number_unsigned() || (value.is_number_integer() && value.get<int64_t>() >= 0);
}

core::Result<void> CheckAccount(const Json& account, std::string_view field) {
  if (auto object = RequireObject(&account, field); !object) return object;
  if (auto checked = CheckProperties(account, field, {"homePage", "name"}); !checked) {
    return checked;
  }
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
  auto checked = FirstOf({CheckText(actor, field, "mbox", IsMailbox, "a mailto IRI"),
                          CheckText(actor, field, "mbox_sha1sum", IsSha1, "40 hexadecimal digits"),
                          CheckText(actor, field, "openid", IsIri, "a URI")});
  if (!checked) return core::Refuse(checked.error());
  const Json* account = Member(actor, "account");
  if (account != nullptr) {
    if (auto fits = CheckAccount(*account, Under(field, "account")); !fits) {
      return core::Refuse(fits.error());
    }
  }
  int count = account == nullptr ? 0 : 1;
  for (const char* name : {"mbox", "mbox_sha1sum", "openid"}) {
    count += Member(actor, name) != nullptr;
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
  const Json* inner = Member(object, "object");
  if (inner != nullptr && Text(*inner, "objectType") == "SubStatement") {
    return core::Refuse(FieldInvalid(Under(field, "object"), "no statement itself"));
  }
  return CheckParts(object, field);
}

core::Result<std::optional<core::Decimal>> NumberOf(const Json& score, std::string_view where,
                                                    std::string_view name) {
  const Json* member = Member(score, name);
  if (member == nullptr) return std::nullopt;
  const std::string field = Under(where, name);
  const auto text = NumberText(*member);
  if (!text) return core::Refuse(FieldInvalid(field, "a number"));
  const auto number = core::Decimal::Parse(*text);
  if (!number) return core::Refuse(ScoreInvalid(field));
  return number;
}

core::Result<void> CheckScore(const Json& score, std::string_view field) {
  if (auto object = RequireObject(&score, field); !object) return object;
  auto checked = CheckProperties(score, field, {"scaled", "raw", "min", "max"});
  if (!checked) return checked;
  std::optional<core::Decimal> scaled, raw, min, max;
  const std::pair<const char*, std::optional<core::Decimal>*> numbers[] = {
      {"scaled", &scaled}, {"raw", &raw}, {"min", &min}, {"max", &max}};
  for (const auto& [name, number] : numbers) {
    auto read = NumberOf(score, field, name);
    if (!read) return core::Refuse(read.error());
    *number = *read;
  }
  const core::Decimal one = core::Decimal::Parse("1").value();
  const core::Decimal minus_one = core::Decimal::Parse("-1").value();
  if (scaled && (*scaled < minus_one || *scaled > one)) {
    return core::Refuse(ScoreOutOfRange(Under(field, "scaled"), "from -1 to 1"));
  }
  if (min && max && *max <= *min) {
    return core::Refuse(ScoreOutOfRange(Under(field, "max"), "above min"));
  }
  if (raw && ((min && *raw < *min) || (max && *raw > *max))) {
    return core::Refuse(ScoreOutOfRange(Under(field, "raw"), "from min to max"));
  }
  return {};
}

core::Result<void> CheckContextActivities(const Json& activities, const std::string& field) {
  if (auto object = RequireObject(&activities, field); !object) return object;
  auto checked = CheckProperties(activities, field, {"parent", "grouping", "category", "other"});
  if (!checked) return checked;
  for (const auto& [name, value] : activities.items()) {
    const Json list = value.is_array() ? value : Json::array({value});
    for (const Json& activity : list) {
      const std::string kind = Text(activity, "objectType").value_or("Activity");
      if (kind != "Activity") return core::Refuse(FieldInvalid(Under(field, name), "activities"));
      if (auto fits = CheckObject(&activity, Under(field, name)); !fits) return fits;
    }
  }
  return {};
}

// Of version 2.0: agents, or groups, with the types of what they have to do with it.
core::Result<void> CheckContextActors(const Json& context, std::string_view field,
                                      std::string_view name, std::string_view type,
                                      std::string_view actor) {
  const Json* list = Member(context, name);
  if (list == nullptr) return {};
  const std::string where = Under(field, name);
  if (!list->is_array()) return core::Refuse(FieldInvalid(where, "a list"));
  for (const Json& one : *list) {
    if (auto object = RequireObject(&one, where); !object) return object;
    auto checked = FirstOf({CheckProperties(one, where, {"objectType", actor, "relevantTypes"}),
                            CheckActor(Member(one, actor), Under(where, actor))});
    if (!checked) return checked;
    if (Text(one, "objectType") != type) {
      return core::Refuse(FieldInvalid(Under(where, "objectType"), type));
    }
    const Json* types = Member(one, "relevantTypes");
    const bool fit =
        types == nullptr || (types->is_array() && !types->empty() &&
                             std::all_of(types->begin(), types->end(), [](const Json& iri) {
                               return iri.is_string() && IsIri(iri.get_ref<const std::string&>());
                             }));
    if (!fit) return core::Refuse(FieldInvalid(Under(where, "relevantTypes"), "a list of IRIs"));
  }
  return {};
}

core::Result<void> CheckContextActor(const Json& context, std::string_view field,
                                     std::string_view name, bool only_group) {
  const Json* actor = Member(context, name);
  if (actor == nullptr) return {};
  const std::string where = Under(field, name);
  if (auto checked = CheckActor(actor, where); !checked) return checked;
  if (only_group && Text(*actor, "objectType") != "Group") {
    return core::Refuse(FieldInvalid(where, "a group"));
  }
  return {};
}

core::Result<void> CheckReference(const Json& reference, const std::string& field) {
  if (auto object = RequireObject(&reference, field); !object) return object;
  if (Text(reference, "objectType") != "StatementRef") {
    return core::Refuse(FieldInvalid(Under(field, "objectType"), "StatementRef"));
  }
  return CheckObject(&reference, field);
}

}  // namespace

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

core::Result<void> CheckAuthority(const Json& authority, std::string_view field) {
  if (auto actor = CheckActor(&authority, field); !actor) return actor;
  if (Text(authority, "objectType") != "Group") return {};
  const auto identifiers = CountIdentifiers(authority, field);
  const Json* members = Member(authority, "member");
  const bool two = members != nullptr && members->size() == 2;
  if (identifiers && *identifiers == 0 && two) return {};
  return core::Refuse(FieldInvalid(field, "an agent, or a group without a name of two agents"));
}

core::Result<void> CheckVerb(const Json* verb, std::string_view field) {
  if (auto object = RequireObject(verb, field); !object) return object;
  if (auto checked = CheckProperties(*verb, field, {"id", "display"}); !checked) return checked;
  if (!IsIri(Text(*verb, "id").value_or(""))) {
    return core::Refuse(FieldInvalid(Under(field, "id"), "an IRI"));
  }
  return CheckLanguageMap(*verb, field, "display");
}

core::Result<void> CheckObject(const Json* object, std::string_view field) {
  if (auto is_object = RequireObject(object, field); !is_object) return is_object;
  const bool typed = Member(*object, "objectType") != nullptr;
  const std::string kind = Text(*object, "objectType").value_or(typed ? "" : "Activity");
  if (kind == "Agent" || kind == "Group") return CheckActor(object, field);
  if (kind == "SubStatement") return CheckSubStatement(*object, field);
  if (kind == "StatementRef") {
    return FirstOf({RequireText(*object, field, "id", IsUuid, "a UUID"),
                    CheckProperties(*object, field, {"objectType", "id"})});
  }
  if (kind == "Activity") return CheckActivity(*object, field);
  return core::Refuse(FieldInvalid(Under(field, "objectType"),
                                   "Activity, Agent, Group, SubStatement or StatementRef"));
}

core::Result<void> CheckResult(const Json& result, std::string_view field) {
  if (auto object = RequireObject(&result, field); !object) return object;
  auto checked = FirstOf(
      {CheckProperties(result, field,
                       {"score", "success", "completion", "response", "duration", "extensions"}),
       CheckKind(result, field, "success", IsBoolean, "true or false"),
       CheckKind(result, field, "completion", IsBoolean, "true or false"),
       CheckKind(result, field, "response", IsString, "a text"),
       CheckText(result, field, "duration", IsDuration, "a duration after ISO 8601"),
       CheckExtensions(result, field)});
  const Json* score = Member(result, "score");
  return !checked || score == nullptr ? checked : CheckScore(*score, Under(field, "score"));
}

core::Result<void> CheckContext(const Json& context, std::string_view field, const Json& object) {
  if (auto is_object = RequireObject(&context, field); !is_object) return is_object;
  auto checked = FirstOf(
      {CheckProperties(
           context, field,
           {"registration", "instructor", "team", "contextActivities", "contextAgents",
            "contextGroups", "revision", "platform", "language", "statement", "extensions"}),
       CheckText(context, field, "registration", IsUuid, "a UUID"),
       CheckKind(context, field, "revision", IsString, "a text"),
       CheckKind(context, field, "platform", IsString, "a text"),
       CheckText(context, field, "language", IsLanguageTag, "a language (RFC 5646)"),
       CheckExtensions(context, field), CheckContextActor(context, field, "instructor", false),
       CheckContextActor(context, field, "team", true),
       CheckContextActors(context, field, "contextAgents", "contextAgent", "agent"),
       CheckContextActors(context, field, "contextGroups", "contextGroup", "group")});
  if (!checked) return checked;
  const bool of_activity = Text(object, "objectType").value_or("Activity") == "Activity";
  for (const char* name : {"revision", "platform"}) {
    if (!of_activity && Member(context, name) != nullptr) {
      return core::Refuse(FieldInvalid(Under(field, name), "of an activity"));
    }
  }
  if (const Json* statement = Member(context, "statement")) {
    if (auto fits = CheckReference(*statement, Under(field, "statement")); !fits) return fits;
  }
  const Json* activities = Member(context, "contextActivities");
  if (activities == nullptr) return {};
  return CheckContextActivities(*activities, Under(field, "contextActivities"));
}

core::Result<void> CheckAttachments(const Json& attachments, std::string_view field) {
  if (!attachments.is_array()) return core::Refuse(FieldInvalid(field, "a list"));
  for (const Json& one : attachments) {
    if (auto object = RequireObject(&one, field); !object) return object;
    if (Member(one, "display") == nullptr) {
      return core::Refuse(FieldMissing(Under(field, "display")));
    }
    if (Member(one, "length") == nullptr) return core::Refuse(FieldMissing(Under(field, "length")));
    auto checked = FirstOf(
        {CheckProperties(
             one, field,
             {"usageType", "display", "description", "contentType", "length", "sha2", "fileUrl"}),
         RequireText(one, field, "usageType", IsIri, "an IRI"),
         CheckLanguageMap(one, field, "display"), CheckLanguageMap(one, field, "description"),
         RequireText(one, field, "contentType", IsMediaType, "a media type"),
         CheckKind(one, field, "length", IsLength, "a number of bytes"),
         RequireText(one, field, "sha2", IsSha2, "a digest by SHA-2, in hexadecimal"),
         RequireText(one, field, "fileUrl", IsIri, "an IRL")});
    if (!checked) return checked;
  }
  return {};
}

core::Result<void> CheckParts(const Json& statement, std::string_view field) {
  const Json* object = Member(statement, "object");
  auto checked =
      FirstOf({CheckActor(Member(statement, "actor"), Under(field, "actor")),
               CheckVerb(Member(statement, "verb"), Under(field, "verb")),
               CheckObject(object, Under(field, "object")),
               CheckText(statement, field, "timestamp", IsTimestamp, "an instant after ISO 8601")});
  if (!checked) return checked;
  if (const Json* result = Member(statement, "result")) {
    if (auto fits = CheckResult(*result, Under(field, "result")); !fits) return fits;
  }
  if (const Json* context = Member(statement, "context")) {
    if (auto fits = CheckContext(*context, Under(field, "context"), *object); !fits) return fits;
  }
  const Json* attachments = Member(statement, "attachments");
  if (attachments == nullptr) return {};
  return CheckAttachments(*attachments, Under(field, "attachments"));
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
