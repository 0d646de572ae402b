#include "evidence/domain/emergency_access.h"

#include <string>

#include "evidence/domain/tables.h"

namespace throughline::evidence {

namespace {

std::string KeyOf(const plans::v1::EmergencyAccess& access) {
  return JoinKey(access.district(), access.school(), access.access());
}

void Note(const plans::v1::EmergencyAccess& access, bool over, decider::Turn& turn) {
  const bool is_known = turn.state().Find(kEmergencyAccess, KeyOf(access)) != nullptr;
  if (is_known != over) return;
  plans::v1::EmergencyAccessNoted noted;
  *noted.mutable_access() = access;
  noted.set_over(over);
  turn.Emit(noted, core::Key{access.district(), access.school()}.Text());
}

}  // namespace

bool IsHeldBy(std::string_view subject, const plans::v1::EmergencyAccess& access,
              core::Instant now) {
  return access.subject() == subject && access.ended_ms() == 0 &&
         core::ToMillis(now) < access.until_ms();
}

void Decide(const plans::v1::EmergencyAccessTaken& taken, decider::Turn& turn) {
  Note(taken.access(), false, turn);
}

void Decide(const plans::v1::EmergencyAccessEnded& ended, decider::Turn& turn) {
  Note(ended.access(), true, turn);
}

void Apply(const plans::v1::EmergencyAccessNoted& noted, decider::State& state) {
  const std::string key = KeyOf(noted.access());
  if (noted.over()) return state.Erase(kEmergencyAccess, key);
  state.Edit(kEmergencyAccess, key) = noted.access();
}

}  // namespace throughline::evidence
