#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <set>

#include "core/time_zone.h"
#include "importing/bundle_modes.h"
#include "importing/entry_at_fault.h"
#include "importing/importer.h"
#include "importing/missing_enrolments.h"
#include "importing/request_ids.h"
#include "importing/roster_bundle.h"
#include "importing/roster_teachers.h"
#include "importing/student_move.h"

namespace throughline::importing {

using core::Result;

namespace {

constexpr int kStudentsPerCall = 1000;
constexpr int kClassesPerCall = 1000;
constexpr int kTeamsPerCall = 500;
constexpr int kLineItemsPerCall = 2000;
constexpr int kAssessmentsPerCall = 500;
constexpr double kUnaskedRemoval = 0.10;  // of a district that has said nothing of it
constexpr char kOverlapping[] =
    "The sessions overlap, as terms, semesters and grading periods; no terms were taken from them.";

// Whether the services say that what was sent is not right, rather than that they cannot take it.
bool IsRefusal(const core::Error& error) {
  return error.code == core::Code::kInvalidArgument ||
         error.code == core::Code::kFailedPrecondition || error.code == core::Code::kNotFound;
}

// The file of a bundle that says what this list of a request says.
std::string FileOf(std::string_view list) {
  if (list == "students") return "users.csv";
  if (list == "moves" || list == "teachers" || list == "teacher_moves") return "enrollments.csv";
  if (list == "classes" || list == "ended_class_ids" || list == "teams") return "classes.csv";
  return "lineItems.csv";
}

// Sends what is not there yet, and sets aside what is refused.
class Sender {
 public:
  Sender(const ImportOptions& options, const Services& services,
         const oneroster::ProblemSink& problems, ImportCounts& counts, const Progress& progress)
      : options_(options),
        services_(services),
        problems_(problems),
        counts_(counts),
        progress_(progress) {}

  Result<void> CreateDistrict(const RosterBundle& roster) {
    plans::v1::GetDistrictRequest get;
    get.set_district(options_.district);
    auto known =
        Call(services_.plans, &plans::v1::PlansService::Stub::GetDistrict, get, services_.terms);
    if (known) {
      known_ = known->district();
      return AddTerms(roster);
    }
    if (known.error().code != core::Code::kNotFound) return core::Refuse(known.error());
    plans::v1::CreateDistrictRequest create;
    plans::v1::District& district = *create.mutable_district();
    district.set_district(options_.district);
    district.set_name(options_.name.empty() ? roster.district_name : options_.name);
    district.set_time_zone(options_.time_zone);
    *district.mutable_calendar() = roster.Calendar();
    if (roster.SessionsOverlap()) ReportSessions(oneroster::kSessionsOverlap, kOverlapping);
    return Send(services_.plans, &plans::v1::PlansService::Stub::CreateDistrict, create);
  }

  // A calendar keeps the terms that it has: what a new year's bundle says is added to them.
  Result<void> AddTerms(const RosterBundle& roster) {
    if (roster.SessionsOverlap()) ReportSessions(oneroster::kSessionsOverlap, kOverlapping);
    plans::v1::AddTermsRequest request;
    request.set_district(options_.district);
    const common::v1::InstructionalCalendar calendar = roster.Calendar();
    for (const common::v1::Term& term : calendar.terms()) {
      const auto& known = known_.calendar().terms();
      const bool is_there = std::any_of(known.begin(), known.end(), [&](const auto& one) {
        return one.first() == term.first() && one.last() == term.last();
      });
      if (!is_there) *request.add_terms() = term;
    }
    if (request.terms().empty()) return {};
    Identify({occasion_}, request);
    auto answer =
        Call(services_.plans, &plans::v1::PlansService::Stub::AddTerms, request, services_.terms);
    if (!answer) {
      if (!IsRefusal(answer.error())) return core::Refuse(answer.error());
      ReportSessions(answer.error().reason, answer.error().message);
      return {};
    }
    for (const common::v1::Term& term : answer->left_out()) {
      ReportSessions(oneroster::kSessionDiffers, "The district's calendar has other days from " +
                                                     term.first() + " to " + term.last() +
                                                     "; the session was left out.");
    }
    return {};
  }

