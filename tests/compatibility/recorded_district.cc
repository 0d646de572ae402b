#include "recorded_district.h"

#include "columns/result_columns.h"
#include "core/time_zone.h"
#include "recorded_cycles.h"
#include "recorded_deliveries.h"
#include "recorded_plans.h"
#include "recorded_practices.h"
#include "recorded_rosters.h"
#include "recorded_surveys.h"
#include "recorded_visits.h"
#include "throughline/cycles/v1/cycles_events.pb.h"
#include "throughline/cycles/v1/cycles_service.pb.h"
#include "throughline/evidence/v1/evidence_events.pb.h"
#include "throughline/evidence/v1/evidence_service.pb.h"
#include "throughline/notifications/v1/notifications_events.pb.h"
#include "throughline/notifications/v1/notifications_service.pb.h"

namespace throughline::compatibility {

namespace {

constexpr char kZone[] = "America/Chicago";
constexpr char kDistrict[] = "lakeside";
constexpr char kIndicator[] = "close-reading";
constexpr int kStudents = 24;  // of a team, in one class
constexpr int kNewcomer = kStudents;
const std::vector<std::string> kSchools = {"north", "south"};
const std::vector<std::string> kTeams = {"grade-3", "grade-4"};

core::Instant Morning(const std::string& day) {
  return core::StartOfDay(*core::ParseDate(day), kZone) + std::chrono::hours(8);
}

class Autumn {
 public:
  explicit Autumn(QuietServices& services) : services_(services) {}

  void Live() {
    Found();
    FillRosters();
    PlanSchools(services_, kDistrict, kIndicator);
    BringBaselines();
    BeginLibrary(services_, kDistrict, kIndicator);
    PlanVisits(services_, kDistrict);
    BeginCycles();
    WorkThroughNorth();
    ListenAndSilence();
    LoseSightOfSouth();
    CloseCycles();
    ReviseNorth();
    TidyLibrary(services_, kDistrict, "text-dependent-questions");
    AskSchools();
    ReviewSchools();
    EndTheYear();
  }

 private:
  // What the call answered.
  template <class Response, class Request>
  Response Give(Request request) {
    return services_.GiveAccepted<Response>(request);
  }
  void AdvanceTo(const std::string& day) { services_.AdvanceTo(Morning(day)); }

  void Found() {
    Give<plans::v1::CreateDistrictResponse>(NewDistrict(kDistrict, kZone));
    Give<plans::v1::UpdateDistrictResponse>(NewPriorities(kDistrict));
    for (const std::string& school : kSchools) {
      Give<plans::v1::UpsertSchoolResponse>(SchoolOf(kDistrict, school));
      Give<plans::v1::UpsertTeamsResponse>(TeamsOf(kDistrict, school, kTeams, true));
    }
    // The same again changes nothing: an answer without a fact.
    Give<plans::v1::UpsertSchoolResponse>(SchoolOf(kDistrict, "north"));
    services_.GiveGarbage("plans");
    evidence::v1::DefineAssessmentsRequest define;
    define.set_district(kDistrict);
    auto& check = *define.add_assessments();
    check.set_assessment("check");
    check.set_title("Exit ticket");
    check.set_kind(evidence::v1::ASSESSMENT_KIND_DAILY_CHECK);
    check.set_scale_max(50);
    check.set_proficiency_cut(30);
    check.set_scale("exit-tickets");
    check.add_indicators(kIndicator);
    auto& screening = *define.add_assessments();
    screening.set_assessment("screening");
    screening.set_kind(evidence::v1::ASSESSMENT_KIND_TRIMESTER_SCREENING);
    screening.set_scale_min(100);
    screening.set_scale_max(600);
    evidence::v1::LineItem item;
    item.set_line_item("column-1");
    item.set_assessment("check");
    item.set_class_id("north-grade-3");
    item.set_school("north");
    *define.add_line_items() = item;
    *define.add_line_items() = item;
    define.mutable_line_items(1)->set_line_item("column-2");
    Give<evidence::v1::DefineAssessmentsResponse>(define);
  }

  evidence::v1::UpdateRosterRequest Roster(const std::string& school, const std::string& team,
                                           int first, int last) {
    return RosterOf(kDistrict, school, team, first, last);
  }

  void FillRosters() {
    for (const std::string& school : kSchools) {
      for (const std::string& team : kTeams) {
        Give<evidence::v1::UpdateRosterResponse>(Roster(school, team, 0, kStudents - 1));
      }
    }
  }

