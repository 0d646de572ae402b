#include "evidence/domain/missing_enrolments.h"

#include <fmt/format.h>

#include <map>
#include <set>
#include <string>

#include "core/ids.h"
#include "evidence/domain/enrolments.h"
#include "evidence/domain/errors.h"
#include "evidence/domain/roster.h"
#include "evidence/domain/tables.h"

namespace throughline::evidence {

using core::Error;

namespace {

constexpr int kListsAtMost = 1000;
constexpr int kStudentsAtMost = 20'000;
constexpr int kOthersAtMost = 20'000;
constexpr int kStudentsAnEvent = 1000;

std::optional<Error> Check(const v1::EndMissingEnrolmentsRequest& request,
                           const decider::State& state) {
  if (!core::IsId(request.school())) return IdInvalid("school");
  if (state.Find(kDistricts, request.district()) == nullptr) {
    return DistrictUnknown(request.district());
  }
  if (request.lists_size() > kListsAtMost) return BatchTooLarge("lists", kListsAtMost);
  if (request.other_class_ids_size() > kOthersAtMost) {
    return BatchTooLarge("other_class_ids", kOthersAtMost);
  }
  int students = 0;
  for (int i = 0; i < request.lists_size(); ++i) {
    const std::string field = fmt::format("lists[{}]", i);
    if (!core::IsId(request.lists(i).class_id())) return IdInvalid(field + ".class_id");
    students += request.lists(i).students_size();
    if (students > kStudentsAtMost) return BatchTooLarge(field + ".students", kStudentsAtMost);
  }
  return std::nullopt;
}

// What a request's lists say of a student's enrolment in a class.
class Lists {
 public:
  explicit Lists(const v1::EndMissingEnrolmentsRequest& request)
      : no_others_(request.no_other_classes()),
        others_(request.other_class_ids().begin(), request.other_class_ids().end()) {
    for (const v1::ClassList& list : request.lists()) {
      lists_[list.class_id()].insert(list.students().begin(), list.students().end());
    }
  }

  // Whether anything is said of the class.
  bool Cover(const std::string& class_id) const {
    return lists_.contains(class_id) || (no_others_ && !others_.contains(class_id));
  }
  bool Have(const std::string& class_id, const std::string& student) const {
    const auto list = lists_.find(class_id);
    return list != lists_.end() && list->second.contains(student);
  }

 private:
  const bool no_others_;
  const std::set<std::string> others_;
  std::map<std::string, std::set<std::string>> lists_;
};

// The classes that the student is in, or is to come to.
std::set<std::string> ClassesFrom(const Enrolled& enrolled, int32_t day) {
  std::set<std::string> classes = enrolled.undated;
  for (const v1::Enrolment& one : enrolled.enrolments) {
    if (!one.has_over() || one.over() > day) classes.insert(one.class_id());
  }
  return classes;
}

}  // namespace

void Decide(const v1::EndMissingEnrolmentsRequest& request, decider::Turn& turn) {
  if (auto error = Check(request, turn.state())) return turn.Refuse(*error);
  const Lists lists(request);
  const std::set<std::string> all_erased(request.erased().begin(), request.erased().end());
  const int32_t today = TodayOf(request.district(), turn.state(), turn.now());
  const std::string prefix = JoinKey(request.district(), request.school(), "");
  v1::EndMissingEnrolmentsResponse response;
  v1::RosterChanged all;
  turn.state().ForEach(kStudents, prefix, [&](const std::string& key, const v1::StudentRow& row) {
    const std::string student = key.substr(prefix.size());
    Enrolled enrolled = EnrolledBy(row);
    const bool is_erased = all_erased.contains(student);
    int64_t known = 0, missing = 0;
    for (const std::string& id : ClassesFrom(enrolled, today)) {
      if (!lists.Cover(id)) continue;
      ++known;
      if (lists.Have(id, student)) continue;
      ++missing;
      Leave(enrolled, id, today);
    }
    if (!is_erased) {
      response.set_known(response.known() + known);
      response.set_missing(response.missing() + missing);
    }
    if (missing == 0) return;
    response.set_ends_any(true);
    if (request.only_count()) return;
    *all.add_students() =
        StudentOn(student, {row.groups().begin(), row.groups().end()}, enrolled, today);
  });
  for (int i = 0; i < all.students_size(); i += kStudentsAnEvent) {
    v1::RosterChanged changed;
    changed.set_district(request.district());
    changed.set_school(request.school());
    for (int j = i; j < std::min(i + kStudentsAnEvent, all.students_size()); ++j) {
      *changed.add_students() = all.students(j);
    }
    Change(std::move(changed), turn);
  }
  turn.Answer(response);
}

}  // namespace throughline::evidence