  // What is there already of schools and teams.
  Result<void> ReadKnown() {
    plans::v1::ListSchoolsRequest schools;
    schools.set_district(options_.district);
    auto known = CallPages(services_.plans, &plans::v1::PlansService::Stub::ListSchools, schools,
                           services_.terms);
    if (!known) return core::Refuse(known.error());
    for (const auto& school : known->schools()) schools_[school.school()] = school;
    plans::v1::ListTeamsRequest teams;
    teams.set_district(options_.district);
    auto all = CallPages(services_.plans, &plans::v1::PlansService::Stub::ListTeams, teams,
                         services_.terms);
    if (!all) return core::Refuse(all.error());
    for (const auto& team : all->teams()) teams_[{team.school(), team.team()}] = team;
    return {};
  }

  Result<void> UpsertSchool(const std::string& id, const SchoolRoster& school) {
    ++counts_.schools;
    auto known = schools_.find(id);
    const bool is_new = known == schools_.end();
    if (is_new || (!school.name.empty() && known->second.name() != school.name)) {
      plans::v1::UpsertSchoolRequest request;
      if (!is_new) *request.mutable_school() = known->second;
      request.mutable_school()->set_district(options_.district);
      request.mutable_school()->set_school(id);
      request.mutable_school()->set_name(school.name.empty() ? id : school.name);
      auto sent = Send(services_.plans, &plans::v1::PlansService::Stub::UpsertSchool, request);
      if (!sent) return sent;
    }
    return UpsertTeams(id, school);
  }

  Result<void> UpsertTeams(const std::string& id, const SchoolRoster& school) {
    plans::v1::UpsertTeamsRequest request;
    request.set_district(options_.district);
    request.set_school(id);
    const auto send = [&] {
      return SendList(services_.plans, &plans::v1::PlansService::Stub::UpsertTeams, request);
    };
    for (const auto& [team, name] : school.teams) {
      ++counts_.teams;
      auto known = teams_.find({id, team});
      const bool is_new = known == teams_.end();
      if (!is_new && (name.empty() || known->second.name() == name)) continue;
      plans::v1::Team& one = *request.add_teams();
      if (!is_new) one = known->second;
      if (is_new) one.set_active(true);
      one.set_team(team);
      one.set_name(name.empty() ? team : name);
      if (request.teams_size() < kTeamsPerCall) continue;
      if (auto sent = send(); !sent) return sent;
      request.clear_teams();
    }
    return request.teams().empty() ? Result<void>() : send();
  }

  Result<void> UpdateRoster(const std::string& id, const SchoolRoster& school,
                            const RosterBundle& roster) {
    evidence::v1::UpdateRosterRequest request;
    request.set_district(options_.district);
    request.set_school(id);
    const auto send = [&]() -> Result<void> {
      if (request.classes().empty() && request.students().empty()) return {};
      auto sent =
          SendList(services_.evidence, &evidence::v1::EvidenceService::Stub::UpdateRoster, request);
      counts_.classes += request.classes_size();
      for (const auto& student : request.students()) students_.insert(student.student());
      counts_.students = static_cast<int64_t>(students_.size());
      request.clear_classes();
      request.clear_students();
      return sent;
    };
    for (const evidence::v1::RosterClass& one : school.classes) {
      *request.add_classes() = one;
      if (request.classes_size() < kClassesPerCall) continue;
      if (auto sent = send(); !sent) return sent;
    }
    if (auto sent = send(); !sent) return sent;
    request.set_keep_enrolments(keep_enrolments_);
    for (const auto& [student, classes] : school.students) {
      if (roster.departed.contains(student)) continue;
      evidence::v1::RosterStudent& one = *request.add_students();
      one.set_student(student);
      if (auto name = roster.names.find(student); name != roster.names.end()) {
        one.set_display_name(name->second);
      }
      if (auto of = roster.groups.find(student); of != roster.groups.end()) {
        one.mutable_groups()->Assign(of->second.begin(), of->second.end());
      }
      one.mutable_class_ids()->Assign(classes.begin(), classes.end());
      if (auto dated = school.dated.find(student); dated != school.dated.end()) {
        one.mutable_enrolments()->Assign(dated->second.begin(), dated->second.end());
      }
      if (request.students_size() < kStudentsPerCall) continue;
      if (auto sent = send(); !sent) return sent;
    }
    return send();
  }

