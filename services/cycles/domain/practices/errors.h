// Every refusal that has to do with practices.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/errors.h"

namespace throughline::cycles {

core::Error PracticeUnknown(std::string_view field, std::string_view practice);  // PRACTICE_UNKNOWN
core::Error PracticeNameMissing();                                               // NAME_MISSING
core::Error PracticeNameTaken(std::string_view name, std::string_view by);  // PRACTICE_NAME_TAKEN
core::Error PracticeMerged(std::string_view practice, std::string_view into);  // PRACTICE_MERGED
core::Error MergeIntoItself();                                                 // MERGE_INTO_ITSELF
// PRACTICE_INCOMPLETE
core::Error PracticeIncomplete(const std::vector<std::string>& fields);
core::Error TooManyOf(std::string_view field, int at_most);  // TOO_MANY
core::Error ComponentNameMissing(std::string_view field);    // COMPONENT_NAME_MISSING
core::Error ComponentTwice(std::string_view field);          // COMPONENT_TWICE
core::Error ComponentKindMissing(std::string_view field);    // COMPONENT_KIND_MISSING
core::Error PracticeNotOfDesign(std::string_view field);     // PRACTICE_NOT_OF_DESIGN
core::Error PracticeTwice(std::string_view field);           // PRACTICE_TWICE
core::Error SourceTeamMissing(std::string_view field);       // SOURCE_TEAM_MISSING
core::Error SourceIsItself(std::string_view field);          // SOURCE_IS_ITSELF
core::Error ComponentUnknown(std::string_view field,
                             std::string_view practice);  // COMPONENT_UNKNOWN
core::Error DecisionMissing(std::string_view field);      // DECISION_MISSING
core::Error WhatChangedMissing(std::string_view field);   // WHAT_CHANGED_MISSING

}  // namespace throughline::cycles