  evidence::v1::Result ResultOf(const std::string& school, const std::string& team, int i,
                                const std::string& date, double score) {
    evidence::v1::Result result;
    result.set_source_id(StudentOf(school, team, i) + "@" + date);
    result.set_student(StudentOf(school, team, i));
    result.set_assessment("check");
    result.set_class_id(school + "-" + team);
    result.set_school(school);
    result.set_date(date);
    result.set_score(score);
    result.set_modified_at_ms(++modified_at_ms_);
    return result;
  }
  evidence::v1::IngestResultsRequest Batch() {
    evidence::v1::IngestResultsRequest batch;
    batch.set_district(kDistrict);
    batch.set_source("sis");
    return batch;
  }
  static double Before(int i) { return 12 + (i * 7) % 20; }  // of 50

  // Every student of the team; `change` says by how many points from the baseline. Those of one of
  // the schools come column by column.
  template <class Change>
  void Push(const std::string& school, const std::string& team, const std::string& date,
            Change change) {
    auto batch = Batch();
    for (int i = 0; i < kStudents; ++i) {
      *batch.add_results() = ResultOf(school, team, i, date, Before(i) + change(i));
    }
    if (school == kSchools.back()) columns::PutInColumns(batch);
    Give<evidence::v1::IngestResultsResponse>(batch);
  }

  void BringBaselines() {
    AdvanceTo("2025-09-10");
    for (const std::string& school : kSchools) {
      for (const std::string& team : kTeams) {
        Push(school, team, "2025-09-09", [](int) { return 0; });
      }
    }
    AdvanceTo("2025-09-11");  // past the minute on which the district's cut is published
    auto batch = Batch();
    *batch.add_results() = ResultOf("north", "grade-3", kNewcomer, "2025-09-10", 20);  // unknown
    *batch.add_results() = ResultOf("north", "grade-3", 1, "2025-09-10", 99);  // off the scale
    auto unscored = ResultOf("north", "grade-3", 2, "2025-09-10", 0);
    unscored.clear_score();
    unscored.set_score_status(evidence::v1::SCORE_STATUS_EXEMPT);
    *batch.add_results() = unscored;
    *batch.add_results() = unscored;  // a duplicate
    Give<evidence::v1::IngestResultsResponse>(batch);
    auto nowhere = Batch();
    *nowhere.add_results() = ResultOf("", "grade-3", 1, "2025-09-10", 20);
    Give<evidence::v1::IngestResultsResponse>(nowhere);
    TidyQuarantine();
    Give<evidence::v1::ClaimRequestIdResponse>(ClaimOf(kDistrict));
    Certify();
  }

  void Certify() {
    evidence::v1::CertifyErasureRequest certify;
    certify.set_request_id("of an erasure");
    certify.set_district(kDistrict);
    certify.set_students(1);
    certify.set_reason("A parent asked for it.");
    certify.set_requested_by("officer");
    certify.set_destroyed_key(1);
    Give<evidence::v1::EraseStudentsResponse>(certify);
  }

  void Seal(const evidence::v1::QuarantinedResult& aside) {
    evidence::v1::SealOriginalsRequest seal;
    seal.set_district(kDistrict);
    seal.set_school(aside.school());
    auto& original = *seal.add_originals();
    original.set_entry(aside.entry());
    original.set_sealed("what it looked like, encrypted");
    Give<evidence::v1::SealOriginalsResponse>(seal);
  }

  void TidyQuarantine() {
    Give<evidence::v1::UpdateRosterResponse>(Roster("north", "grade-3", kNewcomer, kNewcomer));
    for (const auto& recorded : services_.All<evidence::v1::ResultsRecorded>()) {
      for (const auto& aside : recorded.quarantined()) {
        Seal(aside);
        if (aside.problem().reason() == "STUDENT_UNKNOWN") {
          evidence::v1::ReleaseQuarantineRequest release;
          release.set_district(kDistrict);
          release.set_school(aside.school());
          release.add_entries(aside.entry());
          Give<evidence::v1::ReleaseQuarantineResponse>(release);
        } else {
          evidence::v1::DiscardQuarantineRequest discard;
          discard.set_district(kDistrict);
          discard.set_school(aside.school());
          discard.add_entries(aside.entry());
          Give<evidence::v1::DiscardQuarantineResponse>(discard);
        }
      }
    }
  }

  template <class Request>
  static Request About(const cycles::v1::Cycle& cycle) {
    Request request;
    request.set_district(cycle.district());
    request.set_school(cycle.school());
    request.set_cycle(cycle.cycle());
    return request;
  }
  cycles::v1::Cycle& CycleOf(const std::string& school, const std::string& team) {
    return cycles_[school + "/" + team];
  }

