#include "cycles/domain/practices/errors.h"

#include <fmt/format.h>

namespace throughline::cycles {

using core::Error;
using core::Invalid;
using core::Precondition;

Error PracticeUnknown(std::string_view field, std::string_view practice) {
  return core::NotFound("PRACTICE_UNKNOWN", field, "practice", practice, "");
}

Error PracticeNameMissing() {
  return Invalid("NAME_MISSING", "practice.name", "Say what people call the practice.");
}

Error PracticeNameTaken(std::string_view name, std::string_view by) {
  return Precondition("PRACTICE_NAME_TAKEN", "practice.name",
                      fmt::format("The practice {} goes by the name {}. Change that one, or merge "
                                  "the two.",
                                  by, name));
}

Error PracticeMerged(std::string_view practice, std::string_view into) {
  return Precondition("PRACTICE_MERGED", "practice",
                      fmt::format("The practice {} is {} by now.", practice, into));
}

Error MergeIntoItself() {
  return Invalid("MERGE_INTO_ITSELF", "into", "A practice is merged into another one.");
}

Error PracticeIncomplete(const std::vector<std::string>& fields) {
  // A line each, so that clients can show them separately.
  std::string message = "The practice cannot be published yet.";
  for (const std::string& field : fields) message += fmt::format("\n{}: It is missing.", field);
  return Precondition("PRACTICE_INCOMPLETE", fields.front(), std::move(message));
}

Error TooManyOf(std::string_view field, int at_most) {
  return Invalid("TOO_MANY", field, fmt::format("{} may have at most {} entries.", field, at_most));
}

Error ComponentNameMissing(std::string_view field) {
  return Invalid("COMPONENT_NAME_MISSING", field, "Say what the component is, in a phrase.");
}

Error ComponentTwice(std::string_view field) {
  return Invalid("COMPONENT_TWICE", field, fmt::format("{} is there already.", field));
}

Error ComponentKindMissing(std::string_view field) {
  return Invalid("COMPONENT_KIND_MISSING", field,
                 "Say whether the component is critical or adaptable.");
}

Error PracticeNotOfDesign(std::string_view field) {
  return Invalid("PRACTICE_NOT_OF_DESIGN", field,
                 fmt::format("{} is no practice of the cycle's design.", field));
}

Error PracticeTwice(std::string_view field) {
  return Invalid("PRACTICE_TWICE", field, fmt::format("{} is there already.", field));
}

Error SourceTeamMissing(std::string_view field) {
  return Invalid("SOURCE_TEAM_MISSING", field, "Say from which team the practice came.");
}

Error SourceIsItself(std::string_view field) {
  return Invalid("SOURCE_IS_ITSELF", field, "A practice comes from another team.");
}

Error ComponentUnknown(std::string_view field, std::string_view practice) {
  return Invalid("COMPONENT_UNKNOWN", field,
                 fmt::format("{} is no component of the practice {}.", field, practice));
}

Error DecisionMissing(std::string_view field) {
  return Invalid("DECISION_MISSING", field, "Decide to adopt, adapt or abandon the practice.");
}

Error WhatChangedMissing(std::string_view field) {
  return Invalid("WHAT_CHANGED_MISSING", field, "Say how the practice is changed.");
}

}  // namespace throughline::cycles
