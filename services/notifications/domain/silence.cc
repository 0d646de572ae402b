#include "notifications/domain/silence.h"

#include <algorithm>
#include <string>
#include <vector>

#include "core/ids.h"
#include "notifications/domain/active_silences.h"
#include "notifications/domain/alert_group.h"
#include "notifications/domain/errors.h"
#include "notifications/domain/limits.h"
#include "notifications/domain/matcher.h"
#include "notifications/domain/tables.h"

namespace throughline::notifications {

using core::Error;

namespace {

constexpr size_t kLastingAtMost = 1000;
constexpr size_t kLongestComment = 2000;
constexpr std::chrono::days kFurthestEnd{366};
constexpr std::chrono::days kOverListedFor{30};

size_t Lasting(const std::string& district, const decider::Turn& turn) {
  size_t count = 0;
  turn.state().ForEach(kOwnSilences, JoinKey(district, ""),
                       [&](const std::string&, const v1::Silence& silence) {
                         if (!IsOver(silence, turn.now())) ++count;
                       });
  return count;
}

std::optional<Error> Check(const v1::Silence& silence, const decider::Turn& turn) {
  if (turn.state().Find(district::kDistricts, silence.district()) == nullptr) {
    return DistrictUnknown(silence.district());
  }
  if (auto error = notifications::Check(silence.matcher(), std::string("silence.matcher"))) {
    return error;
  }
  if (silence.ends_at_ms() <= silence.starts_at_ms() || IsOver(silence, turn.now()) ||
      silence.ends_at_ms() > core::ToMillis(turn.now() + kFurthestEnd)) {
    return SpanInvalid();
  }
  if (silence.created_by().empty()) return WhoMissing("silence.created_by");
  if (silence.created_by().size() > kLongestName) {
    return TextTooLong("silence.created_by", kLongestName);
  }
  if (silence.comment().size() > kLongestComment) {
    return TextTooLong("silence.comment", kLongestComment);
  }
  if (Lasting(silence.district(), turn) >= kLastingAtMost) {
    return TooMany("silences", kLastingAtMost);
  }
  return std::nullopt;
}

void Emit(const v1::Silence& silence, decider::Turn& turn) {
  v1::SilenceChanged changed;
  *changed.mutable_silence() = silence;
  turn.Emit(changed, silence.district(), decider::Delivery::ToEveryPartition());
}

// So that what is looked through does not grow with history.
void Forget(Table<v1::Silence> table, const std::string& district, core::Instant over_at,
            decider::State& state) {
  std::vector<std::string> over;
  state.ForEach(table, JoinKey(district, ""),
                [&](const std::string& key, const v1::Silence& silence) {
                  if (IsOver(silence, over_at)) over.push_back(key);
                });
  for (const std::string& key : over) state.Erase(table, key);
}

}  // namespace

void Decide(const v1::CreateSilenceRequest& request, decider::Turn& turn) {
  v1::Silence silence = request.silence();
  if (silence.starts_at_ms() == 0) silence.set_starts_at_ms(core::ToMillis(turn.now()));
  if (auto error = Check(silence, turn)) return turn.Refuse(*error);
  silence.set_silence(core::DerivedId({silence.district(), "silence", turn.input_id()}));
  silence.set_version(1);
  Emit(silence, turn);
  v1::CreateSilenceResponse response;
  *response.mutable_silence() = silence;
  turn.Answer(response);
}

void Decide(const v1::EndSilenceRequest& request, decider::Turn& turn) {
  if (auto error = CheckIds({{"district", request.district()}, {"silence", request.silence()}})) {
    return turn.Refuse(*error);
  }
  const auto* known =
      turn.state().Find(kOwnSilences, JoinKey(request.district(), request.silence()));
  const bool is_of_it = known != nullptr &&
                        (request.school().empty() || known->matcher().school() == request.school());
  if (!is_of_it) return turn.Refuse(SilenceUnknown(request.silence()));
  v1::Silence silence = *known;
  if (!IsOver(silence, turn.now())) {
    const int64_t now = core::ToMillis(turn.now());
    silence.set_starts_at_ms(std::min(silence.starts_at_ms(), now));
    silence.set_ends_at_ms(now);
    silence.set_version(silence.version() + 1);
    Emit(silence, turn);
  }
  v1::EndSilenceResponse response;
  *response.mutable_silence() = silence;
  turn.Answer(response);
}

void Decide(const v1::SilenceChanged& delivered, decider::Turn& turn) {
  const v1::Silence& silence = delivered.silence();
  const auto* known = turn.state().Find(kSilences, JoinKey(silence.district(), silence.silence()));
  if (known != nullptr && known->version() >= silence.version()) return;
  if (known == nullptr && IsOver(silence, turn.now())) return;  // forgotten, or never of use
  v1::SilenceAdopted adopted;
  *adopted.mutable_silence() = silence;
  turn.Emit(adopted, silence.district());
}

void Apply(const v1::SilenceChanged& changed, core::Instant time, decider::State& state) {
  const v1::Silence& silence = changed.silence();
  state.Edit(kOwnSilences, JoinKey(silence.district(), silence.silence())) = silence;
  Forget(kOwnSilences, silence.district(), time - kOverListedFor, state);
}

void Apply(const v1::SilenceAdopted& adopted, core::Instant time, decider::State& state) {
  const v1::Silence& silence = adopted.silence();
  state.Edit(kSilences, JoinKey(silence.district(), silence.silence())) = silence;
  Forget(kSilences, silence.district(), time, state);
  if (IsOver(silence, time)) WakeGroups(silence.district(), time, state);
}

}  // namespace throughline::notifications