  void BeginCycles() {
    for (const std::string& school : kSchools) {
      for (const std::string& team : kTeams) {
        cycles::v1::ScheduleCycleRequest schedule;
        schedule.set_district(kDistrict);
        schedule.set_school(school);
        schedule.set_team(team);
        schedule.set_start("2025-09-15");
        schedule.add_indicators(kIndicator);
        if (school == "north" && team == "grade-3") schedule.set_progression("words");
        CycleOf(school, team) = Give<cycles::v1::ScheduleCycleResponse>(schedule).cycle();
      }
    }
    AdvanceTo("2025-09-15");
    auto cancel = About<cycles::v1::CancelCycleRequest>(CycleOf("south", "grade-4"));
    cancel.set_reason("The team was split.");
    Give<cycles::v1::CancelCycleResponse>(cancel);
  }

  void WorkThroughNorth() {
    for (const std::string& team : kTeams) Analyze(services_, CycleOf("north", team));
    AnswerOffers(services_);
    EndAgain(services_, CycleOf("north", "grade-3"), cycles::v1::CYCLE_STATE_ANALYZE);
    AdvanceTo("2025-09-17");
    for (const std::string& team : kTeams) Design(services_, CycleOf("north", team), kIndicator);
    EndAgain(services_, CycleOf("north", "grade-4"), cycles::v1::CYCLE_STATE_DESIGN);
    AmendAnalysis(services_, CycleOf("north", "grade-3"));
    AdvanceTo("2025-09-24");
    // One team grows; the other falls back, and its poorer students most.
    Push("north", "grade-3", "2025-09-23", [](int i) { return 6 + i % 3; });
    Push("north", "grade-4", "2025-09-23", [](int i) { return i % 2 == 0 ? -9 : 1; });
    PushLow("2025-09-24");
    PushLow("2025-09-24");  // the same again, changed later as the source system says
    for (const auto& opened : services_.All<cycles::v1::ReviewOpened>()) {
      const auto& review = opened.review();
      cycles::v1::AnswerReviewRequest answer;
      answer.set_district(review.district());
      answer.set_school(review.school());
      answer.set_review(review.review());
      const bool off = review.trigger() == common::v1::TRIGGER_OFF_TRACK;
      answer.set_answer(off ? cycles::v1::REVIEW_ANSWER_ADJUST : cycles::v1::REVIEW_ANSWER_KEEP_ON);
      if (off) answer.set_adjustment("Read in pairs first.");
      Give<cycles::v1::AnswerReviewResponse>(answer);
    }
  }

  void ListenAndSilence() {
    notifications::v1::UpsertSubscriptionRequest subscribe;
    auto& wanted = *subscribe.mutable_subscription();
    wanted.set_district(kDistrict);
    wanted.set_subscriber("principal");
    wanted.mutable_matcher()->set_school("north");
    wanted.mutable_matcher()->add_triggers(common::v1::TRIGGER_OFF_TRACK);
    wanted.set_channel(notifications::v1::CHANNEL_STREAM);
    Give<notifications::v1::UpsertSubscriptionResponse>(subscribe);
    wanted.set_subscriber("coach");
    wanted.mutable_matcher()->set_school("south");
    wanted.mutable_matcher()->set_indicator(kIndicator);
    const auto second = Give<notifications::v1::UpsertSubscriptionResponse>(subscribe);
    notifications::v1::DeleteSubscriptionRequest unsubscribe;
    unsubscribe.set_district(kDistrict);
    unsubscribe.set_subscription(second.subscription().subscription());
    Give<notifications::v1::DeleteSubscriptionResponse>(unsubscribe);
    silence_ = Silence("2025-10-20");
    SubscribeOthers(services_, kDistrict);
    HandleAlerts();
  }

  std::string Silence(const std::string& until) {
    notifications::v1::CreateSilenceRequest request;
    auto& silence = *request.mutable_silence();
    silence.set_district(kDistrict);
    silence.mutable_matcher()->set_school("south");
    silence.mutable_matcher()->set_team("grade-3");
    silence.set_ends_at_ms(core::ToMillis(Morning(until)));
    silence.set_comment("The heating is out.");
    silence.set_created_by("principal");
    return Give<notifications::v1::CreateSilenceResponse>(request).silence().silence();
  }

