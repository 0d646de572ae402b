#include "evidence/domain/roster.h"

#include <fmt/format.h>
#include <google/protobuf/util/message_differencer.h>

#include <algorithm>
#include <map>
#include <set>

#include "core/ids.h"
#include "core/time_zone.h"
#include "district/finding.h"
#include "evidence/domain/enrolments.h"
#include "evidence/domain/errors.h"
#include "evidence/domain/placement.h"
#include "evidence/domain/pooled_changes.h"
#include "evidence/domain/roster_moves.h"
#include "evidence/domain/shared_students.h"
#include "evidence/domain/shown_evidence.h"
#include "evidence/domain/standing_cells.h"
#include "evidence/domain/tables.h"
#include "evidence/domain/teachers.h"
#include "evidence/domain/team_evidence.h"
#include "evidence/domain/trigger_rules.h"

namespace throughline::evidence {

using core::Error;
using google::protobuf::util::MessageDifferencer;

int32_t TodayOf(std::string_view district, const decider::State& state, core::Instant now) {
  return core::ToDays(core::LocalDate(now, ZoneOf(state, district)));
}

namespace {

constexpr int kGroupsAtMost = 64;
constexpr int kClassesAtMost = 64;
constexpr int32_t kLastDay = 2'932'896;  // 9999-12-31

template <class Strings>
std::set<std::string> Sorted(const Strings& strings) {
  return {strings.begin(), strings.end()};
}

bool IsGroup(const std::string& group) {
  const size_t colon = group.find(':');
  if (group.size() > 128 || colon == 0 || colon == std::string::npos || colon + 1 == group.size()) {
    return false;
  }
  return std::all_of(group.begin(), group.end(),
                     [](unsigned char c) { return c > 0x20 && c != 0x7f && c != '/'; });
}

std::optional<Error> CheckClasses(const v1::UpdateRosterRequest& request) {
  for (int i = 0; i < request.classes_size(); ++i) {
    const std::string field = fmt::format("classes[{}]", i);
    if (!core::IsId(request.classes(i).class_id())) return IdInvalid(field + ".class_id");
    if (!core::IsId(request.classes(i).team())) return IdInvalid(field + ".team");
    if (request.classes(i).title().size() > 256) return core::TextTooLong(field + ".title", 256);
  }
  return std::nullopt;
}

using Strings = google::protobuf::RepeatedPtrField<std::string>;
using Enrolments = google::protobuf::RepeatedPtrField<v1::Enrolment>;

std::optional<Error> CheckGroups(const Strings& groups, const std::string& field) {
  if (groups.size() > kGroupsAtMost) return BatchTooLarge(field, kGroupsAtMost);
  for (int i = 0; i < groups.size(); ++i) {
    if (!IsGroup(groups[i])) return GroupInvalid(fmt::format("{}[{}]", field, i));
  }
  return std::nullopt;
}

// Classes that students are in have to be known, or to be in the request.
class KnownClasses {
 public:
  KnownClasses(const v1::UpdateRosterRequest& request, const decider::State& state)
      : request_(request), state_(state) {
    for (const v1::RosterClass& one : request.classes()) named_.insert(one.class_id());
  }

  std::optional<Error> Check(const Strings& ids, const std::string& field) const {
    if (ids.size() > kClassesAtMost) return BatchTooLarge(field, kClassesAtMost);
    for (int i = 0; i < ids.size(); ++i) {
      if (!IsKnown(ids[i])) return ClassNotFound(fmt::format("{}[{}]", field, i));
    }
    return std::nullopt;
  }

  std::optional<Error> Check(const Enrolments& enrolments, const std::string& field) const {
    if (enrolments.size() > kClassesAtMost) return BatchTooLarge(field, kClassesAtMost);
    for (int i = 0; i < enrolments.size(); ++i) {
      const v1::Enrolment& one = enrolments[i];
      const std::string entry = fmt::format("{}[{}]", field, i);
      if (!IsKnown(one.class_id())) return ClassNotFound(entry + ".class_id");
      const int32_t over = one.has_over() ? one.over() : kLastDay;
      if (one.first() < 0 || one.first() >= over || over > kLastDay) {
        return EnrolmentInvalid(entry + ".over");
      }
    }
    return std::nullopt;
  }

