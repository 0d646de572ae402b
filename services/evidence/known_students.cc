#include "evidence/known_students.h"

#include "evidence/domain/tables.h"
#include "evidence/roster_privacy.h"

namespace throughline::evidence {

core::Result<std::optional<std::string>> KnownStudent(const std::string& district,
                                                      const std::string& student,
                                                      const StudentPrivacy& privacy,
                                                      const runtime::Rows& rows) {
  if (!IsStudentId(student)) return std::nullopt;
  auto on_record = privacy.vault->PseudonymOnRecord(district, student);
  if (!on_record || *on_record) return on_record;
  auto pseudonyms = privacy.vault->In(district);
  if (!pseudonyms) return core::Refuse(pseudonyms.error());
  const std::string derived = (*pseudonyms)->Of(student);
  auto place = rows.Get(kStudentPlaces, district, JoinKey(district, derived));
  if (!place) return core::Refuse(place.error());
  if (!*place) return std::nullopt;
  auto entered = privacy.vault->Enter(district, {{student, ""}}, privacy.Today());
  if (!entered) return core::Refuse(entered.error());
  return std::move(entered->front());
}

}  // namespace throughline::evidence
