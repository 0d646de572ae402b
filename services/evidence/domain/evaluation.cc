#include "evidence/domain/evaluation.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "core/decimal.h"
#include "evidence/domain/errors.h"
#include "evidence/domain/kept_scores.h"
#include "evidence/domain/placement.h"
#include "evidence/domain/tables.h"
#include "evidence/domain/trail.h"

namespace throughline::evidence {

namespace {

constexpr int kKeptAtMost = 64;
constexpr size_t kKeptBytes = 256;
constexpr int kVersionsAtMost = 8;  // of one result that are remembered
// A source's clock may run ahead of this one so far.
constexpr int64_t kAheadAtMostMs = int64_t{24} * 60 * 60 * 1000;

bool IsAhead(int64_t modified_at_ms, const Batch& batch) {
  return modified_at_ms > batch.now_ms + kAheadAtMostMs;
}

Evaluation SetAside(v1::ResultProblem problem) {
  Evaluation evaluation;
  evaluation.outcome = v1::RESULT_OUTCOME_QUARANTINED;
  evaluation.problem = std::move(problem);
  return evaluation;
}

v1::ScoreStatus StatusOf(const v1::Result& result) {
  if (result.score_status() != v1::SCORE_STATUS_UNSPECIFIED) return result.score_status();
  if (result.has_score()) return v1::SCORE_STATUS_FULLY_GRADED;
  return result.kept().empty() ? v1::SCORE_STATUS_NOT_SUBMITTED : v1::SCORE_STATUS_EXEMPT;
}

// What a result that is not a retraction names; null when it is not known.
struct Named {
  const v1::Assessment* assessment;
  const v1::RosterClass* in_class;
  const v1::StudentRow* student;
  bool without_scale;  // the assessment is defined, but not for the method of the score
};

bool IsDefined(const std::string& assessment, const Batch& batch, const decider::State& state) {
  return !assessment.empty() &&
         state.Find(kAssessments, JoinKey(batch.district, assessment)) != nullptr;
}

Named NamedBy(const v1::Result& result, const Batch& batch, const decider::State& state) {
  const auto* assessment = state.Find(kAssessments, JoinKey(batch.district, result.assessment()));
  return {assessment,
          state.Find(kClasses, JoinKey(batch.district, batch.school, result.class_id())),
          state.Find(kStudents, JoinKey(batch.district, batch.school, result.student())),
          assessment == nullptr && IsDefined(result.whole_assessment(), batch, state)};
}

// Of scores by several methods the first counts whose assessment is defined; the others are kept.
void ChooseScore(const Batch& batch, const decider::State& state, v1::Result& result) {
  auto& others = *result.mutable_others();
  const auto counts = std::find_if(others.begin(), others.end(), [&](const v1::OtherScore& other) {
    return IsDefined(other.assessment(), batch, state);
  });
  if (counts != others.end() && !IsDefined(result.assessment(), batch, state)) {
    result.mutable_assessment()->swap(*counts->mutable_assessment());
    result.mutable_score_text()->swap(*counts->mutable_score_text());
    result.mutable_as_kept()->Swap(counts->mutable_as_kept());
  }
  for (v1::OtherScore& other : others) *result.add_kept() = std::move(*other.mutable_as_kept());
  others.Clear();
}

bool IsInAClass(const v1::StudentRow& student) {
  return !student.class_ids().empty() || !student.last_class_ids().empty() ||
         !student.enrolments().empty();
}

// In whatever order: a source may list them in another one every time.
template <class A, class B>
bool KeepsTheSame(const A& now, const B& before) {
  return std::is_permutation(
      now.kept().begin(), now.kept().end(), before.kept().begin(), before.kept().end(),
      [](const v1::KeptScore& a, const v1::KeptScore& b) { return SameKept(a, b); });
}

struct Scale {
  double lowest;
  double highest;
};

// The scale that a result's score is on; nullopt when the source says one that is none.
std::optional<Scale> ScaleOf(const v1::Result& result, const v1::Assessment& assessment) {
  if (result.scale_min_text().empty() && result.scale_max_text().empty()) {
    return Scale{assessment.scale_min(), assessment.scale_max()};
  }
  const auto lowest = core::Decimal::Parse(result.scale_min_text());
  const auto highest = core::Decimal::Parse(result.scale_max_text());
  if (!lowest || !highest || *highest <= *lowest) return std::nullopt;
  return Scale{lowest->ToDouble(), highest->ToDouble()};
}

// The problem with it; nullopt when it can be recorded.
std::optional<v1::ResultProblem> ProblemOf(const v1::Result& result, const Batch& batch,
                                           const Named& named) {
  if (named.without_scale) return ScaleUnknown();
  if (named.assessment == nullptr) return AssessmentUnknown();
  if (result.class_id().empty() && named.student == nullptr) return StudentUnknown();
  if (named.in_class == nullptr) {
    return result.class_id().empty() && IsInAClass(*named.student) ? ClassAmbiguous()
                                                                   : ClassUnknown();
  }
  if (named.student == nullptr) return StudentUnknown();
  if (result.unusable() == "kept" || !IsKeepable(result)) return KeptTooLarge();
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
  if (!result.has_score()) return std::nullopt;
  const auto scale = ScaleOf(result, *named.assessment);
  if (!scale) return ScaleUnusable();
  if (!(scale->lowest <= result.score() && result.score() <= scale->highest)) {
    return ScoreOffScale(scale->lowest, scale->highest);
  }
  return std::nullopt;
}

v1::RecordedResult* NewIn(google::protobuf::Arena& arena) {
  return google::protobuf::Arena::CreateMessage<v1::RecordedResult>(&arena);
}

v1::RecordedResult& Record(const v1::Result& result, const Named& named,
                           google::protobuf::Arena& arena) {
  const v1::Assessment& assessment = *named.assessment;
  v1::RecordedResult& recorded = *NewIn(arena);
  recorded.set_source_id(result.source_id());
  recorded.set_student(result.student());
  recorded.set_assessment(result.assessment());
  recorded.set_class_id(result.class_id());
  recorded.set_team(named.in_class->team());
  recorded.set_day(core::ToDays(*core::ParseDate(result.date())));
  recorded.set_modified_at_ms(result.modified_at_ms());
  recorded.set_score_status(StatusOf(result));
  *recorded.mutable_kept() = result.kept();
  recorded.set_source_version(result.source_version());
  if (result.has_score()) {
    // Usable, as the result is.
    const Scale scale = *ScaleOf(result, assessment);
    const double share = (result.score() - scale.lowest) / (scale.highest - scale.lowest);
    const bool own =
        scale.lowest == assessment.scale_min() && scale.highest == assessment.scale_max();
    const double height = assessment.scale_max() - assessment.scale_min();
    recorded.set_score(own ? result.score() : assessment.scale_min() + share * height);
    recorded.set_score_text(result.score_text());
    recorded.set_ppm(static_cast<int32_t>(std::lround(share * 1e6)));
  }
  return recorded;
}

// What a source system has taken back says nothing but that.
v1::RecordedResult& TakeBack(const v1::Result& result, const v1::RecordedResult& before,
                             const Batch& batch, google::protobuf::Arena& arena) {
  v1::RecordedResult& recorded = *NewIn(arena);
  recorded.set_source_id(result.source_id());
  recorded.set_student(before.student());
  recorded.set_assessment(before.assessment());
  recorded.set_class_id(before.class_id());
  recorded.set_team(before.team());
  recorded.set_day(before.day());
  recorded.set_modified_at_ms(std::max(result.modified_at_ms(), before.modified_at_ms()));
  recorded.set_score_status(before.score_status());
  recorded.set_retracted(true);
  if (result.modified_at_ms() == 0) recorded.set_taken_back_at_ms(batch.now_ms);
  return recorded;
}

// What is taken back before it came is remembered, as sources do not send in order.
Evaluation TakeBackEarly(const v1::Result& result, const Batch& batch,
                         google::protobuf::Arena& arena) {
  v1::RecordedResult nothing;
  nothing.set_score_status(v1::SCORE_STATUS_NOT_SUBMITTED);
  Evaluation evaluation;
  evaluation.outcome = v1::RESULT_OUTCOME_DUPLICATE;
  evaluation.recorded = &TakeBack(result, nothing, batch, arena);
  evaluation.recorded->set_outcome(evaluation.outcome);
  evaluation.recorded->set_source_version(result.source_version());
  return evaluation;
}

bool SameContent(const v1::RecordedResult& now, const v1::RecordedResult& before) {
  if (now.retracted() || before.retracted()) return now.retracted() == before.retracted();
  return now.student() == before.student() && now.assessment() == before.assessment() &&
         now.class_id() == before.class_id() && now.day() == before.day() &&
         now.has_score() == before.has_score() && now.score() == before.score() &&
         now.score_status() == before.score_status() && KeepsTheSame(now, before);
}

// Whether it leaves open if there is a score: neither has it one, nor does it say why there is
// none.
bool SaysNothingOfAScore(const v1::Result& result) {
  return !result.has_score() && (result.score_status() == v1::SCORE_STATUS_UNSPECIFIED ||
                                 result.score_status() == v1::SCORE_STATUS_PARTIALLY_GRADED);
}

enum class Version { kNotSaid, kNew, kEarlier, kLatest };

Version VersionOf(const std::string& version, const v1::ResultRow& before) {
  if (version.empty()) return Version::kNotSaid;
  const auto& seen = before.versions();
  const auto found = std::find(seen.begin(), seen.end(), ResultHash("", version));
  if (found == seen.end()) return Version::kNew;
  return found + 1 == seen.end() ? Version::kLatest : Version::kEarlier;
}

Evaluation Duplicate() {
  Evaluation evaluation;
  evaluation.outcome = v1::RESULT_OUTCOME_DUPLICATE;
  return evaluation;
}

Evaluation Compare(v1::RecordedResult& recorded, const v1::ResultRow* before) {
  Evaluation evaluation;
  if (before == nullptr) {
    evaluation.outcome =
        IsCounted(recorded) ? v1::RESULT_OUTCOME_ACCEPTED : v1::RESULT_OUTCOME_UNSCORED;
  } else if (SameContent(recorded, before->recorded())) {
    evaluation.outcome = v1::RESULT_OUTCOME_DUPLICATE;
    const bool said = VersionOf(recorded.source_version(), *before) != Version::kNew;
    if (said && recorded.modified_at_ms() <= before->recorded().modified_at_ms()) return evaluation;
  } else {
    evaluation.outcome = v1::RESULT_OUTCOME_CORRECTED;
  }
  recorded.set_outcome(evaluation.outcome);
  evaluation.recorded = &recorded;
  return evaluation;
}

Evaluation EvaluateNumber(const v1::Result& result, const Batch& batch, const v1::ResultRow* before,
                          const decider::State& state, google::protobuf::Arena& arena) {
  if (result.unusable() == "source_id" || !IsSourceId(result.source_id())) {
    return SetAside(SourceIdInvalid());
  }
  // Nothing could ever correct it.
  if (IsAhead(result.modified_at_ms(), batch)) return SetAside(ModifiedInFuture());
  // Taken back before it came: the school need not be known.
  const bool is_too_late = before != nullptr && before->recorded().retracted() &&
                           !result.retracted() && IsTakenBack(result, *before);
  if (batch.school.empty() && is_too_late) return Duplicate();
  if (batch.school.empty() && !result.retracted()) {
    // Without a day nothing can say where the student was.
    return SetAside(core::ParseDate(result.date()) ? SchoolUnknown(result) : DateInvalid());
  }
  const int64_t modified = result.modified_at_ms();
  const Version version = before == nullptr || result.retracted()
                              ? Version::kNotSaid
                              : VersionOf(result.source_version(), *before);
  // The content of an earlier version is not known any more, but when it was made is: before the
  // latest.
  if (version == Version::kEarlier) {
    return modified > before->recorded().modified_at_ms() ? Conflict() : Duplicate();
  }
  const bool latest = version == Version::kLatest;
  if (latest && before->recorded().retracted()) return Duplicate();
  if (!latest && before != nullptr && modified != 0 &&
      modified < before->recorded().modified_at_ms()) {
    return Duplicate();
  }
  if (result.retracted()) {
    return before == nullptr ? TakeBackEarly(result, batch, arena)
                             : Compare(TakeBack(result, before->recorded(), batch, arena), before);
  }
  if (is_too_late) return Duplicate();
  const Named named = NamedBy(result, batch, state);
  if (auto problem = ProblemOf(result, batch, named)) return SetAside(*problem);
  v1::RecordedResult& recorded = Record(result, named, arena);
  if (latest && result.day_of_arrival()) recorded.set_day(before->recorded().day());
  if (latest) return SameContent(recorded, before->recorded()) ? Duplicate() : Conflict();
  if (before != nullptr && before->recorded().has_score() && SaysNothingOfAScore(result)) {
    return SetAside(ScoreNotSaid());
  }
  Evaluation evaluation = Compare(recorded, before);
  if (evaluation.recorded != nullptr) evaluation.student = named.student;
  return evaluation;
}

}  // namespace

bool IsSourceId(std::string_view id) {
  return !id.empty() && id.size() <= 256 &&
         std::all_of(id.begin(), id.end(), [](unsigned char c) { return c >= 0x20 && c != 0x7f; });
}

bool IsKeepable(const v1::Result& result) {
  const auto fits = [](const v1::KeptScore& kept) {
    return kept.method().size() <= kKeptBytes && kept.kind().size() <= kKeptBytes &&
           kept.value().size() <= kKeptBytes;
  };
  return result.kept_size() + result.others_size() <= kKeptAtMost &&
         std::all_of(result.kept().begin(), result.kept().end(), fits) &&
         std::all_of(result.others().begin(), result.others().end(),
                     [&](const v1::OtherScore& other) { return fits(other.as_kept()); }) &&
         fits(result.as_kept());
}

Evaluation Conflict() {
  Evaluation evaluation;
  evaluation.outcome = v1::RESULT_OUTCOME_REFUSED;
  evaluation.problem = ContentConflict();
  return evaluation;
}

bool Contradicts(const v1::Result& aside, const v1::Result& result) {
  // What a line item says of the rest may have been told in between.
  const auto differ = [](const std::string& a, const std::string& b) {
    return !a.empty() && !b.empty() && a != b;
  };
  const bool same_score =
      aside.score_text() == result.score_text() && aside.has_score() == result.has_score() &&
      aside.score() == result.score() && aside.scale_min_text() == result.scale_min_text() &&
      aside.scale_max_text() == result.scale_max_text() && StatusOf(aside) == StatusOf(result) &&
      KeepsTheSame(aside, result);
  const bool same_day =
      aside.date() == result.date() || (aside.day_of_arrival() && result.day_of_arrival());
  return aside.student() != result.student() || aside.line_item() != result.line_item() ||
         differ(aside.assessment(), result.assessment()) ||
         differ(aside.class_id(), result.class_id()) || !same_day || !same_score;
}

Evaluation Evaluate(const v1::Result& result, const Batch& batch, const v1::ResultRow* before,
                    const decider::State& state, google::protobuf::Arena& arena) {
  // Recorded when times were believed whatever they were: it says nothing.
  v1::ResultRow without_time;
  if (before != nullptr && IsAhead(before->recorded().modified_at_ms(), batch)) {
    without_time = *before;
    without_time.mutable_recorded()->clear_modified_at_ms();
    before = &without_time;
  }
  const bool in_a_class = !result.class_id().empty() || result.retracted();
  const bool plain = result.others().empty();
  if (result.score_text().empty() && in_a_class && plain) {
    return EvaluateNumber(result, batch, before, state, arena);
  }
  v1::Result read = result;
  if (!plain) ChooseScore(batch, state, read);
  if (!in_a_class) read.set_class_id(ClassOf(result, batch, before, state));
  if (!read.score_text().empty()) {
    const auto score = core::Decimal::Parse(read.score_text());
    read.set_score(score ? score->ToDouble() : 0);
  }
  return EvaluateNumber(read, batch, before, state, arena);
}

bool IsTakenBack(const v1::Result& result, const v1::ResultRow& taken_back) {
  const Version version = VersionOf(result.source_version(), taken_back);
  if (version == Version::kEarlier || version == Version::kLatest) return true;
  const int64_t modified = result.modified_at_ms();
  return modified != 0 && modified < std::max(taken_back.recorded().modified_at_ms(),
                                              taken_back.recorded().taken_back_at_ms());
}

bool IsCounted(const v1::RecordedResult& result) {
  return !result.retracted() && result.has_score() &&
         result.score_status() == v1::SCORE_STATUS_FULLY_GRADED;
}

void NameVersion(const std::string& version, v1::ResultRow& row) {
  if (VersionOf(version, row) != Version::kNew) return;
  auto& versions = *row.mutable_versions();
  versions.Add(ResultHash("", version));
  if (versions.size() > kVersionsAtMost) versions.erase(versions.begin());
}

void FillRow(const v1::RecordedResult& recorded, const v1::Assessment* assessment,
             v1::ResultRow& row) {
  *row.mutable_recorded() = recorded;
  // The key says the first, and no decision asks for the others again.
  row.mutable_recorded()->clear_source_id();
  row.mutable_recorded()->clear_outcome();
  row.mutable_recorded()->clear_score_text();
  row.mutable_recorded()->clear_source_version();
  row.set_counted(IsCounted(recorded));
  row.clear_indicators();
  if (assessment != nullptr) *row.mutable_indicators() = assessment->indicators();
}

}  // namespace throughline::evidence