  // Whether what a bulk no longer has may be ended, and how much that is. Before the roster is
  // sent: students who are in the bundle are in those classes alone that it says.
  Result<void> CountMissing(const RosterBundle& roster) {
    for (const auto& [id, school] : roster.schools) {
      if (!schools_.contains(id)) continue;  // it is new
      for (auto& request : MissingEnrolmentsOf(id, school)) {
        request.set_district(options_.district);
        request.set_only_count(true);
        if (auto counted = SendMissing(request); !counted) return counted;
      }
    }
    const double share =
        known_.policy().has_unasked_removal() ? known_.policy().unasked_removal() : kUnaskedRemoval;
    const bool many = static_cast<double>(counts_.enrolments_missing) >
                      share * static_cast<double>(counts_.enrolments_known);
    const bool unsure = counts_.enrolments_missing > 0 && roster.rows_lost() > 0;
    keep_enrolments_ = (many || unsure) && !options_.confirm_removal;
    if (keep_enrolments_) ReportMissing(roster.rows_lost());
    return {};
  }

  // Of students who are in the bundle no more, and of classes.
  Result<void> EndMissing() {
    if (keep_enrolments_) return {};
    for (evidence::v1::EndMissingEnrolmentsRequest& request : to_end_) {
      request.set_only_count(false);
      if (auto ended = SendMissing(request); !ended) return ended;
    }
    counts_.enrolments_ended = counts_.enrolments_missing;
    return {};
  }

  // What is said of students and classes without their school, or of what changed of them, to
  // every school that there is: whom and what it does not know it passes over.
  Result<void> MoveStudents(const RosterBundle& roster) {
    std::set<std::string> everywhere = roster.departed;
    for (const auto& [student, said] : roster.group_dimensions) everywhere.insert(student);
    if (roster.of_changes()) {
      for (const auto& [student, name] : roster.names) everywhere.insert(student);
    }
    for (const auto& [id, school] : AllSchools(roster)) {
      std::set<std::string> students = everywhere;
      if (school != nullptr) {
        for (const auto& [student, change] : school->changes) students.insert(student);
      }
      if (auto sent = MoveStudentsOf(id, students, school, roster); !sent) return sent;
    }
    return {};
  }

  // Who teaches what; once the classes are there.
  Result<void> UpdateTeachers(const RosterBundle& roster, bool says_all) {
    const std::string& zone = known_.time_zone().empty() ? options_.time_zone : known_.time_zone();
    const int32_t today = core::ToDays(core::LocalDate(
        std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now()), zone));
    const TeachersSaid said = roster.of_changes()             ? TeachersSaid::kChanged
                              : says_all && !keep_enrolments_ ? TeachersSaid::kAll
                                                              : TeachersSaid::kAdded;
    for (const auto& [id, school] : AllSchools(roster)) {
      for (auto& request : TeacherRequestsOf(id, school, roster, said, today)) {
        request.set_district(options_.district);
        auto sent = SendList(services_.evidence, &evidence::v1::EvidenceService::Stub::UpdateRoster,
                             request);
        if (!sent) return sent;
      }
    }
    return {};
  }

  // Of a delta, an assessment that the district has keeps its kind and its indicators: the category
  // and the other line items that say them may not be in it.
  Result<void> DefineAssessments(const RosterBundle& roster, bool of_changes) {
    evidence::v1::DefineAssessmentsRequest request;
    request.set_district(options_.district);
    request.set_keep_kind_and_indicators(of_changes);
    request.set_keep_unsaid(
        true);  // a bundle that names no indicators does not say that there are none
    const auto send = [&]() -> Result<void> {
      if (request.assessments().empty() && request.line_items().empty()) return {};
      auto sent = SendList(services_.evidence,
                           &evidence::v1::EvidenceService::Stub::DefineAssessments, request);
      counts_.assessments += request.assessments_size();
      counts_.line_items += request.line_items_size();
      request.clear_assessments();
      request.clear_line_items();
      return sent;
    };
    for (const evidence::v1::Assessment& one : roster.Assessments()) {
      *request.add_assessments() = one;
      if (request.assessments_size() < kAssessmentsPerCall) continue;
      if (auto sent = send(); !sent) return sent;
    }
    if (auto sent = send(); !sent) return sent;
    for (const evidence::v1::LineItem& one : roster.line_items) {
      *request.add_line_items() = one;
      if (request.line_items_size() < kLineItemsPerCall) continue;
      if (auto sent = send(); !sent) return sent;
    }
    return send();
  }

