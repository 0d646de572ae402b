#include "evidence/student_export.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "core/date.h"
#include "evidence/domain/contribution.h"
#include "evidence/domain/erasures.h"
#include "evidence/domain/errors.h"
#include "evidence/domain/kept_scores.h"
#include "evidence/domain/purpose.h"
#include "evidence/domain/tables.h"
#include "evidence/domain/team_keys.h"
#include "evidence/kept_originals.h"
#include "evidence/known_students.h"
#include "evidence/quarantine_reveal.h"
#include "evidence/row_pages.h"
#include "platform/access/on_record.h"

namespace throughline::evidence {

using core::Result;

namespace {

// What a source said besides a score; nullopt: it can be read no more. What was sealed before there
// was a vault opens while `erased_nobody`.
std::optional<v1::KeptScore> OpenKept(const StudentPrivacy& privacy, const std::string& district,
                                      bool erased_nobody, const v1::KeptScore& kept) {
  if (kept.sealed().empty()) return kept;
  std::optional<std::string> text;
  if (kept.sealed().size() > kSealMark) {
    text = privacy.vault->Open(district, kAboutKept, kept.sealed().substr(kSealMark));
  }
  if (!text && erased_nobody) {
    const auto concealment = privacy.ConcealmentIn(district);
    if (concealment) text = concealment->Open(district, kAboutKept, kept.sealed());
  }
  v1::KeptScore opened;
  if (!text || !opened.ParseFromString(*text)) return std::nullopt;
  return opened;
}

// Gathers the record of one student.
class Export {
 public:
  Export(std::string district, std::string pseudonym, bool erased_nobody,
         const StudentPrivacy& privacy, const runtime::Rows& rows)
      : district_(std::move(district)),
        pseudonym_(std::move(pseudonym)),
        erased_nobody_(erased_nobody),
        privacy_(privacy),
        rows_(rows) {}

  Result<v1::StudentRecord> Gather() {
    auto schools = rows_.ScanAll(kCounts, JoinKey(district_, ""), "", kAllRows);
    if (!schools) return core::Refuse(schools.error());
    std::set<std::string> all = {""};
    for (const auto& [key, counts] : *schools) all.insert(key.substr(district_.size() + 1));
    auto places = rows_.Get(kStudentPlaces, district_, JoinKey(district_, pseudonym_));
    if (!places) return core::Refuse(places.error());
    if (*places) {
      for (const auto& stay : (*places)->stays()) all.insert(stay.school());
    }
    for (const std::string& school : all) {
      if (auto done = GatherAt(school); !done) return core::Refuse(done.error());
    }
    Finish();
    return std::move(record_);
  }

 private:
  // What was set aside, be the student known there or not; the rest where they are.
  Result<void> GatherAt(const std::string& school) {
    const core::Key of{district_, school};
    auto done = ForEachRow(kQuarantine, of.Text(), JoinKey(district_, school, ""), rows_,
                           [&](const std::string&, const v1::QuarantinedResult& entry) {
                             if (entry.result().student() == pseudonym_) AddSetAside(entry);
                           });
    if (!done) return done;
    auto student = rows_.Get(kStudents, of.Text(), JoinKey(district_, school, pseudonym_));
    if (!student) return core::Refuse(student.error());
    if (school.empty() || !*student) return {};
    record_.add_schools(school);
    classes_.insert((*student)->class_ids().begin(), (*student)->class_ids().end());
    groups_.insert((*student)->groups().begin(), (*student)->groups().end());
    for (const v1::Enrolment& one : (*student)->enrolments()) *record_.add_enrolments() = one;
    done = ForEachRow(kResults, of.Text(), JoinKey(district_, school, ""), rows_,
                      [&](const std::string& key, const v1::ResultRow& row) {
                        if (row.recorded().student() == pseudonym_) AddResult(key, row);
                      });
    if (!done) return done;
    return AddContributions(of);
  }

  void AddSetAside(const v1::QuarantinedResult& entry) {
    reasons_.insert(entry.problem().reason());
    set_aside_.push_back(entry);
    RevealOriginal(privacy_, erased_nobody_, set_aside_.back());
  }

  void AddResult(const std::string& key, const v1::ResultRow& row) {
    const auto [district, school, source, source_id] = core::SplitKey<4>(key);
    const v1::RecordedResult& recorded = row.recorded();
    v1::StudentResult& result = results_.emplace_back(recorded.day(), v1::StudentResult()).second;
    result.set_assessment(recorded.assessment());
    result.set_title(TitleOf(recorded.assessment()));
    result.set_day(core::FormatDate(core::FromDays(recorded.day())));
    result.set_class_id(recorded.class_id());
    result.set_score(recorded.score_text());
    if (recorded.has_score()) result.set_score(fmt::format("{}", recorded.score()));
    if (recorded.has_score()) result.set_percent(recorded.ppm() / 1e4);
    result.set_source(std::string(source));
    *result.mutable_indicators() = row.indicators();
    result.set_retracted(recorded.retracted());
    result.set_school(std::string(school));
    for (const v1::KeptScore& kept : recorded.kept()) {
      if (auto opened = OpenKept(privacy_, district_, erased_nobody_, kept)) {
        *result.add_kept() = *std::move(opened);
      } else {
        result.set_kept_lost(result.kept_lost() + 1);
      }
    }
  }

