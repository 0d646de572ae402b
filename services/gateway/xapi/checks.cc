#include "gateway/xapi/checks.h"

#include <algorithm>

#include "gateway/intake/errors.h"
#include "gateway/xapi/errors.h"
#include "gateway/xapi/formats.h"

namespace throughline::gateway::xapi {

std::string Under(std::string_view field, std::string_view name) {
  return field.empty() ? std::string(name) : std::string(field) + "." + std::string(name);
}

core::Result<void> RequireObject(const Json* value, std::string_view field) {
  if (value == nullptr) return core::Refuse(FieldMissing(field));
  if (!value->is_object()) return core::Refuse(FieldInvalid(field, "an object"));
  return {};
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

core::Result<void> CheckKind(const Json& object, std::string_view field, std::string_view name,
                             bool (*fits)(const Json&), std::string_view must) {
  const Json* member = Member(object, name);
  if (member == nullptr || fits(*member)) return {};
  return core::Refuse(FieldInvalid(Under(field, name), must));
}

core::Result<void> CheckText(const Json& object, std::string_view field, std::string_view name,
                             bool (*fits)(std::string_view), std::string_view must) {
  const Json* member = Member(object, name);
  if (member == nullptr) return {};
  if (member->is_string() && fits(member->get_ref<const std::string&>())) return {};
  return core::Refuse(FieldInvalid(Under(field, name), must));
}

core::Result<void> RequireText(const Json& object, std::string_view field, std::string_view name,
                               bool (*fits)(std::string_view), std::string_view must) {
  if (Member(object, name) == nullptr) return core::Refuse(FieldMissing(Under(field, name)));
  return CheckText(object, field, name, fits, must);
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

core::Result<void> CheckLanguageMap(const Json& object, std::string_view field,
                                    std::string_view name) {
  const Json* map = Member(object, name);
  if (map == nullptr) return {};
  const std::string where = Under(field, name);
  if (auto is_object = RequireObject(map, where); !is_object) return is_object;
  for (const auto& [language, text] : map->items()) {
    if (!IsLanguageTag(language) || !text.is_string()) {
      return core::Refuse(FieldInvalid(where, "texts by language (RFC 5646)"));
    }
  }
  return {};
}

core::Result<void> CheckExtensions(const Json& object, std::string_view field) {
  const Json* extensions = Member(object, "extensions");
  if (extensions == nullptr) return {};
  const std::string where = Under(field, "extensions");
  if (auto is_object = RequireObject(extensions, where); !is_object) return is_object;
  for (const auto& [key, value] : extensions->items()) {
    if (!IsIri(key))
      return core::Refuse(FieldInvalid(where, "an object of which each key is an IRI"));
  }
  return {};
}

bool IsBoolean(const Json& value) { return value.is_boolean(); }
bool IsString(const Json& value) { return value.is_string(); }

core::Result<void> FirstOf(std::initializer_list<core::Result<void>> checks) {
  for (const auto& check : checks) {
    if (!check) return check;
  }
  return {};
}

}  // namespace throughline::gateway::xapi