  Result<void> RemoveLineItems(const std::set<std::string>& gone) {
    evidence::v1::RemoveAssessmentsRequest request;
    request.set_district(options_.district);
    for (auto at = gone.begin(); at != gone.end();) {
      request.add_line_items(*at++);
      if (request.line_items_size() < kLineItemsPerCall && at != gone.end()) continue;
      Identify({occasion_}, request);
      auto answer =
          Call(services_.evidence, &evidence::v1::EvidenceService::Stub::RemoveAssessments, request,
               services_.terms);
      if (!answer) return core::Refuse(answer.error());
      counts_.line_items_removed += answer->removed();
      request.clear_request_id();
      request.clear_line_items();
      if (progress_) progress_(counts_);
    }
    return {};
  }

 private:
  // Those that there are, and what the bundle says of them; null: nothing.
  std::map<std::string, const SchoolRoster*> AllSchools(const RosterBundle& roster) const {
    std::map<std::string, const SchoolRoster*> all;
    for (const auto& [id, school] : schools_) all[id] = nullptr;
    for (const auto& [id, school] : roster.schools) all[id] = &school;
    return all;
  }

  Result<void> MoveStudentsOf(const std::string& id, const std::set<std::string>& students,
                              const SchoolRoster* school, const RosterBundle& roster) {
    evidence::v1::UpdateRosterRequest request;
    request.set_district(options_.district);
    request.set_school(id);
    const auto send = [&]() -> Result<void> {
      if (request.moves().empty() && request.ended_class_ids().empty()) return {};
      auto sent =
          SendList(services_.evidence, &evidence::v1::EvidenceService::Stub::UpdateRoster, request);
      for (const auto& move : request.moves()) students_.insert(move.student());
      counts_.students = static_cast<int64_t>(students_.size());
      request.clear_moves();
      request.clear_ended_class_ids();
      return sent;
    };
    for (const std::string& one : roster.ended_classes) {
      request.add_ended_class_ids(one);
      if (request.ended_class_ids_size() < kClassesPerCall) continue;
      if (auto sent = send(); !sent) return sent;
    }
    for (const std::string& student : students) {
      *request.add_moves() = MoveOf(student, school, roster);
      if (request.moves_size() < kStudentsPerCall) continue;
      if (auto sent = send(); !sent) return sent;
    }
    return send();
  }

  Result<void> SendMissing(evidence::v1::EndMissingEnrolmentsRequest& request) {
    Identify({occasion_}, request);
    auto answer =
        Call(services_.evidence, &evidence::v1::EvidenceService::Stub::EndMissingEnrolments,
             request, services_.terms);
    request.clear_request_id();
    if (!answer) return core::Refuse(answer.error());
    if (!request.only_count()) return {};
    counts_.enrolments_known += answer->known();
    counts_.enrolments_missing += answer->missing();
    if (answer->ends_any()) to_end_.push_back(request);
    return {};
  }

  void ReportMissing(int64_t rows_lost) {
    std::string message = fmt::format("{} of the district's {} enrolments are not in the bundle",
                                      counts_.enrolments_missing, counts_.enrolments_known);
    if (rows_lost > 0) message += fmt::format(", and {} rows could not be read", rows_lost);
    problems_({"enrollments.csv", 0, "", oneroster::kRemovalUnconfirmed,
               message + "; none was ended. If they are over, import it again and confirm the "
                         "removal (--confirm-removal, confirm_removal=true).",
               ""});
  }

  void ReportSessions(std::string_view reason, std::string_view message) {
    problems_({"academicSessions.csv", 0, "", std::string(reason), std::string(message), ""});
  }

