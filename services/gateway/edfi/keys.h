// Keys of Ed-Fi documents, and the ids that are made of them. Pure.
//
// A document's id in a Location is no state of ours: it is the keyed hash of its natural key, which
// names a student and therefore never leaves the request. Evidence makes the hash on entry
// (hide_source_id) and says it in its answer; here it is only written the way Ed-Fi writes ids, as
// 32 hexadecimal digits, and read back.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace throughline::gateway::edfi {

// Of studentAssessments. The same studentAssessmentIdentifier is used for many students by some
// senders, so the student is part of the key.
struct StudentAssessmentKey {
  std::string assessment_identifier;
  std::string name_space;
  std::string student_assessment_identifier;
  std::string student_unique_id;
};

// Different for any two keys; to be hidden.
std::string SourceIdOf(const StudentAssessmentKey& key);

// The id of what a source id was hidden as, which is an id of core/ids.h; empty for anything else.
std::string ResourceIdOf(std::string_view hidden);
// The reverse; takes the dashes of a UUID, too. nullopt for what is no such id.
std::optional<std::string> HiddenOf(std::string_view resource_id);

// The id in the district of what is measured by one method: identifiers of different namespaces
// may be the same, and so each is hashed with its namespace. `objective` is empty for the whole
// assessment, `method` for what has no number; methods are compared without regard to case.
std::string AssessmentIdOf(std::string_view name_space, std::string_view identifier,
                           std::string_view objective, std::string_view method);
// 32 hexadecimal digits.
std::string AssessmentResourceIdOf(std::string_view name_space, std::string_view identifier,
                                   std::string_view objective);

}  // namespace throughline::gateway::edfi
