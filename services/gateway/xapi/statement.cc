#include "gateway/xapi/statement.h"

#include <algorithm>

#include "core/date.h"
#include "core/ids.h"
#include "gateway/intake/errors.h"
#include "gateway/intake/score.h"
#include "gateway/xapi/checks.h"
#include "gateway/xapi/errors.h"
#include "gateway/xapi/formats.h"
#include "gateway/xapi/properties.h"

namespace throughline::gateway::xapi {

namespace {

using evidence::v1::Result;

constexpr std::string_view kVoided = "http://adlnet.gov/expapi/verbs/voided";
constexpr std::string_view kUsualVerbs[] = {
    "http://adlnet.gov/expapi/verbs/answered", "http://adlnet.gov/expapi/verbs/completed",
    "http://adlnet.gov/expapi/verbs/passed",   "http://adlnet.gov/expapi/verbs/failed",
    "http://adlnet.gov/expapi/verbs/scored",   "http://adlnet.gov/expapi/verbs/mastered",
    "http://id.tincanapi.com/verb/completed",  "https://w3id.org/xapi/adl/verbs/scored",
};

bool IsResultVerb(const std::string& verb, const SourceSettings& settings) {
  if (settings.verbs.empty()) {
    return std::find(std::begin(kUsualVerbs), std::end(kUsualVerbs), verb) != std::end(kUsualVerbs);
  }
  return std::find(settings.verbs.begin(), settings.verbs.end(), verb) != settings.verbs.end();
}

// A UUID (version 8, of our own making) that the same content gets on the same occasion.
std::string UuidOf(const Json& statement, std::string_view source, std::string_view occasion) {
  const std::string derived = core::DerivedId({"xapi", source, occasion, statement.dump()});
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string uuid;
  unsigned bits = 0;
  int count = 0;
  for (char c : derived) {
    bits = (bits << 5 | static_cast<unsigned>(c >= 'a' ? c - 'a' : c - '2' + 26)) & 0xfff;
    for (count += 5; count >= 4 && uuid.size() < 36; count -= 4) {
      if (uuid.size() == 8 || uuid.size() == 13 || uuid.size() == 18 || uuid.size() == 23) {
        uuid += '-';
      }
      unsigned digit = bits >> (count - 4) & 0xf;
      if (uuid.size() == 14) digit = 8;
      if (uuid.size() == 19) digit = 8 | (digit & 3);
      uuid += kDigits[digit];
    }
  }
  return uuid;
}

core::Result<void> CheckVersion(const Json& statement) {
  if (Member(statement, "version") == nullptr) return {};
  const std::string version = Text(statement, "version").value_or("");
  if (IsSupportedVersion(version)) return {};
  return core::Refuse(FieldInvalid("version", "1.0, 1.0.x, 2.0 or 2.0.x"));
}

core::Result<void> Check(const Json& statement) {
  if (!statement.is_object()) return core::Refuse(FieldInvalid("", "an object"));
  auto checked = CheckProperties(statement, "",
                                 {"id", "actor", "verb", "object", "result", "context", "timestamp",
                                  "stored", "authority", "version", "attachments"});
  if (!checked) return checked;
  if (auto nulls = CheckNoNulls(statement); !nulls) return nulls;
  if (Member(statement, "id") != nullptr && !IsUuid(Text(statement, "id").value_or(""))) {
    return core::Refuse(FieldInvalid("id", "a UUID"));
  }
  if (auto parts = CheckParts(statement, ""); !parts) return parts;
  auto stored = CheckKind(statement, "", "stored", IsString, "an instant after ISO 8601");
  if (!stored) return stored;
  if (const Json* authority = Member(statement, "authority")) {
    if (auto fits = CheckAuthority(*authority, "authority"); !fits) return fits;
  }
  const bool voids = Text(statement["verb"], "id") == kVoided;
  if (voids && Text(statement["object"], "objectType") != "StatementRef") {
    return core::Refuse(FieldInvalid("object", "a StatementRef: it is to be voided"));
  }
  return CheckVersion(statement);
}

// Ids of the activities under a name of contextActivities.
std::vector<std::string> ActivitiesOf(const Json& statement, std::string_view name) {
  std::vector<std::string> ids;
  const Json* context = Member(statement, "context");
  const Json* all = context == nullptr ? nullptr : Member(*context, "contextActivities");
  const Json* some = all == nullptr ? nullptr : Member(*all, name);
  if (some == nullptr) return ids;
  if (some->is_object()) return {Text(*some, "id").value_or("")};
  for (const Json& activity : *some) ids.push_back(Text(activity, "id").value_or(""));
  return ids;
}

std::string ClassOf(const Json& statement, const SourceSettings& settings) {
  if (settings.classes.Empty()) {
    const auto grouping = ActivitiesOf(statement, "grouping");
    return grouping.size() == 1 ? grouping[0] : "";
  }
  for (const char* name : {"grouping", "parent", "category"}) {
    for (const std::string& id : ActivitiesOf(statement, name)) {
      if (settings.classes.Fits(id)) return id;
    }
  }
  return "";
}

// False when there is no score in it.
core::Result<bool> SetScoreOf(const Json& statement, Result& result) {
  const Json* outer = Member(statement, "result");
  const Json* score = outer == nullptr ? nullptr : Member(*outer, "score");
  if (score == nullptr) return false;
  const auto number = [&](std::string_view name) {
    const Json* member = Member(*score, name);
    return member == nullptr ? std::nullopt : NumberText(*member);
  };
  const auto raw = number("raw"), scaled = number("scaled"), max = number("max");
  if (!raw && !scaled) return false;
  core::Result<void> set;
  // A raw score whose scale nobody tells says less than a scaled one.
  if (raw && (max || !scaled)) {
    set = SetScore(*raw, "result.score.raw", result);
    if (set && max) set = SetScale(number("min").value_or("0"), *max, "result.score", result);
  } else {
    set = SetScore(*scaled, "result.score.scaled", result);
    if (set) set = SetScale("0", "1", "result.score", result);
  }
  if (!set) return core::Refuse(set.error());
  return true;
}

core::Result<std::optional<Result>> ResultOf(const Json& statement, const std::string& id,
                                             const SourceSettings& settings,
                                             std::optional<core::Instant> happened) {
  Result result;
  const Json& object = statement["object"];
  const std::string verb = Text(statement["verb"], "id").value_or("");
  if (verb == kVoided) {
    result.set_source_id(LowerCase(Text(object, "id").value_or("")));
    // A statement never changes: it stays voided, should it come after this.
    result.set_source_version(result.source_id());
    result.set_retracted(true);
    return result;
  }
  const std::string student = NameOfAgent(statement["actor"]);
  const bool activity = Text(object, "objectType").value_or("Activity") == "Activity";
  if (student.empty() || !activity || !IsResultVerb(verb, settings)) return std::nullopt;
  auto scored = SetScoreOf(statement, result);
  if (!scored) return core::Refuse(scored.error());
  if (!*scored) return std::nullopt;
  result.set_source_id(id);
  result.set_source_version(id);
  SetStudent(student, settings, result);
  SetAssessment(Text(object, "id").value_or(""), settings, result);
  if (const std::string in = ClassOf(statement, settings); !in.empty()) {
    SetClass(in, settings, result);
  }
  if (happened) {
    SetDay(*happened, settings, result);
  } else {
    result.set_day_of_arrival(true);
  }
  return result;
}

}  // namespace

core::Result<Statement> ReadStatement(const Json& statement, const SourceSettings& settings,
                                      std::string_view occasion) {
  if (auto checked = Check(statement); !checked) return core::Refuse(checked.error());
  Statement read;
  const auto given = Text(statement, "id");
  read.id_given = given.has_value();
  read.id = given ? LowerCase(*given) : UuidOf(statement, settings.source, occasion);
  // Readable, as it was checked; nullopt where it says none.
  const auto happened = ReadTimestamp(Text(statement, "timestamp").value_or(""));
  auto result = ResultOf(statement, read.id, settings, happened);
  if (!result) return core::Refuse(result.error());
  read.result = *std::move(result);
  return read;
}

}  // namespace throughline::gateway::xapi
