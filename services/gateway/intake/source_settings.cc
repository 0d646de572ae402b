#include "gateway/intake/source_settings.h"

#include <algorithm>

#include "core/ids.h"
#include "core/time_zone.h"
#include "gateway/intake/errors.h"
#include "oneroster/conventions.h"

namespace throughline::gateway {

namespace {

constexpr size_t kTextsAtMost = 100;

core::Result<std::vector<std::string>> Texts(const Json& declared, std::string_view name) {
  std::vector<std::string> texts;
  const Json* member = Member(declared, name);
  if (member == nullptr) return texts;
  const bool fits = member->is_array() && member->size() <= kTextsAtMost &&
                    std::all_of(member->begin(), member->end(), [](const Json& text) {
                      return text.is_string() && !text.get_ref<const std::string&>().empty();
                    });
  if (!fits) return core::Refuse(SettingsInvalid(name, "a list of up to 100 texts, none empty"));
  for (const Json& text : *member) texts.push_back(text.get<std::string>());
  return texts;
}

core::Result<void> ReadKind(const Json& declared, SourceSettings& settings) {
  if (Member(declared, "assessments_are") == nullptr) return {};
  const auto kind = Text(declared, "assessments_are");
  if (kind != "assessments" && kind != "line_items") {
    return core::Refuse(SettingsInvalid("assessments_are", "assessments or line_items"));
  }
  settings.assessments_are_line_items = kind == "line_items";
  return {};
}

core::Result<void> ReadZone(const Json& declared, SourceSettings& settings) {
  if (Member(declared, "time_zone") == nullptr) return {};
  const auto zone = Text(declared, "time_zone");
  if (!zone || !core::IsKnownZone(*zone)) {
    return core::Refuse(SettingsInvalid("time_zone", "a time zone of the IANA database"));
  }
  settings.time_zone = *zone;
  return {};
}

}  // namespace

size_t Prefixes::Longest(std::string_view name) const {
  size_t longest = 0;
  for (const std::string& text : texts_) {
    if (name.size() > text.size() && name.starts_with(text)) {
      longest = std::max(longest, text.size());
    }
  }
  return longest;
}

core::Result<SourceSettings> ReadSourceSettings(const Json& declared) {
  constexpr std::string_view kNames[] = {"source",  "time_zone",       "students", "assessments",
                                         "classes", "assessments_are", "verbs"};
  if (!declared.is_object()) return core::Refuse(SettingsInvalid("", "an object"));
  for (const auto& [name, value] : declared.items()) {
    if (std::find(std::begin(kNames), std::end(kNames), name) == std::end(kNames)) {
      return core::Refuse(FieldUnknown(name));
    }
  }
  SourceSettings settings;
  settings.source = Text(declared, "source").value_or("");
  if (!core::IsId(settings.source)) return core::Refuse(SettingsInvalid("source", "an id"));
  if (auto read = ReadZone(declared, settings); !read) return core::Refuse(read.error());
  if (auto read = ReadKind(declared, settings); !read) return core::Refuse(read.error());
  const std::pair<std::string_view, Prefixes*> names[] = {{"students", &settings.students},
                                                          {"assessments", &settings.assessments},
                                                          {"classes", &settings.classes}};
  for (const auto& [name, prefixes] : names) {
    auto texts = Texts(declared, name);
    if (!texts) return core::Refuse(texts.error());
    *prefixes = Prefixes(*std::move(texts));
  }
  auto verbs = Texts(declared, "verbs");
  if (!verbs) return core::Refuse(verbs.error());
  settings.verbs = *std::move(verbs);
  return settings;
}

void SetStudent(std::string_view name, const SourceSettings& settings,
                evidence::v1::Result& result) {
  result.set_student(settings.students.Strip(name));
}

void SetAssessment(std::string_view name, const SourceSettings& settings,
                   evidence::v1::Result& result) {
  const std::string stripped = settings.assessments.Strip(name);
  if (settings.assessments_are_line_items) {
    result.set_line_item(stripped);
  } else {
    result.set_assessment(throughline::oneroster::IdOf(stripped));
  }
}

void SetClass(std::string_view name, const SourceSettings& settings, evidence::v1::Result& result) {
  result.set_class_id(throughline::oneroster::IdOf(settings.classes.Strip(name)));
}

void SetDay(core::Instant instant, const SourceSettings& settings, evidence::v1::Result& result) {
  result.set_date(core::FormatDate(core::LocalDate(instant, settings.time_zone)));
}

}  // namespace throughline::gateway
