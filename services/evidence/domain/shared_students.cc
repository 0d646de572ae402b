#include "evidence/domain/shared_students.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "evidence/domain/tables.h"

namespace throughline::evidence {

namespace {

using Schools = std::set<std::string>;

Schools SchoolsOf(const v1::StudentPlaceRow& place) {
  Schools schools;
  for (const auto& stay : place.stays()) schools.insert(stay.school());
  return schools;
}

bool AreNotified(const Schools& schools, const v1::StudentPlaceRow& place) {
  const Schools told(place.notified_schools().begin(), place.notified_schools().end());
  return std::includes(told.begin(), told.end(), schools.begin(), schools.end());
}

}  // namespace

void ShareStudents(const v1::RosterChanged& changed, decider::Turn& turn) {
  std::map<std::string, v1::StudentsShared> to_tell;  // by school
  for (const v1::RosterStudent& student : changed.students()) {
    const auto* place =
        turn.state().Find(kStudentPlaces, JoinKey(changed.district(), student.student()));
    if (place == nullptr) continue;
    Schools schools = SchoolsOf(*place);
    if (schools.size() < 2 || AreNotified(schools, *place)) continue;
    schools.insert(place->notified_schools().begin(), place->notified_schools().end());
    for (const std::string& school : schools) {
      v1::SharedStudent& shared = *to_tell[school].add_students();
      shared.set_student(student.student());
      for (const std::string& other : schools) {
        if (other != school) shared.add_other_schools(other);
      }
    }
  }
  for (auto& [school, shared] : to_tell) {
    shared.set_district(changed.district());
    shared.set_school(school);
    turn.Emit(shared, changed.district(),
              decider::Delivery::ToKey(core::Key{changed.district(), school}.Text()));
  }
}

void Apply(const v1::StudentsShared& shared, decider::State& state) {
  for (const v1::SharedStudent& student : shared.students()) {
    v1::StudentPlaceRow& place =
        state.Edit(kStudentPlaces, JoinKey(shared.district(), student.student()));
    Schools told(place.notified_schools().begin(), place.notified_schools().end());
    told.insert(shared.school());
    place.mutable_notified_schools()->Assign(told.begin(), told.end());
  }
}

void Decide(const v1::StudentsShared& shared, decider::Turn& turn) {
  v1::SharedStudentsNoted noted;
  noted.set_district(shared.district());
  noted.set_school(shared.school());
  *noted.mutable_students() = shared.students();
  turn.Emit(noted, core::Key{shared.district(), shared.school()}.Text());
}

void Apply(const v1::SharedStudentsNoted& noted, decider::State& state) {
  for (const v1::SharedStudent& student : noted.students()) {
    *state.Edit(kStudents, JoinKey(noted.district(), noted.school(), student.student()))
         .mutable_other_schools() = student.other_schools();
  }
}

}  // namespace throughline::evidence
