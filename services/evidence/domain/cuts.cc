#include "evidence/domain/cuts.h"

#include <algorithm>
#include <map>

#include "core/statistics/histogram.h"
#include "district/district_notes.h"
#include "evidence/domain/norms.h"
#include "evidence/domain/tables.h"
#include "evidence/domain/team_evidence.h"
#include "evidence/domain/trigger_rules.h"

namespace throughline::evidence {

namespace {

constexpr int kBins = 1001;
constexpr std::chrono::milliseconds kEvery = std::chrono::minutes(1);

}  // namespace

void Decide(const v1::ScoresCounted& counted, decider::Turn& turn) {
  v1::DistrictScoresCounted folded;
  folded.set_district(counted.district());
  folded.set_school(counted.school());
  *folded.mutable_changes() = counted.changes();
  *folded.mutable_scores() = counted.scores();
  turn.Emit(folded, counted.district());
}

void Decide(const v1::CutsPublished& published, decider::Turn& turn) {
  v1::CutsAdopted adopted;
  adopted.set_district(published.district());
  *adopted.mutable_cuts() = published.cuts();
  turn.Emit(adopted, published.district());
}

void DecideCut(std::string_view timer, decider::Turn& turn) {
  const auto [district, indicator] = core::SplitKey<2>(timer.substr(kCutDue.size()));
  const std::string key = JoinKey(district, indicator);
  const auto* histogram = turn.state().Find(kHistograms, key);
  if (histogram == nullptr) return;
  const double share = PolicyOf(turn.state(), district).struggling_percentile();
  const auto step = core::PercentileStep(
      {histogram->counts().data(), static_cast<size_t>(histogram->counts_size())}, share);
  const auto* known = turn.state().Find(kCuts, key);
  if (!step || (known != nullptr && known->bin() == *step)) return;
  v1::CutsPublished published;
  published.set_district(std::string(district));
  v1::PercentileCut& cut = *published.add_cuts();
  cut.set_indicator(std::string(indicator));
  cut.set_bin(*step);
  for (int64_t count : histogram->counts()) cut.set_count(cut.count() + count);
  turn.Emit(published, district, decider::Delivery::ToEveryPartition());
}

void Apply(const v1::DistrictScoresCounted& counted, core::Instant time, decider::State& state) {
  for (const auto& change : counted.changes()) {
    const std::string key = JoinKey(counted.district(), change.indicator());
    auto& counts = *state.Edit(kHistograms, key).mutable_counts();
    if (counts.empty()) counts.Resize(kBins, 0);
    const int bin = std::clamp(change.bin(), 0, kBins - 1);
    counts.Set(bin, counts.Get(bin) + change.change());
    // On the minute: a stream of changes does not put it off.
    state.SetTimer(std::string(kCutDue) + key,
                   std::chrono::floor<std::chrono::minutes>(time) + kEvery);
  }
  CountInDistrict(counted, time, state);
}

void Apply(const v1::CutsAdopted& adopted, core::Instant time, decider::State& state) {
  std::map<std::string, int32_t> before;  // by indicator
  for (const v1::PercentileCut& cut : adopted.cuts()) {
    v1::PercentileCut& known = state.Edit(kCuts, JoinKey(adopted.district(), cut.indicator()));
    before.emplace(cut.indicator(), known.bin());
    known = cut;
  }
  TouchedStudents touched;
  for (const EvidenceKey& evidence : OpenUnder(JoinKey(adopted.district(), ""), state)) {
    const auto cut = before.find(evidence.indicator);
    if (cut == before.end() || IsSchoolYear(evidence.cycle)) continue;
    auto students = CycleStudents::Of(evidence, state, touched);
    if (!students || !students->RefreshStruggling(cut->second)) continue;
    EvaluateSoon(adopted.district(), evidence.team.school, time, state);
  }
  MoveStandings(state, touched, time);
}

}  // namespace throughline::evidence
