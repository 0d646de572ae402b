#include "evidence/domain/placement.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <map>
#include <optional>
#include <vector>

#include "core/date.h"
#include "core/ids.h"
#include "core/time_zone.h"
#include "evidence/domain/enrolments.h"
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

// Whether it is of that school, and lasts on the day or is to come.
bool IsOf(const Stay& stay, std::string_view school, int32_t day) {
  return stay.school() == school && (!stay.has_over() || stay.over() > day);
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
  auto& stays = *place.mutable_stays();
  for (int i = stays.size() - 1; i >= 0; --i) {
    if (!IsOf(stays[i], school, day)) continue;
    if (stays[i].first() > day) {
      stays.DeleteSubrange(i, 1);  // it was to come
    } else {
      stays[i].set_over(day);
    }
  }
}

// Whether it was over before the day.
bool IsOverBefore(const Stay& stay, int32_t day) { return stay.has_over() && stay.over() < day; }

// Puts stays of known days, in order, in the place of those that reach into them.
void Replace(v1::StudentPlaceRow& place, const std::string& school,
             const std::vector<const v1::StudentStay*>& dated) {
  std::vector<Stay> stays;
  for (const Stay& stay : place.stays()) {
    if (stay.school() != school || IsOverBefore(stay, dated.front()->first()))
      stays.push_back(stay);
  }
  for (const v1::StudentStay* one : dated) {
    Stay& stay = stays.emplace_back();
    stay.set_school(school);
    stay.set_first(one->first());
    if (one->has_over()) stay.set_over(one->over());
  }
  std::stable_sort(stays.begin(), stays.end(),
                   [](const Stay& a, const Stay& b) { return a.first() < b.first(); });
  if (stays.size() > kStaysAtMost) stays.erase(stays.begin(), stays.end() - kStaysAtMost);
  place.mutable_stays()->Assign(stays.begin(), stays.end());
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

struct CandidateClass {
  std::string class_id;
  std::string team;
};

std::vector<CandidateClass> ClassesOf(const v1::StudentRow& student, std::string_view date,
                                      const Batch& batch, const decider::State& state) {
  std::vector<CandidateClass> candidates;
  const core::Date day = core::ParseDate(date).value_or(batch.today);
  for (const std::string& id : ClassesFor(student, core::ToDays(day))) {
    const auto* known = state.Find(kClasses, JoinKey(batch.district, batch.school, id));
    if (known != nullptr) candidates.push_back({id, known->team()});
  }
  return candidates;
}

// The first, when all are of one team.
std::string OfOneTeam(const std::vector<CandidateClass>& candidates) {
  const bool one =
      !candidates.empty() &&
      std::all_of(candidates.begin(), candidates.end(), [&](const CandidateClass& other) {
        return other.team == candidates.front().team;
      });
  return one ? candidates.front().class_id : "";
}

bool WorksOn(const CandidateClass& candidate, const v1::Assessment& assessment, int32_t day,
             const Batch& batch, const decider::State& state) {
  const TeamKey team{std::string(batch.district), std::string(batch.school), candidate.team};
  return std::any_of(assessment.indicators().begin(), assessment.indicators().end(),
                     [&](const std::string& indicator) {
                       return !TouchedBy(state, team, indicator, day).empty();
                     });
}

}  // namespace

std::string_view LineItemAsked(const v1::Result& result) {
  const bool whole =
      !result.assessment().empty() && !result.class_id().empty() && !result.school().empty();
  return whole ? std::string_view() : result.line_item();
}

std::string_view ClassAsked(const v1::Result& result) {
  const bool asks = result.school().empty() && core::IsId(result.class_id());
  return asks ? result.class_id() : std::string_view();
}

std::string_view StudentAsked(const v1::Result& result) {
  const bool asks =
      result.school().empty() && result.class_id().empty() && result.line_item().empty();
  return asks ? result.student() : std::string_view();
}

void PlaceBy(const v1::LineItem& item, v1::Result& result) {
  if (result.assessment().empty()) result.set_assessment(item.assessment());
  if (result.class_id().empty()) result.set_class_id(item.class_id());
  if (result.class_id() == item.class_id()) result.set_school(item.school());
}

void PlaceBy(const v1::ClassPlaceRow& place, v1::Result& result) {
  result.set_school(place.school());
}

