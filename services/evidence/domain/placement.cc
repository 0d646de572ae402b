#include "evidence/domain/placement.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <vector>

#include "core/date.h"
#include "core/time_zone.h"
#include "evidence/domain/tables.h"
#include "evidence/domain/team_evidence.h"

namespace throughline::evidence {

namespace {

constexpr int kStaysAtMost = 32;

using Stay = v1::StudentPlaceRow::Stay;

// The stay that is not over; null when there is none.
const Stay* OpenStay(const v1::StudentPlaceRow& place, std::string_view school) {
  for (const Stay& stay : place.stays()) {
    if (stay.school() == school && !stay.has_over()) return &stay;
  }
  return nullptr;
}

void Come(v1::StudentPlaceRow& place, const std::string& school, int32_t day) {
  if (OpenStay(place, school) != nullptr) return;
  for (Stay& stay : *place.mutable_stays()) {
    // A roster that lost the student for a day at most had it wrong.
    if (stay.school() == school && stay.over() >= day - 1) return stay.clear_over();
  }
  Stay& stay = *place.add_stays();
  stay.set_school(school);
  stay.set_first(day);
  if (place.stays_size() > kStaysAtMost) place.mutable_stays()->DeleteSubrange(0, 1);
}

void Leave(v1::StudentPlaceRow& place, std::string_view school, int32_t day) {
  for (Stay& stay : *place.mutable_stays()) {
    if (stay.school() == school && !stay.has_over()) stay.set_over(day);
  }
}

// The school of the stays that began last among those that `fits`; empty when there is none, or
// when they are of two schools.
template <class Fits>
std::string Newest(const v1::StudentPlaceRow& place, Fits fits) {
  const Stay* newest = nullptr;
  bool tied = false;
  for (const Stay& stay : place.stays()) {
    if (!fits(stay)) continue;
    if (newest == nullptr || stay.first() > newest->first()) {
      newest = &stay;
      tied = false;
    } else if (stay.first() == newest->first()) {
      tied = tied || stay.school() != newest->school();
    }
  }
  return newest == nullptr || tied ? "" : newest->school();
}

struct Candidate {
  std::string class_id;
  std::string team;
};

std::vector<Candidate> ClassesOf(const v1::StudentRow& student, const Batch& batch,
                                 const decider::State& state) {
  std::vector<Candidate> candidates;
  for (const std::string& id :
       student.class_ids().empty() ? student.last_class_ids() : student.class_ids()) {
    const auto* known = state.Find(kClasses, Key(batch.district, batch.school, id));
    if (known != nullptr) candidates.push_back({id, known->team()});
  }
  return candidates;
}

// The first, when all are of one team.
std::string OfOneTeam(const std::vector<Candidate>& candidates) {
  const bool one = !candidates.empty() &&
                   std::all_of(candidates.begin(), candidates.end(), [&](const Candidate& other) {
                     return other.team == candidates.front().team;
                   });
  return one ? candidates.front().class_id : "";
}

bool WorksOn(const Candidate& candidate, const v1::Assessment& assessment, int32_t day,
             const Batch& batch, const decider::State& state) {
  const TeamKey team{std::string(batch.district), std::string(batch.school), candidate.team};
  return std::any_of(assessment.indicators().begin(), assessment.indicators().end(),
                     [&](const std::string& indicator) {
                       return !TouchedBy(state, team, indicator, day).empty();
                     });
}

}  // namespace

std::string SchoolOn(const v1::StudentPlaceRow& place, core::Date day) {
  const int32_t on = core::ToDays(day);
  const bool any_before = std::any_of(place.stays().begin(), place.stays().end(),
                                      [&](const Stay& stay) { return stay.first() <= on; });
  if (!any_before) {
    int32_t first = std::numeric_limits<int32_t>::max();
    for (const Stay& stay : place.stays()) first = std::min(first, stay.first());
    return Newest(place, [&](const Stay& stay) { return stay.first() == first; });
  }
  const auto includes = [&](const Stay& stay) {
    return stay.first() <= on && (!stay.has_over() || on < stay.over());
  };
  if (std::any_of(place.stays().begin(), place.stays().end(), includes)) {
    return Newest(place, includes);
  }
  return Newest(place, [&](const Stay& stay) { return stay.first() <= on; });
}

std::string ClassOf(const v1::Result& result, const Batch& batch, const v1::ResultRow* before,
                    const decider::State& state) {
  if (before != nullptr && before->student() == result.student() &&
      before->assessment() == result.assessment()) {
    return before->class_id();
  }
  const auto* student = state.Find(kStudents, Key(batch.district, batch.school, result.student()));
  if (student == nullptr) return "";
  const std::vector<Candidate> all = ClassesOf(*student, batch, state);
  if (std::string one = OfOneTeam(all); !one.empty()) return one;
  const auto* assessment = state.Find(kAssessments, Key(batch.district, result.assessment()));
  const auto date = core::ParseDate(result.date());
  if (assessment == nullptr || !date) return "";
  std::vector<Candidate> working;
  std::copy_if(all.begin(), all.end(), std::back_inserter(working), [&](const Candidate& one) {
    return WorksOn(one, *assessment, core::ToDays(*date), batch, state);
  });
  return OfOneTeam(working);
}

void ListStudents(const v1::RosterChanged& changed, decider::Turn& turn) {
  v1::StudentsListed listed;
  listed.set_district(changed.district());
  listed.set_school(changed.school());
  listed.set_day(
      core::ToDays(core::LocalDate(turn.now(), ZoneOf(turn.state(), changed.district()))));
  for (const v1::RosterStudent& student : changed.students()) {
    const auto* place =
        turn.state().Find(kStudentPlaces, Key(changed.district(), student.student()));
    const bool is_there = place != nullptr && OpenStay(*place, changed.school()) != nullptr;
    if (is_there == !student.class_ids().empty()) continue;
    *(is_there ? listed.add_left() : listed.add_came()) = student.student();
  }
  std::sort(listed.mutable_came()->begin(), listed.mutable_came()->end());
  std::sort(listed.mutable_left()->begin(), listed.mutable_left()->end());
  if (listed.came_size() + listed.left_size() > 0) turn.Emit(listed, changed.district());
}

void Apply(const v1::StudentsListed& listed, decider::State& state) {
  for (const std::string& student : listed.came()) {
    Come(state.Edit(kStudentPlaces, Key(listed.district(), student)), listed.school(),
         listed.day());
  }
  for (const std::string& student : listed.left()) {
    Leave(state.Edit(kStudentPlaces, Key(listed.district(), student)), listed.school(),
          listed.day());
  }
}

}  // namespace throughline::evidence
