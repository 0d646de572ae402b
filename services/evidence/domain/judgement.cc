#include "evidence/domain/judgement.h"

#include <algorithm>
#include <cmath>

#include "core/decimal.h"
#include "core/ids.h"
#include "evidence/domain/errors.h"
#include "evidence/domain/tables.h"

namespace throughline::evidence {

namespace {

bool IsSourceId(const std::string& id) {
  return !id.empty() && id.size() <= 256 &&
         std::all_of(id.begin(), id.end(), [](unsigned char c) { return c >= 0x20 && c != 0x7f; });
}

Judgement SetAside(v1::ResultProblem problem) {
  Judgement judgement;
  judgement.outcome = v1::RESULT_OUTCOME_QUARANTINED;
  judgement.problem = std::move(problem);
  return judgement;
}

v1::ScoreStatus StatusOf(const v1::Result& result) {
  if (result.score_status() != v1::SCORE_STATUS_UNSPECIFIED) return result.score_status();
  return result.has_score() ? v1::SCORE_STATUS_FULLY_GRADED : v1::SCORE_STATUS_NOT_SUBMITTED;
}

// What a result that is not a retraction names; null when it is not known.
struct Named {
  const v1::Assessment* assessment;
  const v1::RosterClass* in_class;
  const v1::StudentRow* student;
};

Named NamedBy(const v1::Result& result, const Batch& batch, const decider::State& state) {
  return {state.Find(kAssessments, Key(batch.district, result.assessment())),
          state.Find(kClasses, Key(batch.district, batch.school, result.class_id())),
          state.Find(kStudents, Key(batch.district, batch.school, result.student()))};
}

// The problem with it; nullopt when it can be recorded.
std::optional<v1::ResultProblem> ProblemOf(const v1::Result& result, const Batch& batch,
                                           const Named& named) {
  if (named.assessment == nullptr) return AssessmentUnknown();
  if (named.in_class == nullptr) return ClassUnknown();
  if (named.student == nullptr) return StudentUnknown();
  auto date = core::ParseDate(result.date());
  if (!date) return DateInvalid();
  // A day of grace: a SIS may run ahead of the district's clock.
  if (*date > batch.today + std::chrono::days{1}) return DateInFuture();
  if (!result.score_text().empty() && !core::Decimal::Parse(result.score_text())) {
    return ScoreUnreadable();
  }
  if (StatusOf(result) == v1::SCORE_STATUS_FULLY_GRADED && !result.has_score()) {
    return ScoreMissing();
  }
  const double score = result.score();
  const double lowest = named.assessment->scale_min(), highest = named.assessment->scale_max();
  if (result.has_score() && !(lowest <= score && score <= highest)) {
    return ScoreOffScale(lowest, highest);
  }
  return std::nullopt;
}

v1::RecordedResult Record(const v1::Result& result, const Named& named) {
  const v1::Assessment& assessment = *named.assessment;
  v1::RecordedResult recorded;
  recorded.set_source_id(result.source_id());
  recorded.set_student(result.student());
  recorded.set_assessment(result.assessment());
  recorded.set_class_id(result.class_id());
  recorded.set_team(named.in_class->team());
  recorded.set_day(core::ToDays(*core::ParseDate(result.date())));
  recorded.set_modified_at_ms(result.modified_at_ms());
  recorded.set_score_status(StatusOf(result));
  if (result.has_score()) {
    recorded.set_score(result.score());
    recorded.set_score_text(result.score_text());
    const double share = (result.score() - assessment.scale_min()) /
                         (assessment.scale_max() - assessment.scale_min());
    recorded.set_ppm(static_cast<int32_t>(std::lround(share * 1e6)));
  }
  return recorded;
}

// What a source system has taken back says nothing but that.
v1::RecordedResult TakeBack(const v1::Result& result, const v1::ResultRow& before) {
  v1::RecordedResult recorded;
  recorded.set_source_id(result.source_id());
  recorded.set_student(before.student());
  recorded.set_assessment(before.assessment());
  recorded.set_class_id(before.class_id());
  recorded.set_team(before.team());
  recorded.set_day(before.day());
  recorded.set_modified_at_ms(result.modified_at_ms());
  recorded.set_score_status(before.score_status());
  recorded.set_retracted(true);
  return recorded;
}

bool SameContent(const v1::RecordedResult& now, const v1::ResultRow& before) {
  if (now.retracted() || before.retracted()) return now.retracted() == before.retracted();
  return now.student() == before.student() && now.assessment() == before.assessment() &&
         now.class_id() == before.class_id() && now.day() == before.day() &&
         now.has_score() == before.has_score() && now.score() == before.score() &&
         now.score_status() == before.score_status();
}

Judgement Compare(v1::RecordedResult recorded, const v1::ResultRow* before) {
  Judgement judgement;
  if (before == nullptr) {
    judgement.outcome =
        IsCounted(recorded) ? v1::RESULT_OUTCOME_ACCEPTED : v1::RESULT_OUTCOME_UNSCORED;
  } else if (SameContent(recorded, *before)) {
    judgement.outcome = v1::RESULT_OUTCOME_DUPLICATE;
    if (recorded.modified_at_ms() <= before->modified_at_ms()) return judgement;
  } else {
    judgement.outcome = v1::RESULT_OUTCOME_CORRECTED;
  }
  recorded.set_outcome(judgement.outcome);
  judgement.recorded = std::move(recorded);
  return judgement;
}

Judgement JudgeNumber(const v1::Result& result, const Batch& batch, const v1::ResultRow* before,
                      const decider::State& state) {
  if (!IsSourceId(result.source_id())) return SetAside(SourceIdInvalid());
  if (batch.school.empty()) return SetAside(SchoolUnknown());
  const int64_t modified = result.modified_at_ms();
  if (before != nullptr && modified != 0 && modified < before->modified_at_ms()) {
    Judgement judgement;
    judgement.outcome = v1::RESULT_OUTCOME_DUPLICATE;
    return judgement;
  }
  if (result.retracted()) {
    if (before != nullptr) return Compare(TakeBack(result, *before), before);
    Judgement nothing;  // there is nothing to take back
    nothing.outcome = v1::RESULT_OUTCOME_DUPLICATE;
    return nothing;
  }
  const Named named = NamedBy(result, batch, state);
  if (auto problem = ProblemOf(result, batch, named)) return SetAside(*problem);
  return Compare(Record(result, named), before);
}

}  // namespace

Judgement Judge(const v1::Result& result, const Batch& batch, const v1::ResultRow* before,
                const decider::State& state) {
  if (result.score_text().empty()) return JudgeNumber(result, batch, before, state);
  v1::Result read = result;
  const auto score = core::Decimal::Parse(result.score_text());
  read.set_score(score ? score->ToDouble() : 0);
  return JudgeNumber(read, batch, before, state);
}

bool IsCounted(const v1::RecordedResult& result) {
  return !result.retracted() && result.has_score() &&
         result.score_status() == v1::SCORE_STATUS_FULLY_GRADED;
}

v1::ResultRow RowOf(const v1::RecordedResult& recorded, const v1::Assessment* assessment) {
  v1::ResultRow row;
  row.set_student(recorded.student());
  row.set_assessment(recorded.assessment());
  row.set_class_id(recorded.class_id());
  row.set_team(recorded.team());
  if (recorded.has_score()) row.set_score(recorded.score());
  row.set_ppm(recorded.ppm());
  row.set_day(recorded.day());
  row.set_modified_at_ms(recorded.modified_at_ms());
  row.set_score_status(recorded.score_status());
  row.set_retracted(recorded.retracted());
  row.set_counted(IsCounted(recorded));
  if (assessment != nullptr) *row.mutable_indicators() = assessment->indicators();
  return row;
}

}  // namespace throughline::evidence
