#include "evidence/roster_privacy.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <numeric>
#include <string_view>
#include <utility>

#include "core/ids.h"
#include "evidence/domain/display_names.h"
#include "evidence/domain/errors.h"
#include "evidence/domain/tables.h"
#include "evidence/row_pages.h"
#include "evidence/school_rows.h"

namespace throughline::evidence {

namespace {

constexpr size_t kLongestId = 255;
constexpr size_t kLongestRequestId = 128;
constexpr int kAtMost = 1000;  // more are refused by the rules

template <class Entries>
std::optional<core::Error> CheckIds(const Entries& entries, const char* name) {
  for (int i = 0; i < entries.size(); ++i) {
    if (!IsStudentId(entries[i].student())) {
      return StudentIdInvalid(fmt::format("{}[{}].student", name, i));
    }
  }
  return std::nullopt;
}

// In order of the pseudonyms; returns where each stood.
template <class Entries>
std::vector<int> Sort(Entries& entries) {
  std::vector<int> order(static_cast<size_t>(entries.size()));
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](int a, int b) { return entries[a].student() < entries[b].student(); });
  Entries sorted;
  sorted.Reserve(entries.size());
  for (int i : order) *sorted.Add() = std::move(entries[i]);
  entries.Swap(&sorted);
  return order;
}

std::optional<core::Error> Check(const v1::UpdateRosterRequest& roster) {
  if (!core::IsId(roster.district())) return IdInvalid("district");
  if (roster.students_size() > kAtMost) return BatchTooLarge("students", kAtMost);
  if (roster.moves_size() > kAtMost) return BatchTooLarge("moves", kAtMost);
  if (auto error = CheckIds(roster.students(), "students")) return error;
  if (auto error = CheckIds(roster.moves(), "moves")) return error;
  return CheckNames(roster);
}

// In place of the place in order of pseudonyms, where the refusal names one of `name`.
void RestorePlace(std::string_view name, const std::vector<int>& places, core::Error& refusal) {
  if (!refusal.field.starts_with(name)) return;
  const size_t end = refusal.field.find(']');
  if (end == std::string::npos) return;
  size_t index = places.size();
  std::from_chars(refusal.field.data() + name.size(), refusal.field.data() + end, index);
  if (index >= places.size()) return;
  const std::string sorted = refusal.field.substr(0, end + 1);
  const std::string asked = fmt::format("{}{}]", name, places[index]);
  refusal.field.replace(0, sorted.size(), asked);
  const size_t said = refusal.message.find(sorted);
  if (said != std::string::npos) refusal.message.replace(said, sorted.size(), asked);
}

// One of these very pseudonyms, in order: after an erasure the same request is another one.
std::string RequestIdOf(const identities::Vault::District& keys, const std::string& district,
                        const std::string& request_id, const std::string& pseudonyms) {
  if (request_id.empty() || request_id.size() > kLongestRequestId) return request_id;
  return SecretConcealment(keys.naming())
      .Hash(district, "roster: " + request_id + '\n' + pseudonyms);
}

// In a class, or to come to one.
bool IsEnrolled(const v1::StudentRow& student, int32_t today) {
  return !student.class_ids().empty() ||
         std::any_of(
             student.enrolments().begin(), student.enrolments().end(),
             [&](const v1::Enrolment& one) { return !one.has_over() || one.over() > today; });
}

// Pseudonyms, in order, of a school's students who are enrolled and were erased.
core::Result<std::vector<std::string>> ErasedAt(const AskedSchool& school,
                                                const identities::Vault::District& students,
                                                const runtime::Rows& rows) {
  std::vector<std::string> erased;
  if (!students.had_another_key() || students.has_key_of_before()) return erased;
  const std::string prefix = JoinKey(school.district, school.school, "");
  std::string after;
  while (true) {
    auto page = rows.Scan(kStudents, school.Partition(), prefix, after, kRowsPerPage);
    if (!page) return core::Refuse(page.error());
    for (const auto& [key, row] : *page) {
      after = key;
      std::string pseudonym = key.substr(prefix.size());
      if (IsEnrolled(row, school.today) && !students.IsOnRecord(pseudonym)) {
        erased.push_back(std::move(pseudonym));
      }
    }
    if (page->size() < kRowsPerPage) return erased;
  }
}

