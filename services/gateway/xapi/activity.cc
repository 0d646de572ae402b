#include "gateway/xapi/activity.h"

#include <algorithm>
#include <array>
#include <set>

#include "gateway/intake/errors.h"
#include "gateway/xapi/checks.h"
#include "gateway/xapi/formats.h"

namespace throughline::gateway::xapi {

namespace {

constexpr std::array<std::string_view, 10> kInteractions = {
    "true-false",  "choice",     "fill-in", "long-fill-in", "matching",
    "performance", "sequencing", "likert",  "numeric",      "other"};
// The lists of components, and the interactions that have them.
struct Components {
  std::string_view name;
  std::array<std::string_view, 2> of;
};
constexpr std::array<Components, 5> kComponents = {{{"choices", {"choice", "sequencing"}},
                                                    {"scale", {"likert", ""}},
                                                    {"source", {"matching", ""}},
                                                    {"target", {"matching", ""}},
                                                    {"steps", {"performance", ""}}}};

bool IsInteraction(std::string_view text) {
  return std::find(kInteractions.begin(), kInteractions.end(), text) != kInteractions.end();
}

bool IsListOfTexts(const Json& value) {
  return value.is_array() && std::all_of(value.begin(), value.end(), IsString);
}

core::Result<void> CheckComponents(const Json& components, const std::string& field) {
  if (!components.is_array()) return core::Refuse(FieldInvalid(field, "a list of components"));
  std::set<std::string> ids;
  for (const Json& component : components) {
    if (!component.is_object()) return core::Refuse(FieldInvalid(field, "a list of components"));
    auto checked = FirstOf({CheckProperties(component, field, {"id", "description"}),
                            CheckLanguageMap(component, field, "description")});
    if (!checked) return checked;
    const std::string id = Text(component, "id").value_or("");
    if (id.empty() || !ids.insert(id).second) {
      return core::Refuse(FieldInvalid(Under(field, "id"), "a text of its own"));
    }
  }
  return {};
}

core::Result<void> CheckInteraction(const Json& definition, const std::string& field) {
  auto checked = FirstOf(
      {CheckText(definition, field, "interactionType", IsInteraction, "a type of interaction"),
       CheckKind(definition, field, "correctResponsesPattern", IsListOfTexts, "a list of texts")});
  if (!checked) return checked;
  const auto type = Text(definition, "interactionType");
  for (const Components& components : kComponents) {
    const Json* list = Member(definition, components.name);
    if (list == nullptr) continue;
    const std::string where = Under(field, components.name);
    const auto& of = components.of;
    if (!type || std::find(of.begin(), of.end(), *type) == of.end()) {
      return core::Refuse(FieldInvalid(where, "of an interaction that has such"));
    }
    if (auto fits = CheckComponents(*list, where); !fits) return fits;
  }
  const bool patterned = Member(definition, "correctResponsesPattern") != nullptr;
  if (patterned && !type) return core::Refuse(FieldMissing(Under(field, "interactionType")));
  return {};
}

core::Result<void> CheckDefinition(const Json& definition, const std::string& field) {
  if (auto object = RequireObject(&definition, field); !object) return object;
  return FirstOf({CheckProperties(
                      definition, field,
                      {"name", "description", "type", "moreInfo", "extensions", "interactionType",
                       "correctResponsesPattern", "choices", "scale", "source", "target", "steps"}),
                  CheckLanguageMap(definition, field, "name"),
                  CheckLanguageMap(definition, field, "description"),
                  CheckText(definition, field, "type", IsIri, "an IRI"),
                  CheckText(definition, field, "moreInfo", IsIri, "an IRL"),
                  CheckExtensions(definition, field), CheckInteraction(definition, field)});
}

}  // namespace

core::Result<void> CheckActivity(const Json& activity, std::string_view field) {
  if (!IsIri(Text(activity, "id").value_or(""))) {
    return core::Refuse(FieldInvalid(Under(field, "id"), "an IRI"));
  }
  auto checked = CheckProperties(activity, field, {"objectType", "id", "definition"});
  if (!checked) return checked;
  const Json* definition = Member(activity, "definition");
  if (definition == nullptr) return {};
  return CheckDefinition(*definition, Under(field, "definition"));
}

}  // namespace throughline::gateway::xapi
