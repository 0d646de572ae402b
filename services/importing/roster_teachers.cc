#include "importing/roster_teachers.h"

#include <algorithm>
#include <map>
#include <set>

namespace throughline::importing {

namespace {

using evidence::v1::UpdateRosterRequest;

constexpr int kTeachersPerCall = 1000;

struct Classes {
  std::set<std::string> now;
  std::set<std::string> left;
  std::map<std::string, int32_t> ends;  // of those of now that are over on a day to come, the day
};

Classes ClassesOf(const EnrolmentChange& said, int32_t today) {
  Classes classes{said.came_to, said.left, {}};
  std::set<std::string> over, endless = said.came_to;
  for (const evidence::v1::Enrolment& one : said.dated) {
    const bool is_over = one.has_over() && one.over() <= today;
    (is_over ? over : classes.now).insert(one.class_id());
    if (!one.has_over()) endless.insert(one.class_id());
    int32_t& last = classes.ends.try_emplace(one.class_id(), one.over()).first->second;
    last = std::max(last, one.over());
  }
  std::erase_if(classes.ends, [&](const auto& end) {
    return endless.contains(end.first) || !classes.now.contains(end.first);
  });
  classes.left.merge(over);
  for (const std::string& id : classes.now) classes.left.erase(id);
  return classes;
}

void Say(const std::map<std::string, int32_t>& ends,
         google::protobuf::RepeatedPtrField<evidence::v1::TeachingEnd>& said) {
  for (const auto& [id, day] : ends) {
    evidence::v1::TeachingEnd& end = *said.Add();
    end.set_class_id(id);
    end.set_over(day);
  }
}

UpdateRosterRequest Empty(const std::string& school_id) {
  UpdateRosterRequest request;
  request.set_school(school_id);
  return request;
}

// With room for one more teacher.
UpdateRosterRequest& Open(const std::string& school_id,
                          std::vector<UpdateRosterRequest>& requests) {
  const bool is_full =
      requests.empty() ||
      requests.back().teachers_size() + requests.back().teacher_moves_size() >= kTeachersPerCall;
  if (is_full) requests.push_back(Empty(school_id));
  return requests.back();
}

std::vector<UpdateRosterRequest> AllOf(const std::string& school_id, const SchoolRoster& school,
                                       const RosterBundle& roster, int32_t today) {
  std::vector<UpdateRosterRequest> requests;
  Open(school_id, requests).set_no_other_teachers(true);
  for (const auto& [teacher, said] : school.teachers) {
    const Classes classes = ClassesOf(said, today);
    if (classes.now.empty() || roster.departed.contains(teacher)) continue;
    evidence::v1::RosterTeacher& one = *Open(school_id, requests).add_teachers();
    one.set_teacher(teacher);
    one.mutable_class_ids()->Assign(classes.now.begin(), classes.now.end());
    Say(classes.ends, *one.mutable_ends());
  }
  return requests;
}

}  // namespace

std::vector<UpdateRosterRequest> TeacherRequestsOf(const std::string& school_id,
                                                   const SchoolRoster* school,
                                                   const RosterBundle& roster, TeachersSaid said,
                                                   int32_t today) {
  if (said == TeachersSaid::kAll && school != nullptr && roster.says_teachers()) {
    return AllOf(school_id, *school, roster, today);
  }
  std::vector<UpdateRosterRequest> requests;
  for (const std::string& user : roster.departed) {
    if (!roster.teachers.contains(user)) continue;  // the id of a student is none of a teacher
    evidence::v1::TeacherMove& move = *Open(school_id, requests).add_teacher_moves();
    move.set_teacher(user);
    move.set_left_school(true);
  }
  if (school == nullptr) return requests;
  for (const auto& [teacher, change] : school->teachers) {
    if (roster.departed.contains(teacher)) continue;
    const Classes classes = ClassesOf(change, today);
    if (classes.now.empty() && classes.left.empty()) continue;
    evidence::v1::TeacherMove& move = *Open(school_id, requests).add_teacher_moves();
    move.set_teacher(teacher);
    move.mutable_came_to()->Assign(classes.now.begin(), classes.now.end());
    move.mutable_left()->Assign(classes.left.begin(), classes.left.end());
    Say(classes.ends, *move.mutable_ends());
  }
  return requests;
}

}  // namespace throughline::importing