// Whether a move puts its student on record. One that brings nobody to a class may be of anybody,
// for a source need not say what whoever is gone was: it is of no more use than the pseudonym that
// the student has, or would have, which takes the id's place.
core::Result<bool> Enters(v1::RosterMove& move, const std::string& district,
                          identities::Vault& vault) {
  if (!move.came_to().empty() || !move.enrolments().empty()) return true;
  auto known = vault.PseudonymOnRecord(district, move.student());
  if (!known) return core::Refuse(known.error());
  if (*known && !move.display_name().empty()) return true;
  auto pseudonyms = vault.In(district);
  if (!pseudonyms) return core::Refuse(pseudonyms.error());
  move.set_student((*pseudonyms)->Of(move.student()));
  move.clear_display_name();
  return false;
}

}  // namespace

bool IsStudentId(std::string_view id) { return !id.empty() && id.size() <= kLongestId; }

std::optional<core::Error> HiddenRosters::Hide(v1::UpdateRosterRequest& roster) {
  if (auto error = Check(roster)) return error;
  std::vector<identities::Named> named;
  named.reserve(static_cast<size_t>(roster.students_size()) +
                static_cast<size_t>(roster.moves_size()));
  std::vector<v1::RosterMove*> brought;
  for (v1::RosterStudent& student : *roster.mutable_students()) {
    named.push_back({std::move(*student.mutable_student()), student.display_name()});
    student.clear_display_name();
  }
  for (v1::RosterMove& move : *roster.mutable_moves()) {
    auto enters = Enters(move, roster.district(), *privacy_.vault);
    if (!enters) return enters.error();
    if (!*enters) continue;
    brought.push_back(&move);
    named.push_back({std::move(*move.mutable_student()), move.display_name()});
    move.clear_display_name();
  }
  if (roster.students().empty() && roster.moves().empty()) return std::nullopt;
  auto pseudonyms = privacy_.vault->Enter(roster.district(), named, privacy_.Today());
  if (!pseudonyms) return pseudonyms.error();
  auto next = pseudonyms->begin();
  for (v1::RosterStudent& student : *roster.mutable_students()) student.set_student(*next++);
  for (v1::RosterMove* move : brought) move->set_student(*next++);
  students_ = Sort(*roster.mutable_students());
  moves_ = Sort(*roster.mutable_moves());
  std::string all;
  for (const auto& student : roster.students()) all += student.student() + '\n';
  for (const auto& move : roster.moves()) all += move.student() + '\n';
  auto keys = privacy_.vault->In(roster.district());
  if (!keys) return keys.error();
  roster.set_request_id(RequestIdOf(**keys, roster.district(), roster.request_id(), all));
  return std::nullopt;
}

void HiddenRosters::Submit(const google::protobuf::Message& command, const runtime::RequestKey& key,
                           runtime::AnswerCallback done) {
  commands_.Submit(command, key,
                   [students = students_, moves = moves_,
                    done = std::move(done)](const core::Result<std::string>& answer) {
                     if (answer) return done(answer);
                     core::Error refusal = answer.error();
                     RestorePlace("students[", students, refusal);
                     RestorePlace("moves[", moves, refusal);
                     done(core::Refuse(std::move(refusal)));
                   });
}

std::optional<core::Error> HideLists(const StudentPrivacy& privacy, const runtime::Rows& rows,
                                     v1::EndMissingEnrolmentsRequest& lists) {
  if (!core::IsId(lists.district())) return IdInvalid("district");
  auto district = privacy.vault->In(lists.district());
  if (!district) return district.error();
  std::string all;
  for (v1::ClassList& list : *lists.mutable_lists()) {
    for (std::string& student : *list.mutable_students()) student = (*district)->Of(student);
    // The order of the roster's would say whose pseudonym is whose.
    std::sort(list.mutable_students()->begin(), list.mutable_students()->end());
    for (const std::string& student : list.students()) all += student + '\n';
  }
  // UTC's day may be ahead of the district's: whoever was enrolled the day before counts, too.
  auto erased = ErasedAt({lists.district(), lists.school(), privacy.Today() - 1}, **district, rows);
  if (!erased) return erased.error();
  lists.mutable_erased()->Assign(erased->begin(), erased->end());
  for (const std::string& student : *erased) all += "erased: " + student + '\n';
  lists.set_request_id(RequestIdOf(**district, lists.district(), lists.request_id(), all));
  return std::nullopt;
}

}  // namespace throughline::evidence
