#include "evidence/domain/evidence_redecider.h"

#include "decider/dispatch.h"
#include "district/district_notes.h"
#include "evidence/domain/plan_growth.h"
#include "evidence/domain/released_scores.h"
#include "evidence/domain/results.h"
#include "evidence/domain/roster.h"
#include "evidence/domain/school_means.h"
#include "evidence/domain/watches.h"

namespace throughline::evidence {

using decider::To;

namespace {

template <class... Ms>
bool IsOneOf(const google::protobuf::Descriptor& type) {
  return ((&type == Ms::descriptor()) || ...);
}

}  // namespace

bool EvidenceRedecider::IsConclusion(const google::protobuf::Descriptor& event) const {
  // What schools count for their district follows from their results.
  return IsDrawnFrom(event) ||
         IsOneOf<v1::ScoresCounted, v1::EvidenceSummarized, v1::EvidenceMoved, v1::CutsAdopted,
                 v1::NormsAdopted, v1::DistrictChangesSummed>(event);
}

bool EvidenceRedecider::IsDrawnFrom(const google::protobuf::Descriptor& conclusion) const {
  return IsOneOf<v1::CutsPublished, v1::NormsPublished, v1::ChangesSummed>(conclusion);
}

bool EvidenceRedecider::IsForConclusions(std::string_view timer) const {
  // Who is enrolled, and what is released to readers, are facts.
  return !timer.starts_with(kEnrolmentsDue) && !timer.starts_with(kScoresDue) &&
         !timer.starts_with(kSchoolMeanDue);
}

void EvidenceRedecider::DecideAgain(const google::protobuf::Message& fact,
                                    decider::Turn& turn) const {
  if (const auto* recorded = To<v1::ResultsRecorded>(fact)) {
    v1::ResultsRecorded now = *recorded;
    if (!now.hidden() && concealment_ != nullptr) Conceal(*concealment_, now);
    return RecordAgain(now, turn);
  }
  if (const auto* changed = To<v1::RosterChanged>(fact)) return Change(*changed, turn);
  if (const auto* watched = To<v1::CycleWatched>(fact)) return WatchAgain(*watched, turn);
  if (const auto* noted = To<v1::DesiredGrowthNoted>(fact)) return Note(*noted, turn);
  if (const auto* noted = To<plans::v1::DistrictNoted>(fact)) {
    return district::NoteAgain(*noted, change_, turn);
  }
  turn.Emit(fact, "");
}

void EvidenceRedecider::BeginAnew(std::string_view district, decider::Turn& turn) const {
  district::NoteAgain(district, change_, turn);
}

}  // namespace throughline::evidence