  // By the keys of what the school has numbers of, of which there are far fewer than contributions.
  Result<void> AddContributions(const core::Key& of) {
    const std::string below = JoinKey(of.district, of.school, "");
    std::string after;
    while (true) {
      auto page = rows_.Scan(kEvidence, of.Text(), below, after, kRowsPerPage);
      if (!page) return core::Refuse(page.error());
      std::vector<EvidenceKey> evidence;
      std::vector<std::string> keys;
      evidence.reserve(page->size());
      keys.reserve(page->size());
      for (const auto& [key, row] : *page) {
        const auto [district, school, team, cycle, indicator] = core::SplitKey<5>(key);
        evidence.push_back({{district_, std::string(school), std::string(team)},
                            std::string(cycle),
                            std::string(indicator)});
        keys.push_back(ContributionKey(evidence.back(), pseudonym_));
        after = key;
      }
      auto contributions = rows_.GetMany(kContributions, of.Text(), keys);
      if (!contributions) return core::Refuse(contributions.error());
      for (size_t i = 0; i < keys.size(); ++i) {
        if ((*contributions)[i]) AddContribution(evidence[i], *(*contributions)[i]);
      }
      if (page->size() < kRowsPerPage) return {};
    }
  }

  void AddContribution(const EvidenceKey& evidence, const v1::ContributionRow& row) {
    v1::StudentIndicator& one = *record_.add_indicators();
    one.set_indicator(evidence.indicator);
    one.set_team(evidence.team.team);
    one.set_cycle(evidence.cycle);
    if (!row.has_current()) return;
    one.set_percent(row.current().ppm() / 1e4);
    one.set_day(core::FormatDate(core::FromDays(row.current().day())));
  }

  std::string TitleOf(const std::string& assessment) {
    const auto known = titles_.find(assessment);
    if (known != titles_.end()) return known->second;
    auto found = rows_.Get(kAssessments, district_, JoinKey(district_, assessment));
    return titles_[assessment] = found && *found ? (*found)->title() : "";
  }

  void Finish() {
    std::stable_sort(results_.begin(), results_.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    for (auto& [day, result] : results_) *record_.add_results() = std::move(result);
    std::stable_sort(set_aside_.begin(), set_aside_.end(), [](const auto& a, const auto& b) {
      return a.quarantined_at_ms() < b.quarantined_at_ms();
    });
    record_.mutable_set_aside()->Assign(set_aside_.begin(), set_aside_.end());
    record_.mutable_quarantine_reasons()->Assign(reasons_.begin(), reasons_.end());
    record_.mutable_student()->mutable_class_ids()->Assign(classes_.begin(), classes_.end());
    record_.mutable_student()->mutable_groups()->Assign(groups_.begin(), groups_.end());
  }

  const std::string district_;
  const std::string pseudonym_;
  const bool erased_nobody_;
  const StudentPrivacy& privacy_;
  const runtime::Rows& rows_;
  v1::StudentRecord record_;
  std::vector<v1::QuarantinedResult> set_aside_;
  std::vector<std::pair<int32_t, v1::StudentResult>> results_;  // by day
  std::set<std::string> reasons_, classes_, groups_;
  std::map<std::string, std::string> titles_;  // by assessment
};

}  // namespace

Result<v1::StudentRecord> ExportOf(const std::string& district, const std::string& student,
                                   const std::string& purpose, const StudentPrivacy& privacy,
                                   const runtime::Rows& rows) {
  auto pseudonym = KnownStudent(district, student, privacy, rows);
  if (!pseudonym) return core::Refuse(pseudonym.error());
  if (!*pseudonym) return core::Refuse(StudentNotFound());
  auto identity = privacy.vault->Find(district, **pseudonym);
  if (!identity) return core::Refuse(identity.error());
  if (!*identity) return core::Refuse(StudentNotFound());
  if (NamesStudent(purpose, student, (*identity)->display_name())) {
    return core::Refuse(PurposeNamesStudent("purpose"));
  }
  const auto erased_nobody = ErasedNobody(district, rows);
  if (!erased_nobody) return core::Refuse(erased_nobody.error());
  auto record = Export(district, **pseudonym, *erased_nobody, privacy, rows).Gather();
  if (!record) return record;
  record->mutable_student()->set_student((*identity)->student());
  record->mutable_student()->set_display_name((*identity)->display_name());
  return record;
}

Result<v1::ExportStudentResponse> ExportStudent(const v1::ExportStudentRequest& request,
                                                const StudentPrivacy& privacy,
                                                const runtime::Rows& rows, platform::Audit& audit,
                                                audit::v1::AuditRecord record) {
  if (auto asked = Check(request); !asked) return core::Refuse(asked.error());
  auto held = ExportOf(request.district(), request.student(), request.purpose(), privacy, rows);
  if (!held) return core::Refuse(held.error());
  record.set_action(audit::v1::ACTION_STUDENT_EXPORTED);
  record.set_purpose(request.purpose());
  record.set_count(1);
  auto whom = privacy.vault->PseudonymOnRecord(request.district(), request.student());
  if (!whom) return core::Refuse(whom.error());
  if (!*whom) return core::Refuse(StudentNotFound());  // erased meanwhile
  platform::AddObject(record, "student", **whom);
  auto recorded = audit.Record(std::move(record));
  if (!recorded) return core::Refuse(recorded.error());
  v1::ExportStudentResponse response;
  *response.mutable_record() = *std::move(held);
  return response;
}

}  // namespace throughline::evidence