  // The first alert is taken in hand, the others are put off for an hour.
  void HandleAlerts() {
    bool first = true;
    for (const auto& raised : services_.All<notifications::v1::AlertRaised>()) {
      const auto& alert = raised.alert();
      if (first) {
        notifications::v1::AcknowledgeAlertRequest acknowledge;
        acknowledge.set_district(alert.district());
        acknowledge.set_school(alert.school());
        acknowledge.set_alert(alert.alert());
        acknowledge.set_acknowledged_by("coach");
        Give<notifications::v1::AcknowledgeAlertResponse>(acknowledge);
      } else {
        notifications::v1::SnoozeAlertRequest snooze;
        snooze.set_district(alert.district());
        snooze.set_school(alert.school());
        snooze.set_alert(alert.alert());
        snooze.set_duration_s(3600);
        Give<notifications::v1::SnoozeAlertResponse>(snooze);
      }
      first = false;
    }
    AdvanceTo("2025-09-25");
  }

  // No results, no phases: evidence is missing, phases are overdue. Then all of it comes.
  void LoseSightOfSouth() {
    AdvanceTo("2025-09-30");
    Analyze(services_, CycleOf("south", "grade-3"));
    Push("south", "grade-3", "2025-09-29", [](int i) { return i % 4; });
    notifications::v1::EndSilenceRequest end;
    end.set_district(kDistrict);
    end.set_silence(silence_);
    Give<notifications::v1::EndSilenceResponse>(end);
    // The fallen team comes back: its conditions clear.
    Push("north", "grade-4", "2025-09-29", [](int) { return 8; });
    Design(services_, CycleOf("south", "grade-3"), kIndicator);
  }

  std::vector<cycles::v1::Cycle> OpenCycles() {
    return {CycleOf("north", "grade-3"), CycleOf("north", "grade-4"), CycleOf("south", "grade-3")};
  }

  // With the cycle of the south, so that there are enough to compare.
  void CloseCycles() {
    for (const cycles::v1::Cycle& cycle : OpenCycles()) {
      auto look = About<cycles::v1::RecordLookRequest>(cycle);
      look.mutable_look()->set_date("2025-09-29");
      look.mutable_look()->set_observation("Half of the exit tickets cite a line.");
      look.mutable_look()->set_adjustment("Ask for the line number.");
      Give<cycles::v1::RecordLookResponse>(look);
      End(services_, cycle, cycles::v1::CYCLE_STATE_IMPLEMENT);
    }
    AnswerForOthers(services_, kDistrict);
    AdvanceTo("2025-10-03");
    // The calendar ends before the next cycles would, until it goes on.
    Give<plans::v1::UpdateDistrictResponse>(ShortYear(kDistrict));
    for (const cycles::v1::Cycle& cycle : OpenCycles()) {
      auto request = About<cycles::v1::RecordRefinementRequest>(cycle);
      auto& refinement = *request.mutable_refinement();
      refinement.set_what_worked("Questions with line numbers.");
      refinement.set_why_and_how("They send students back to the page.");
      refinement.add_promising_practices("text-dependent-questions");
      refinement.set_next_step(cycles::v1::NEXT_STEP_ADAPT);
      Give<cycles::v1::RecordRefinementResponse>(request);
      End(services_, cycle, cycles::v1::CYCLE_STATE_REFINE);
    }
    EndAgain(services_, CycleOf("north", "grade-4"), cycles::v1::CYCLE_STATE_REFINE);
    Give<plans::v1::AddTermsResponse>(RestOfTheYear(kDistrict));
  }

  // The scores of the closed cycle were wrong; then they were right after all. One is taken back.
  void ReviseNorth() {
    AdvanceTo("2025-10-07");
    Push("north", "grade-3", "2025-09-23", [](int i) { return -6 - i % 3; });
    AdvanceTo("2025-10-08");  // it is compared with the others meanwhile
    HoldVisit(services_, kDistrict);
    Push("north", "grade-3", "2025-09-23", [](int i) { return 6 + i % 3; });
    auto batch = Batch();
    *batch.add_results() = ResultOf("south", "grade-3", 5, "2025-09-29", 0);
    batch.mutable_results(0)->set_retracted(true);
    Give<evidence::v1::IngestResultsResponse>(batch);
  }

  // What leaders ask of their schools. In the first school raters agree less the second time.
  void AskSchools() {
    WriteRubrics(services_, kDistrict);
    OpenSurveys(services_, kDistrict, "2025-10-08");
    AnswerSurveys(services_);
    AdvanceTo("2025-10-09");
    CountAndAskAgain(services_, "2025-10-09");
    AdvanceTo("2025-10-10");
    CountAgain(services_);
  }

