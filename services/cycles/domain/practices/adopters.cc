#include "cycles/domain/practices/adopters.h"

#include <google/protobuf/util/message_differencer.h>

#include <vector>

#include "cycles/domain/practices/adoption.h"
#include "cycles/domain/practices/assessments_due.h"
#include "cycles/domain/practices/library_rows.h"
#include "cycles/domain/tables.h"

namespace throughline::cycles {

namespace {

std::string AdopterKey(const v1::Adoption& adoption) {
  return JoinKey(adoption.district(), adoption.practice(), adoption.school(), adoption.team());
}

void PutAdopter(v1::Adoption adoption, decider::State& state) {
  const std::string& district = adoption.district();
  const std::string named = adoption.practice();
  adoption.set_practice(Canonical(state, kLibrary, district, named));
  const std::string key = AdopterKey(adoption);
  const auto* known = state.Find(kAdopters, key);
  const bool of_another = adoption.practice() != named && known != nullptr;
  v1::Adoption now = of_another ? Combined(*known, adoption) : adoption;
  state.Edit(kAdopters, key) = std::move(now);
}

}  // namespace

void Decide(const v1::AdoptionChanged& changed, decider::Turn& turn) {
  const auto* known = turn.state().Find(kAdopters, AdopterKey(changed.adoption()));
  using google::protobuf::util::MessageDifferencer;
  if (known != nullptr && MessageDifferencer::Equals(*known, changed.adoption())) return;
  v1::AdoptionNoted noted;
  *noted.mutable_adoption() = changed.adoption();
  turn.Emit(noted, changed.adoption().district());
}

void Apply(const v1::AdoptionNoted& noted, core::Instant time, decider::State& state) {
  PutAdopter(noted.adoption(), state);
  const std::string& district = noted.adoption().district();
  SetAssessment(district, {{Canonical(state, kLibrary, district, noted.adoption().practice())}},
                time, state);
}

void MoveAdopters(const v1::Practice& merged, decider::State& state) {
  std::vector<v1::Adoption> adoptions;
  state.ForEach(kAdopters, JoinKey(merged.district(), merged.practice(), ""),
                [&](const std::string&, const v1::Adoption& one) { adoptions.push_back(one); });
  for (const v1::Adoption& adoption : adoptions) {
    state.Erase(kAdopters, AdopterKey(adoption));
    PutAdopter(adoption, state);
  }
}

}  // namespace throughline::cycles