void PlaceBy(const v1::StudentPlaceRow& place, v1::Result& result) {
  auto date = core::ParseDate(result.date());
  // Where the student is now.
  if (result.day_of_arrival() && result.date().empty()) date = core::ParseDate("9999-12-31");
  if (date) result.set_school(SchoolOn(place, *date));
}

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
  if (before != nullptr && before->recorded().student() == result.student() &&
      before->recorded().assessment() == result.assessment()) {
    return before->recorded().class_id();
  }
  const auto* student =
      state.Find(kStudents, JoinKey(batch.district, batch.school, result.student()));
  if (student == nullptr) return "";
  const std::vector<CandidateClass> all = ClassesOf(*student, result.date(), batch, state);
  if (std::string one = OfOneTeam(all); !one.empty()) return one;
  const auto* assessment = state.Find(kAssessments, JoinKey(batch.district, result.assessment()));
  const auto date = core::ParseDate(result.date());
  if (assessment == nullptr || !date) return "";
  std::vector<CandidateClass> working;
  std::copy_if(all.begin(), all.end(), std::back_inserter(working), [&](const CandidateClass& one) {
    return WorksOn(one, *assessment, core::ToDays(*date), batch, state);
  });
  return OfOneTeam(working);
}

namespace {

// Puts in `listed` the stays that the roster says the days of, unless they are known.
void ListStays(const v1::RosterStudent& student, const v1::StudentPlaceRow* place,
               v1::StudentsListed& listed) {
  const Stay* open = place == nullptr ? nullptr : OpenStay(*place, listed.school());
  const std::vector<SchoolStay> stays =
      StaysOf(student, open == nullptr ? listed.day() : open->first());
  std::vector<SchoolStay> known;
  if (place != nullptr) {
    for (const Stay& stay : place->stays()) {
      if (stay.school() != listed.school() || IsOverBefore(stay, stays.front().first)) continue;
      known.push_back({stay.first(), stay.has_over() ? std::optional(stay.over()) : std::nullopt});
    }
  }
  if (known == stays) return;
  for (const SchoolStay& stay : stays) {
    v1::StudentStay& said = *listed.add_stays();
    said.set_student(student.student());
    said.set_first(stay.first);
    if (stay.over) said.set_over(*stay.over);
  }
}

}  // namespace

void ListStudents(const v1::RosterChanged& changed, decider::Turn& turn) {
  v1::StudentsListed listed;
  listed.set_district(changed.district());
  listed.set_school(changed.school());
  listed.set_day(
      core::ToDays(core::LocalDate(turn.now(), ZoneOf(turn.state(), changed.district()))));
  for (const v1::RosterStudent& student : changed.students()) {
    const auto* place =
        turn.state().Find(kStudentPlaces, JoinKey(changed.district(), student.student()));
    if (!student.enrolments().empty()) {
      ListStays(student, place, listed);
      continue;
    }
    if (!student.class_ids().empty()) {
      const bool is_there = place != nullptr && OpenStay(*place, changed.school()) != nullptr;
      if (!is_there) *listed.add_came() = student.student();
      continue;
    }
    const bool lasts =
        place != nullptr &&
        std::any_of(place->stays().begin(), place->stays().end(),
                    [&](const Stay& stay) { return IsOf(stay, changed.school(), listed.day()); });
    if (lasts) *listed.add_left() = student.student();
  }
  std::sort(listed.mutable_came()->begin(), listed.mutable_came()->end());
  std::sort(listed.mutable_left()->begin(), listed.mutable_left()->end());
  if (listed.came_size() + listed.left_size() + listed.stays_size() > 0) {
    turn.Emit(listed, changed.district());
  }
}

void Apply(const v1::StudentsListed& listed, decider::State& state) {
  for (const std::string& student : listed.came()) {
    Come(state.Edit(kStudentPlaces, JoinKey(listed.district(), student)), listed.school(),
         listed.day());
  }
  for (const std::string& student : listed.left()) {
    Leave(state.Edit(kStudentPlaces, JoinKey(listed.district(), student)), listed.school(),
          listed.day());
  }
  std::map<std::string, std::vector<const v1::StudentStay*>> dated;
  for (const v1::StudentStay& stay : listed.stays()) dated[stay.student()].push_back(&stay);
  for (const auto& [student, stays] : dated) {
    Replace(state.Edit(kStudentPlaces, JoinKey(listed.district(), student)), listed.school(),
            stays);
  }
}

}  // namespace throughline::evidence