  // In the second window some students are low again. Six weeks on, the schools look at what their
  // teams found.
  void ReviewSchools() {
    AdvanceTo("2025-10-15");
    PushLow("2025-10-14");
    // A gap of the school that is there to the end.
    Push("north", "grade-4", "2025-10-14", [](int i) { return i % 2 == 0 ? -11 : 3 + i % 3; });
    AdvanceTo("2025-11-05");
    FollowUpOnVisit(services_, kDistrict);
    GiveUpInSouth();
  }

  // The cycle after the one that was closed: its team works on nothing any more.
  void GiveUpInSouth() {
    for (const auto& scheduled : services_.All<cycles::v1::CycleScheduled>()) {
      const cycles::v1::Cycle& cycle = scheduled.cycle();
      if (cycle.school() != "south" || cycle.team() != "grade-3" || cycle.number() != 2) continue;
      auto cancel = About<cycles::v1::CancelCycleRequest>(cycle);
      cancel.set_reason("The team plans anew.");
      Give<cycles::v1::CancelCycleResponse>(cancel);
    }
  }

  // Two students of the team that grows stay under the district's cut.
  void PushLow(const std::string& date) {
    auto batch = Batch();
    for (int i : {0, 20}) *batch.add_results() = ResultOf("north", "grade-3", i, date, 12);
    Give<evidence::v1::IngestResultsResponse>(batch);
  }

  void EndTheYear() {
    auto next = DraftOf(kDistrict, "north", "plan", kIndicator);
    next.mutable_plan()->set_year(2026);
    Give<plans::v1::DraftSitePlanResponse>(next);
    Give<plans::v1::DiscardSitePlanDraftResponse>(DiscardOf(kDistrict, "north", "plan"));
    Give<plans::v1::CloseSitePlanResponse>(CloseOf(kDistrict, "north", "plan"));
    Give<plans::v1::ReopenSitePlanResponse>(ReopenOf(kDistrict, "north", "plan"));
    Give<plans::v1::CloseSitePlanResponse>(CloseOf(kDistrict, "north", "plan"));
    Give<plans::v1::UpsertTeamsResponse>(TeamsOf(kDistrict, "south", {"grade-4"}, false));
    FollowAFullExport();
    ShareAStudent();
    // What is still open at the end: a result that nobody has looked at, a silence that lasts.
    auto batch = Batch();
    *batch.add_results() = ResultOf("north", "grade-3", kNewcomer + 1, "2025-11-04", 20);
    Give<evidence::v1::IngestResultsResponse>(batch);
    Silence("2026-01-05");
    evidence::v1::RemoveAssessmentsRequest remove;
    remove.set_district(kDistrict);
    remove.add_assessments("screening");
    remove.add_line_items("column-2");
    Give<evidence::v1::RemoveAssessmentsResponse>(remove);
    AdvanceTo("2025-11-09");
    ReadInTheEvening(services_, kDistrict);
    AdvanceTo("2025-11-10");
    AnswerForOthers(services_, kDistrict);
    LeaveDeliveriesOpen(services_, kDistrict);
    TakeAccess(services_, kDistrict);
    SetBaselines(services_, kDistrict, kIndicator);
  }

  // It says days of one enrolment, and no longer has another student.
  void FollowAFullExport() {
    const std::string one_class = "south-grade-3";
    Give<evidence::v1::UpdateRosterResponse>(WithDays(Roster("south", "grade-3", 0, 0), one_class));
    std::vector<std::string> there;
    for (int i = 0; i < kStudents - 1; ++i) there.push_back(StudentOf("south", "grade-3", i));
    Give<evidence::v1::EndMissingEnrolmentsResponse>(
        WholeClass(kDistrict, "south", one_class, there));
  }

  // A student of one school comes to the other, too, and a result is pushed again there.
  void ShareAStudent() {
    const std::string student = StudentOf("south", "grade-3", 5);
    Give<evidence::v1::UpdateRosterResponse>(
        WithStudent(Roster("north", "grade-3", 0, 0), student));
    auto batch = Batch();
    *batch.add_results() = ResultOf("north", "grade-3", 5, "2025-11-04", 14);
    batch.mutable_results(0)->set_student(student);
    Give<evidence::v1::IngestResultsResponse>(batch);
  }

  QuietServices& services_;
  std::map<std::string, cycles::v1::Cycle> cycles_;
  std::string silence_;
  int64_t modified_at_ms_ = 0;
};

}  // namespace

core::Instant FirstMorning() { return Morning("2025-08-20"); }

void LiveAnAutumn(QuietServices& services) { Autumn(services).Live(); }

}  // namespace throughline::compatibility
