#include "evidence/student_queries.h"

#include <algorithm>

#include "core/ids.h"
#include "core/time_zone.h"
#include "evidence/domain/emergency_access.h"
#include "evidence/domain/errors.h"
#include "evidence/domain/purpose.h"
#include "evidence/domain/tables.h"
#include "evidence/student_filters.h"
#include "evidence/student_pages.h"
#include "evidence/student_questions.h"
#include "evidence/student_record.h"
#include "platform/access/on_record.h"

namespace throughline::evidence {

using core::Refuse;
using core::Result;

namespace {

// One that is too long is refused, and not repeated.
void SayPurpose(const std::string& purpose, audit::v1::AuditRecord& record) {
  constexpr size_t kLongest = 2000;  // bytes of 500 characters
  if (purpose.size() <= kLongest) record.set_purpose(purpose);
}

// Whom the answer names, in an order that says nothing.
void SayWhom(const std::string& district, const v1::ListStudentsResponse& answer,
             identities::Vault& vault, audit::v1::AuditRecord& record) {
  std::vector<std::string> whom;
  for (const v1::Student& student : answer.students()) {
    auto pseudonym = vault.PseudonymOnRecord(district, student.student());
    if (pseudonym && *pseudonym) whom.push_back(**std::move(pseudonym));
  }
  std::sort(whom.begin(), whom.end());
  record.mutable_students()->Assign(whom.begin(), whom.end());
}

void AddFields(std::initializer_list<const char*> fields, audit::v1::AuditRecord& record) {
  for (const char* field : fields) record.add_fields(field);
}

// What the caller may not know, and so must not be answered before it is on record.
bool IsRefusal(const core::Error& error) {
  return error.code == core::Code::kPermissionDenied || error.reason == PurposeMissing().reason ||
         error.reason == StudentNotKnown().reason;
}

}  // namespace

Result<v1::ListStudentsResponse> StudentQueries::List(const platform::Principal& caller,
                                                      const v1::ListStudentsRequest& request,
                                                      audit::v1::AuditRecord& record) const {
  record.set_action(audit::v1::ACTION_IDENTITIES_READ);
  SayPurpose(request.purpose(), record);
  platform::AddObject(record, "class", request.class_id());
  platform::AddObject(record, "indicator", request.indicator());
  platform::AddObject(record, "question", v1::StudentQuestion_Name(request.question()));
  AddFields({"class_ids", "display_name", "groups"}, record);
  if (request.question() == v1::STUDENT_QUESTION_IN_QUARANTINE) {
    AddFields({"quarantine_reasons"}, record);
  } else if (request.question() != v1::STUDENT_QUESTION_ROSTER) {
    AddFields({"indicators"}, record);
  }
  AddFields({"student"}, record);
  auto answer = Answer(caller, request);
  if (answer) {
    record.set_count(answer->students_size());
    SayWhom(request.district(), *answer, vault_, record);
  } else if (IsRefusal(answer.error())) {
    platform::SayRefused(answer.error(), record);
  }
  return answer;
}

Result<v1::GetStudentResponse> StudentQueries::Get(const platform::Principal& caller,
                                                   const v1::GetStudentRequest& request,
                                                   audit::v1::AuditRecord& record) const {
  record.set_action(audit::v1::ACTION_IDENTITIES_READ);
  SayPurpose(request.purpose(), record);
  auto pseudonym = vault_.PseudonymOnRecord(request.district(), request.student());
  if (pseudonym && *pseudonym) platform::AddObject(record, "student", **pseudonym);
  AddFields({"class_ids", "display_name", "enrolments", "groups", "indicators",
             "quarantine_reasons", "results", "student"},
            record);
  auto answer = Answer(caller, request);
  if (answer) {
    record.set_count(1);
  } else if (IsRefusal(answer.error())) {
    platform::SayRefused(answer.error(), record);
  }
  return answer;
}

Result<bool> StudentQueries::HoldsEmergencyAccess(const platform::Principal& caller,
                                                  const AskedSchool& school) const {
  if (caller.subject.empty()) return false;
  auto held =
      RowsBelow(rows_, school, kEmergencyAccess, JoinKey(school.district, school.school, ""));
  if (!held) return Refuse(held.error());
  return std::any_of(held->begin(), held->end(), [&](const auto& one) {
    return IsHeldBy(caller.subject, one.second, clock_.Now());
  });
}

Result<StudentQueries::Asked> StudentQueries::Admit(const platform::Principal& caller,
                                                    const std::string& district,
                                                    const std::string& school,
                                                    const std::string& purpose) const {
  if (!core::IsId(district)) return Refuse(IdInvalid("district"));
  if (!core::IsId(school)) return Refuse(IdInvalid("school"));
  auto known = rows_.Get(kDistricts, district, district);
  if (!known) return Refuse(known.error());
  if (!*known) return Refuse(DistrictUnknown(district));
  AskedSchool asked{district, school,
                    core::ToDays(core::LocalDate(clock_.Now(), (*known)->time_zone()))};
  auto teachers = TeachersIn(rows_, asked);
  if (!teachers) return Refuse(teachers.error());
  auto holds_access = HoldsEmergencyAccess(caller, asked);
  if (!holds_access) return Refuse(holds_access.error());
  const Asker asker{.role = caller.role,
                    .team = caller.team,
                    .teacher = platform::TeacherOf(caller),
                    .holds_emergency_access = *holds_access};
  auto students = StudentsKnownTo(asker, purpose, *teachers);
  if (!students) return Refuse(students.error());
  return Asked{std::move(asked), *std::move(teachers), *std::move(students)};
}

Result<v1::ListStudentsResponse> StudentQueries::Answer(
    const platform::Principal& caller, const v1::ListStudentsRequest& request) const {
  auto asked = Admit(caller, request.district(), request.school(), request.purpose());
  if (!asked) return Refuse(asked.error());
  if (!request.class_id().empty() && !asked->known.HasClass(request.class_id())) {
    return Refuse(NotTaughtByCaller());
  }
  auto filters = CheckFilters(rows_, asked->school, asked->roster,
                              {request.team(), request.class_id(), request.indicator()});
  if (!filters) return Refuse(filters.error());
  auto students = StudentsAsked(rows_, asked->school, request, asked->known);
  if (!students) return Refuse(students.error());
  std::vector<v1::Student> named;
  for (auto& [pseudonym, student] : *students) {
    auto identity = vault_.Find(request.district(), pseudonym);
    if (!identity) return Refuse(IdentityUnavailable());
    if (!*identity) continue;  // erased, or of a roster from before there was a vault
    student.set_student((*identity)->student());
    student.set_display_name((*identity)->display_name());
    if (NamesStudent(request.purpose(), student.student(), student.display_name())) {
      return Refuse(PurposeNamesStudent("purpose"));
    }
    named.push_back(std::move(student));
  }
  return StudentPage(request, std::move(named), vault_);
}

Result<v1::GetStudentResponse> StudentQueries::Answer(const platform::Principal& caller,
                                                      const v1::GetStudentRequest& request) const {
  auto asked = Admit(caller, request.district(), request.school(), request.purpose());
  if (!asked) return Refuse(asked.error());
  auto filters = CheckFilters(rows_, asked->school, asked->roster, {.team = request.team()});
  if (!filters) return Refuse(filters.error());
  auto pseudonym = vault_.PseudonymOnRecord(request.district(), request.student());
  if (!pseudonym) return Refuse(IdentityUnavailable());
  if (NamesStudent(request.purpose(), request.student(), "")) {
    return Refuse(PurposeNamesStudent("purpose"));
  }
  if (!*pseudonym) return Refuse(StudentNotKnown());
  auto record = RecordOf(rows_, asked->school, **pseudonym, request.team(), asked->known);
  if (!record) return Refuse(record.error());
  if (!*record) return Refuse(StudentNotKnown());
  auto identity = vault_.Find(request.district(), **pseudonym);
  if (!identity) return Refuse(IdentityUnavailable());
  if (!*identity) return Refuse(StudentNotKnown());
  if (NamesStudent(request.purpose(), "", (*identity)->display_name())) {
    return Refuse(PurposeNamesStudent("purpose"));
  }
  (*record)->mutable_student()->set_student((*identity)->student());
  (*record)->mutable_student()->set_display_name((*identity)->display_name());
  v1::GetStudentResponse response;
  *response.mutable_record() = **std::move(record);
  return response;
}

}  // namespace throughline::evidence