  template <class Stub, class Request, class Response>
  Result<void> Send(Stub& stub,
                    grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                    Request& request) {
    Identify({occasion_}, request);
    auto answer = Call(stub, method, request, services_.terms);
    request.clear_request_id();
    if (!answer) return core::Refuse(answer.error());
    if (progress_) progress_(counts_);
    return {};
  }

  // The same for a request with lists: an entry that is refused is a problem, and what is left of
  // the request is sent again.
  template <class Stub, class Request, class Response>
  Result<void> SendList(Stub& stub,
                        grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                     Response*),
                        Request& request) {
    while (true) {
      auto sent = Send(stub, method, request);
      if (sent || !IsRefusal(sent.error())) return sent;
      auto entry = ParseEntryAtFault(sent.error().field);
      if (!entry || !TakeOut(*entry, request)) return sent;
      Report(*entry, sent.error());
    }
  }

  void Report(const EntryAtFault& entry, const core::Error& error) {
    oneroster::BundleProblem problem;
    problem.file = FileOf(entry.list);
    problem.reason = error.reason;
    problem.message = error.message;
    problems_(problem);
  }

  const ImportOptions& options_;
  const Services& services_;
  const oneroster::ProblemSink& problems_;
  ImportCounts& counts_;
  const Progress& progress_;
  // Sent anew on every import: a roster that went from one state to another and back has to go
  // back here too.
  const std::string occasion_ = NewOccasion();
  std::set<std::string> students_;  // of any school, each once
  plans::v1::District known_;       // empty: it is new
  bool keep_enrolments_ = false;
  std::vector<evidence::v1::EndMissingEnrolmentsRequest> to_end_;  // those that have any
  std::map<std::string, plans::v1::School> schools_;
  std::map<std::pair<std::string, std::string>, plans::v1::Team> teams_;  // by school and team
};

}  // namespace

Result<void> ImportReferences(oneroster::BundleReader& bundle, const ImportOptions& options,
                              const Services& services, const oneroster::ProblemSink& problems,
                              ImportCounts& counts, const Progress& progress) {
  const oneroster::ProblemSink counted = [&](const oneroster::BundleProblem& problem) {
    ++counts.problems;
    const bool whole_file = problem.reason == oneroster::kMissingFile ||
                            problem.reason == oneroster::kMissingColumn ||
                            problem.reason == oneroster::kDuplicateColumn;
    if (whole_file) ++counts.files_unread;
    problems(problem);
  };
  RosterBundle roster(counted, SaysChanges(bundle.manifest()));
  if (auto read = bundle.ReadReferences(roster); !read) return read;
  counts.references = roster.Digest();
  const bool says_all = SaysAll(bundle.manifest()) && counts.files_unread == 0;
  if (says_all) {
    if (auto checked = CheckClasses(roster.schools); !checked) return checked;
  }
  Sender sender(options, services, counted, counts, progress);
  if (auto sent = sender.CreateDistrict(roster); !sent) return sent;
  if (auto read = sender.ReadKnown(); !read) return read;
  for (const auto& [id, school] : roster.schools) {
    if (auto sent = sender.UpsertSchool(id, school); !sent) return sent;
  }
  const bool says_changes = SaysChanges(bundle.manifest());
  // What a bulk says to be gone is gone, whatever becomes of what it no longer has.
  if (!says_changes) {
    if (auto sent = sender.MoveStudents(roster); !sent) return sent;
  }
  if (says_all) {
    if (auto counted = sender.CountMissing(roster); !counted) return counted;
  }
  for (const auto& [id, school] : roster.schools) {
    if (auto sent = sender.UpdateRoster(id, school, roster); !sent) return sent;
  }
  if (says_changes) {
    if (auto sent = sender.MoveStudents(roster); !sent) return sent;
  }
  if (says_all) {
    if (auto ended = sender.EndMissing(); !ended) return ended;
  }
  if (auto sent = sender.UpdateTeachers(roster, says_all); !sent) return sent;
  const bool of_changes = IsDelta(bundle.manifest(), oneroster::BundleFile::kLineItems);
  if (auto sent = sender.DefineAssessments(roster, of_changes); !sent) return sent;
  return sender.RemoveLineItems(roster.gone_line_items);
}

}  // namespace throughline::importing
