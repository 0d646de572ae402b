#include "cycles/domain/visit_packet.h"

#include "cycles/domain/tables.h"
#include "cycles/domain/visit_rows.h"

namespace throughline::cycles {

namespace {

constexpr int kReviewsAtMost = 100;
constexpr int kPracticesOfCycle = 20;
constexpr size_t kProblemBytes = 500;

// The beginning of a text, cut between two characters.
std::string BeginningOf(const std::string& text) {
  if (text.size() <= kProblemBytes) return text;
  size_t end = kProblemBytes;
  const auto is_inside = [&](size_t at) { return (text[at] & 0xC0) == 0x80; };
  while (end > 0 && is_inside(end)) --end;
  return text.substr(0, end) + "…";
}

v1::PacketCycle PacketCycleOf(const v1::Cycle& cycle, const decider::State& state) {
  v1::PacketCycle one;
  one.set_team(cycle.team());
  const auto* team =
      state.Find(district::kTeams, JoinKey(cycle.district(), cycle.school(), cycle.team()));
  if (team != nullptr) one.set_team_name(team->name());
  one.set_cycle(cycle.cycle());
  one.set_state(cycle.state());
  one.set_end(cycle.end());
  one.set_problem_of_practice(BeginningOf(cycle.artefacts().analysis().problem_of_practice()));
  for (const std::string& practice : cycle.artefacts().design().practices()) {
    if (one.practices_size() < kPracticesOfCycle) one.add_practices(BeginningOf(practice));
  }
  for (int i = 0; i < cycle.indicators_size(); ++i) {
    one.add_indicators(cycle.indicators(i).indicator());
    const common::v1::CycleEvidence none;
    *one.add_evidence() = i < cycle.evidence_size() ? cycle.evidence(i) : none;
  }
  return one;
}

void AddCycles(const std::string& host, const decider::State& state, v1::VisitPacket& packet) {
  state.ForEach(kTeamCycles, JoinKey(host, ""),
                [&](const std::string&, const v1::TeamCyclesRow& row) {
                  if (row.current().empty()) return;
                  const auto* cycle = state.Find(kCycles, JoinKey(host, row.current()));
                  if (cycle != nullptr) *packet.add_cycles() = PacketCycleOf(*cycle, state);
                });
}

void AddReviews(const std::string& host, const decider::State& state, v1::VisitPacket& packet) {
  state.ForEach(kOpenReviews, JoinKey(host, ""),
                [&](const std::string&, const v1::OpenReviewRow& row) {
                  const auto* review = state.Find(kReviews, JoinKey(host, row.review()));
                  if (review == nullptr || packet.reviews_size() >= kReviewsAtMost) return;
                  v1::PacketReview& one = *packet.add_reviews();
                  one.set_review(review->review());
                  one.set_team(review->team());
                  one.set_cycle(review->cycle());
                  one.set_trigger(review->trigger());
                  one.set_indicator(review->indicator());
                  one.set_opened_at_ms(review->opened_at_ms());
                });
}

// Those of the latest visit that had any, and those of all earlier ones that are open.
void AddCommitments(const v1::Visit& visit, const decider::State& state, v1::VisitPacket& packet) {
  std::vector<const v1::Visit*> earlier;
  state.ForEach(
      kVisits, JoinKey(SubjectOf(visit), ""), [&](const std::string&, const v1::Visit& one) {
        const bool has_any =
            one.state() == v1::VISIT_STATE_DEBRIEFED || one.state() == v1::VISIT_STATE_FOLLOWED_UP;
        if (has_any && one.visit() < visit.visit()) earlier.push_back(&one);
      });
  for (const v1::Visit* one : earlier) {
    for (const v1::Commitment& commitment : one->commitments()) {
      const bool is_open = commitment.outcome() == v1::COMMITMENT_OUTCOME_UNSPECIFIED;
      if (!is_open && one != earlier.back()) continue;
      v1::EarlierCommitment& added = *packet.add_commitments();
      added.set_visit(one->visit());
      added.set_date(one->date());
      *added.mutable_commitment() = commitment;
    }
  }
}

}  // namespace

v1::VisitPacket PacketOf(const v1::Visit& visit, const decider::State& state, core::Instant now) {
  v1::VisitPacket packet;
  packet.set_district(visit.district());
  packet.set_host(visit.host());
  packet.set_visit(visit.visit());
  packet.set_taken_at_ms(core::ToMillis(now));
  AddCycles(SubjectOf(visit), state, packet);
  AddReviews(SubjectOf(visit), state, packet);
  AddCommitments(visit, state, packet);
  return packet;
}

}  // namespace throughline::cycles