  bool IsKnown(const std::string& id) const {
    return named_.contains(id) ||
           state_.Find(kClasses, JoinKey(request_.district(), request_.school(), id)) != nullptr;
  }

 private:
  const v1::UpdateRosterRequest& request_;
  const decider::State& state_;
  std::set<std::string> named_;
};

std::optional<Error> CheckStudents(const v1::UpdateRosterRequest& request,
                                   const KnownClasses& classes) {
  for (int i = 0; i < request.students_size(); ++i) {
    const v1::RosterStudent& student = request.students(i);
    const std::string field = fmt::format("students[{}]", i);
    if (!core::IsId(student.student())) return IdInvalid(field + ".student");
    if (auto error = CheckGroups(student.groups(), field + ".groups")) return error;
    if (auto error = classes.Check(student.class_ids(), field + ".class_ids")) return error;
    if (auto error = classes.Check(student.enrolments(), field + ".enrolments")) return error;
  }
  return std::nullopt;
}

std::optional<Error> CheckMoves(const v1::UpdateRosterRequest& request, const KnownClasses& classes,
                                const decider::State& state, core::Instant now) {
  std::set<std::string> named;
  for (const v1::RosterStudent& student : request.students()) named.insert(student.student());
  for (int i = 0; i < request.moves_size(); ++i) {
    const v1::RosterMove& move = request.moves(i);
    const std::string field = fmt::format("moves[{}]", i);
    if (!core::IsId(move.student())) return IdInvalid(field + ".student");
    if (!named.insert(move.student()).second) return StudentTwice(field + ".student");
    if (auto error = CheckGroups(move.groups(), field + ".groups")) return error;
    if (auto error = classes.Check(move.came_to(), field + ".came_to")) return error;
    if (auto error = classes.Check(move.enrolments(), field + ".enrolments")) return error;
    const auto* before =
        state.Find(kStudents, JoinKey(request.district(), request.school(), move.student()));
    const v1::RosterStudent after = Moved(move, before, TodayOf(request.district(), state, now));
    if (after.class_ids_size() > kClassesAtMost) {
      return BatchTooLarge(field + ".came_to", kClassesAtMost);
    }
    if (after.groups_size() > kGroupsAtMost) {
      return BatchTooLarge(field + ".groups", kGroupsAtMost);
    }
  }
  return std::nullopt;
}

std::optional<Error> Check(const v1::UpdateRosterRequest& request, const decider::State& state,
                           core::Instant now) {
  if (!core::IsId(request.school())) return IdInvalid("school");
  if (state.Find(kDistricts, request.district()) == nullptr) {
    return DistrictUnknown(request.district());
  }
  if (request.classes_size() > kOfEachAtMost) return BatchTooLarge("classes", kOfEachAtMost);
  if (request.students_size() > kOfEachAtMost) return BatchTooLarge("students", kOfEachAtMost);
  if (request.moves_size() > kOfEachAtMost) return BatchTooLarge("moves", kOfEachAtMost);
  if (request.ended_class_ids_size() > kOfEachAtMost)
    return BatchTooLarge("ended_class_ids", kOfEachAtMost);
  if (auto error = CheckClasses(request)) return error;
  const KnownClasses classes(request, state);
  if (auto error = CheckStudents(request, classes)) return error;
  const auto is_class = [&](const std::string& id) { return classes.IsKnown(id); };
  if (auto error = CheckTeachers(request, is_class)) return error;
  return CheckMoves(request, classes, state, now);
}

bool IsKnown(const v1::StudentRow* row, const v1::RosterStudent& student) {
  if (row == nullptr) return student.class_ids().empty() && student.enrolments().empty();
  return Sorted(row->groups()) == Sorted(student.groups()) &&
         Sorted(row->class_ids()) == Sorted(student.class_ids()) &&
         std::equal(row->enrolments().begin(), row->enrolments().end(),
                    student.enrolments().begin(), student.enrolments().end(),
                    [](const auto& a, const auto& b) { return MessageDifferencer::Equals(a, b); });
}

std::set<std::string> TeamsOf(const decider::State& state, const v1::RosterChanged& changed,
                              const std::set<std::string>& class_ids) {
  std::set<std::string> teams;
  for (const std::string& id : class_ids) {
    const auto* known = state.Find(kClasses, JoinKey(changed.district(), changed.school(), id));
    if (known != nullptr) teams.insert(known->team());
  }
  return teams;
}

// The cycles that a roster change touches: every open one of the team.
void AddOpen(const decider::State& state, const TeamKey& team, std::set<EvidenceKey>& touched) {
  const auto* row = state.Find(kTeams, RowKeyOf(team));
  if (row == nullptr) return;
  for (const v1::Watch& watch : row->watches()) {
    if (watch.closed()) continue;
    for (const auto& indicator : watch.indicators()) {
      touched.insert({team, watch.cycle(), indicator.indicator()});
    }
  }
}

// Students who were or are in a team of those that a roster change is about, by team.
using Rostered = std::map<TeamKey, std::set<std::string>>;

// The team's numbers follow.
void PutStudent(decider::State& state, const v1::RosterChanged& changed,
                const v1::RosterStudent& said, Rostered& rostered, TouchedStudents& touched) {
  const std::string& student = said.student();
  const std::set<std::string> groups = Sorted(said.groups()), class_ids = Sorted(said.class_ids());
  v1::StudentRow& row =
      state.Edit(kStudents, JoinKey(changed.district(), changed.school(), student));
  const std::set<std::string> before = Sorted(row.teams());
  const std::set<std::string> teams = TeamsOf(state, changed, class_ids);
  if (!class_ids.empty()) {
    row.clear_last_class_ids();
  } else if (!row.class_ids().empty()) {
    *row.mutable_last_class_ids() = row.class_ids();
  } else if (!said.last_class_ids().empty()) {
    *row.mutable_last_class_ids() = said.last_class_ids();
  }
  *row.mutable_enrolments() = said.enrolments();
  row.mutable_groups()->Assign(groups.begin(), groups.end());
  row.mutable_class_ids()->Assign(class_ids.begin(), class_ids.end());
  row.mutable_teams()->Assign(teams.begin(), teams.end());
  std::set<std::string> concerned = before;
  concerned.insert(teams.begin(), teams.end());
  for (const std::string& team : concerned) {
    const TeamKey key{changed.district(), changed.school(), team};
    v1::TeamRow& counts = state.Edit(kTeams, RowKeyOf(key));
    counts.set_rostered(counts.rostered() + static_cast<int32_t>(teams.contains(team)) -
                        static_cast<int32_t>(before.contains(team)));
    std::set<EvidenceKey> open;
    AddOpen(state, key, open);
    for (const EvidenceKey& evidence : open) {
      if (auto students = CycleStudents::Of(evidence, state, touched)) students->Refresh(student);
    }
    rostered[key].insert(student);
  }
}

// Students of classes that went to another team go with them.
void MoveClasses(decider::State& state, const v1::RosterChanged& changed,
                 const std::set<std::string>& moved, Rostered& rostered, TouchedStudents& touched) {
  const std::string prefix = JoinKey(changed.district(), changed.school(), "");
  std::vector<std::pair<std::string, v1::StudentRow>> students;
  state.ForEach(kStudents, prefix, [&](const std::string& key, const v1::StudentRow& row) {
    if (std::any_of(row.class_ids().begin(), row.class_ids().end(),
                    [&](const std::string& id) { return moved.contains(id); })) {
      students.emplace_back(key.substr(prefix.size()), row);
    }
  });
  for (const auto& [student, row] : students) {
    v1::RosterStudent same;
    same.set_student(student);
    *same.mutable_groups() = row.groups();
    *same.mutable_class_ids() = row.class_ids();
    *same.mutable_enrolments() = row.enrolments();
    PutStudent(state, changed, same, rostered, touched);
  }
}

// When the student's classes are looked at again. Of every day, as one that changes nothing leaves
// no event to go on from.
void SetDue(const v1::RosterChanged& changed, const v1::RosterStudent& student, int32_t today,
            decider::State& state) {
  for (const int32_t day : ChangesAfter(student, today)) {
    const std::string timer = std::string(kEnrolmentsDue) +
                              JoinKey(changed.district(), changed.school(), std::to_string(day));
    state.SetTimer(timer, core::StartOfDay(core::FromDays(day), ZoneOf(state, changed.district())));
  }
}

// The teams whose rosters a change is about to touch.
std::set<TeamKey> TeamsTouched(const decider::State& state, const v1::RosterChanged& changed) {
  std::set<TeamKey> teams;
  const auto add = [&](const std::string& team) {
    teams.insert({changed.district(), changed.school(), team});
  };
  for (const v1::RosterClass& one : changed.classes()) {
    const auto* before =
        state.Find(kClasses, JoinKey(changed.district(), changed.school(), one.class_id()));
    if (before != nullptr) add(before->team());
    add(one.team());
  }
  for (const v1::RosterStudent& student : changed.students()) {
    const auto* before =
        state.Find(kStudents, JoinKey(changed.district(), changed.school(), student.student()));
    if (before != nullptr) std::for_each(before->teams().begin(), before->teams().end(), add);
    for (const std::string& id : student.class_ids()) {
      const auto* known = state.Find(kClasses, JoinKey(changed.district(), changed.school(), id));
      if (known != nullptr) add(known->team());
    }
  }
  return teams;
}

// Schools and teams that are not noted. They may be on their way here, or come later: a roster that
// is there before them loses nothing, and a mistyped name is reported.
void AddFindings(const v1::UpdateRosterRequest& request, const decider::State& state,
                 v1::UpdateRosterResponse& response) {
  const std::string prefix = JoinKey(request.district(), request.school(), "");
  if (state.Find(kSchools, JoinKey(request.district(), request.school())) == nullptr) {
    *response.add_findings() = district::FindingOf(core::SchoolUnknown(request.school()));
    return;
  }
  if (!district::IsFollowed(state, request.district(), request.school())) return;
  std::set<std::string> teams;
  state.ForEach(district::kTeams, prefix, [&](const std::string&, const plans::v1::Team& team) {
    teams.insert(team.team());
  });
  for (int i = 0; i < request.classes_size(); ++i) {
    const std::string& team = request.classes(i).team();
    if (teams.contains(team)) continue;
    *response.add_findings() =
        district::FindingOf(TeamNotFound(fmt::format("classes[{}].team", i), team, teams));
  }
}

}  // namespace

void Decide(const v1::UpdateRosterRequest& request, decider::Turn& turn) {
  const decider::State& state = turn.state();
  if (auto error = Check(request, state, turn.now())) return turn.Refuse(*error);
  v1::RosterChanged changed;
  changed.set_district(request.district());
  changed.set_school(request.school());
  for (const v1::RosterClass& one : request.classes()) {
    const auto* known =
        state.Find(kClasses, JoinKey(request.district(), request.school(), one.class_id()));
    if (known == nullptr || !MessageDifferencer::Equals(*known, one)) *changed.add_classes() = one;
  }
  const int32_t today = TodayOf(request.district(), state, turn.now());
  for (v1::RosterStudent& student : StudentsAfter(request, today, state)) {
    const auto* known =
        state.Find(kStudents, JoinKey(request.district(), request.school(), student.student()));
    if (!IsKnown(known, student)) *changed.add_students() = std::move(student);
  }
  v1::UpdateRosterResponse response;
  response.set_classes_changed(changed.classes_size());
  response.set_students_changed(changed.students_size());
  AddFindings(request, state, response);
  const v1::TeachersChanged teachers = TeachersAfter(request, state);
  response.set_teachers_changed(teachers.teachers_size());
  Change(std::move(changed), turn);
  if (!teachers.teachers().empty()) {
    turn.Emit(teachers, core::Key{request.district(), request.school()}.Text());
  }
  turn.Answer(response);
}

void Change(v1::RosterChanged changed, decider::Turn& turn) {
  if (changed.classes_size() + changed.students_size() == 0) return;
  // In no order of the roster's: who knows that would know whose pseudonym is whose.
  std::stable_sort(
      changed.mutable_students()->begin(), changed.mutable_students()->end(),
      [](const auto& one, const auto& other) { return one.student() < other.student(); });
  const std::set<TeamKey> teams = TeamsTouched(turn.state(), changed);
  turn.Emit(changed, core::Key{changed.district(), changed.school()}.Text(),
            decider::Delivery::ToKey(changed.district()));
  std::set<EvidenceKey> touched;
  for (const TeamKey& team : teams) AddOpen(turn.state(), team, touched);
  for (const EvidenceKey& evidence : touched) EvaluateTriggers(evidence, turn);
}

void DecideEnrolmentsDue(std::string_view timer, decider::Turn& turn) {
  const auto [district, school, day] = core::SplitKey<3>(timer.substr(kEnrolmentsDue.size()));
  const int32_t today = TodayOf(district, turn.state(), turn.now());
  const std::string prefix = JoinKey(district, school, "");
  v1::RosterChanged all;
  turn.state().ForEach(kStudents, prefix, [&](const std::string& at, const v1::StudentRow& row) {
    if (row.enrolments().empty()) return;
    v1::RosterStudent now =
        StudentOn(at.substr(prefix.size()), Sorted(row.groups()), EnrolledBy(row), today);
    if (!IsKnown(&row, now)) *all.add_students() = std::move(now);
  });
  for (int i = 0; i < all.students_size(); i += kOfEachAtMost) {
    v1::RosterChanged changed;
    changed.set_district(std::string(district));
    changed.set_school(std::string(school));
    for (int j = i; j < std::min(i + kOfEachAtMost, all.students_size()); ++j) {
      *changed.add_students() = all.students(j);
    }
    Change(std::move(changed), turn);
  }
}

void Decide(const v1::RosterChanged& changed, decider::Turn& turn) {
  v1::ClassesListed listed;
  listed.set_district(changed.district());
  listed.set_school(changed.school());
  for (const v1::RosterClass& one : changed.classes()) {
    const auto* known =
        turn.state().Find(kClassPlaces, JoinKey(changed.district(), one.class_id()));
    if (known == nullptr || known->school() != changed.school()) {
      listed.add_class_ids(one.class_id());
    }
  }
  if (!listed.class_ids().empty()) turn.Emit(listed, changed.district());
  ListStudents(changed, turn);
  ShareStudents(changed, turn);
}

void Apply(const v1::RosterChanged& changed, core::Instant time, decider::State& state) {
  const std::set<TeamKey> teams = TeamsTouched(state, changed);
  std::set<std::string> moved;
  for (const v1::RosterClass& one : changed.classes()) {
    const std::string key = JoinKey(changed.district(), changed.school(), one.class_id());
    const auto* before = state.Find(kClasses, key);
    if (before != nullptr && before->team() != one.team()) moved.insert(one.class_id());
    state.Edit(kClasses, key) = one;
  }
  Rostered rostered;
  TouchedStudents touched;
  if (!moved.empty()) MoveClasses(state, changed, moved, rostered, touched);
  for (const v1::RosterStudent& student : changed.students()) {
    PutStudent(state, changed, student, rostered, touched);
    SetDue(changed, student, TodayOf(changed.district(), state, time), state);
  }
  std::set<EvidenceKey> open;
  for (const TeamKey& team : teams) AddOpen(state, team, open);
  for (const EvidenceKey& evidence : open) {
    MoveShown(state, evidence, time);
    NoteMoved(evidence.team, evidence.indicator, time, state);
  }
  for (const auto& [team, students] : rostered) {
    TouchOnEveryIndicator(state, team, students, touched);
  }
  MoveStandings(state, touched, time);
}

void Apply(const v1::ClassesListed& listed, decider::State& state) {
  for (const std::string& id : listed.class_ids()) {
    state.Edit(kClassPlaces, JoinKey(listed.district(), id)).set_school(listed.school());
  }
}

}  // namespace throughline::evidence
