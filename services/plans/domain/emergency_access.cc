#include "plans/domain/emergency_access.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <chrono>
#include <optional>
#include <string>

#include "core/ids.h"
#include "core/purpose.h"
#include "plans/domain/errors.h"
#include "plans/domain/tables.h"

namespace throughline::plans {

using core::Error;

namespace {

constexpr int kMinutesWhenNotSaid = 60;
constexpr int kMinutesAtMost = 24 * 60;
constexpr int64_t kLatest = 9'999'999'999'999;

std::string Trimmed(const std::string& text) {
  const auto is_space = [](unsigned char c) { return std::isspace(c) != 0; };
  const auto first = std::find_if_not(text.begin(), text.end(), is_space);
  const auto last = std::find_if_not(text.rbegin(), text.rend(), is_space).base();
  return first < last ? std::string(first, last) : "";
}

// ROLE_DISTRICT_LEADER as "district_leader"; empty without a role.
std::string WordOf(common::v1::Role role) {
  if (role == common::v1::ROLE_UNSPECIFIED) return "";
  std::string word = common::v1::Role_Name(role).substr(std::string_view("ROLE_").size());
  std::transform(word.begin(), word.end(), word.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return word;
}

std::string RowKeyOf(const v1::EmergencyAccess& access) {
  return JoinKey(access.district(), access.access());
}
std::string HeldKeyOf(const v1::EmergencyAccess& access) {
  return JoinKey(access.district(), access.school(), access.subject());
}
std::string TimerOf(const v1::EmergencyAccess& access) {
  return std::string(kEmergencyAccessOver) + RowKeyOf(access);
}

bool IsOver(const v1::EmergencyAccess& access, core::Instant now) {
  return access.ended_ms() != 0 || access.until_ms() <= core::ToMillis(now);
}

// Later ones come first: a list goes by ids.
std::string AccessId(const v1::EmergencyAccess& access, const decider::Turn& turn) {
  return fmt::format("{:013}-{}", kLatest - access.from_ms(),
                     core::DerivedId({HeldKeyOf(access), turn.input_id()}));
}

std::optional<Error> Check(const v1::TakeEmergencyAccessRequest& request,
                           const decider::State& state) {
  if (auto error =
          core::CheckIds({{"district", request.district()}, {"school", request.school()}})) {
    return error;
  }
  if (state.Find(kAdopted, request.district()) == nullptr) {
    return DistrictUnknown(request.district());
  }
  if (state.Find(kSchools, core::Key{request.district(), request.school()}.Text()) == nullptr) {
    return SchoolUnknown(request.school());
  }
  if (auto error = core::CheckPurpose(Trimmed(request.reason()), "reason", ReasonMissing())) {
    return error;
  }
  if (request.minutes() < 0 || request.minutes() > kMinutesAtMost) {
    return OutOfRange("minutes", 1, kMinutesAtMost);
  }
  return std::nullopt;
}

// Whose it is may end it, and a privacy officer anybody's; without credentials everybody.
bool MayEnd(const common::v1::Caller& caller, const v1::EmergencyAccess& access) {
  return caller.subject().empty() || caller.subject() == access.subject() ||
         caller.role() == common::v1::ROLE_PRIVACY_OFFICER;
}

void EmitEnded(const v1::EmergencyAccess& access, decider::Turn& turn) {
  v1::EmergencyAccessEnded ended;
  *ended.mutable_access() = access;
  turn.Emit(ended, core::Key{access.district(), access.school()}.Text());
}

}  // namespace

void Decide(const v1::TakeEmergencyAccessRequest& request, decider::Turn& turn) {
  if (auto error = Check(request, turn.state())) return turn.Refuse(*error);
  const int minutes = request.minutes() == 0 ? kMinutesWhenNotSaid : request.minutes();
  v1::EmergencyAccessTaken taken;
  v1::EmergencyAccess& access = *taken.mutable_access();
  access.set_district(request.district());
  access.set_school(request.school());
  access.set_subject(request.caller().subject());
  access.set_role(WordOf(request.caller().role()));
  access.set_reason(Trimmed(request.reason()));
  access.set_from_ms(core::ToMillis(turn.now()));
  access.set_until_ms(core::ToMillis(turn.now() + std::chrono::minutes(minutes)));
  access.set_access(AccessId(access, turn));
  const auto* held = turn.state().Find(kHeldAccess, HeldKeyOf(access));
  if (held != nullptr && !IsOver(*held, turn.now())) {
    return turn.Refuse(EmergencyAccessHeld(held->access()));
  }
  turn.Emit(taken, core::Key{access.district(), access.school()}.Text());
  v1::TakeEmergencyAccessResponse response;
  *response.mutable_access() = access;
  turn.Answer(response);
}

void Decide(const v1::EndEmergencyAccessRequest& request, decider::Turn& turn) {
  if (auto error = core::CheckIds({{"district", request.district()},
                                   {"school", request.school()},
                                   {"access", request.access()}})) {
    return turn.Refuse(*error);
  }
  const auto* known =
      turn.state().Find(kEmergencyAccess, JoinKey(request.district(), request.access()));
  if (known == nullptr || known->school() != request.school()) {
    return turn.Refuse(EmergencyAccessUnknown(request.access()));
  }
  if (!MayEnd(request.caller(), *known)) return turn.Refuse(NotYoursToEnd());
  v1::EmergencyAccess access = *known;
  if (!IsOver(access, turn.now())) {
    access.set_ended_ms(core::ToMillis(turn.now()));
    EmitEnded(access, turn);
  }
  v1::EndEmergencyAccessResponse response;
  *response.mutable_access() = access;
  turn.Answer(response);
}

void DecideEmergencyAccessOver(std::string_view timer, decider::Turn& turn) {
  const auto* access =
      turn.state().Find(kEmergencyAccess, timer.substr(kEmergencyAccessOver.size()));
  if (access != nullptr && access->ended_ms() == 0) EmitEnded(*access, turn);
}

void Apply(const v1::EmergencyAccessTaken& taken, decider::State& state) {
  const v1::EmergencyAccess& access = taken.access();
  state.Edit(kEmergencyAccess, RowKeyOf(access)) = access;
  state.Edit(kHeldAccess, HeldKeyOf(access)) = access;
  state.SetTimer(TimerOf(access), core::FromMillis(access.until_ms()));
}

void Apply(const v1::EmergencyAccessEnded& ended, decider::State& state) {
  const v1::EmergencyAccess& access = ended.access();
  state.Edit(kEmergencyAccess, RowKeyOf(access)) = access;
  state.ClearTimer(TimerOf(access));
  const auto* held = state.Find(kHeldAccess, HeldKeyOf(access));
  if (held != nullptr && held->access() == access.access()) {
    state.Erase(kHeldAccess, HeldKeyOf(access));
  }
}

}  // namespace throughline::plans
