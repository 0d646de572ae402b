#include "cycles/domain/waves/wave.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "core/ids.h"
#include "core/time_zone.h"
#include "cycles/domain/errors.h"
#include "cycles/domain/limits.h"
#include "cycles/domain/practices/assessments_due.h"
#include "cycles/domain/practices/errors.h"
#include "cycles/domain/practices/in_use.h"
#include "cycles/domain/practices/library_rows.h"
#include "cycles/domain/schedule.h"
#include "cycles/domain/tables.h"
#include "cycles/domain/waves/assigned_by_lot.h"
#include "cycles/domain/waves/draw.h"
#include "cycles/domain/waves/errors.h"

namespace throughline::cycles {

using core::Error;
using core::Result;

namespace {

constexpr int kStartsAtMost = 20;
constexpr int kPlacesAtMost = 1000;

std::string WaveKey(const v1::Wave& wave) { return JoinKey(wave.district(), wave.wave()); }

std::string DrawTimerOf(const v1::Wave& wave) { return std::string(kWaveDraw) + WaveKey(wave); }

template <class Event>
void Emit(v1::Wave wave, decider::Turn& turn,
          decider::Delivery delivery = decider::Delivery::Nowhere()) {
  wave.set_version(wave.version() + 1);
  Event event;
  *event.mutable_wave() = std::move(wave);
  turn.Emit(event, event.wave().district(), std::move(delivery));
}

template <class Response>
void AnswerWith(const std::string& key, decider::Turn& turn) {
  Response response;
  *response.mutable_wave() = *turn.state().Find(kWaves, key);
  turn.Answer(response);
}

std::optional<Error> CheckDays(const v1::PlanWaveRequest& request, core::Date today) {
  const auto invalid = [](const std::string& field) {
    return StartsInvalid(field, kStartsAtMost, kPlacesAtMost);
  };
  if (request.starts().empty() || request.starts_size() > kStartsAtMost) return invalid("starts");
  const auto ask_by = core::ParseDate(request.ask_by());
  if (!ask_by) return DateInvalid("ask_by");
  for (int i = 0; i < request.starts_size(); ++i) {
    const v1::WaveStart& start = request.starts(i);
    const std::string field = fmt::format("starts[{}]", i);
    if (!core::ParseDate(start.date())) return DateInvalid(field + ".date");
    if (i > 0 && start.date() <= request.starts(i - 1).date()) return invalid(field + ".date");
    if (start.places() < 1 || start.places() > kPlacesAtMost) return invalid(field + ".places");
  }
  if (*ask_by < today || *ask_by >= DateOf(request.starts(0).date())) {
    return AskByInvalid(core::FormatDate(today));
  }
  return std::nullopt;
}

// The wave that a command is about, of the version expected.
template <class Request>
Result<v1::Wave> WaveOf(const Request& request, const decider::Turn& turn) {
  const auto* wave = turn.state().Find(kWaves, JoinKey(request.district(), request.wave()));
  if (wave == nullptr) return core::Refuse(WaveUnknown(request.wave()));
  if constexpr (requires { request.expected_version(); }) {
    if (request.expected_version() != 0 && request.expected_version() != wave->version()) {
      return core::Refuse(
          VersionStale("expected_version", request.expected_version(), wave->version()));
    }
  }
  return *wave;
}

// Nobody knows it before the last team asked.
std::string SeedOf(const v1::Wave& wave, const decider::Turn& turn) {
  std::vector<std::string> parts{"seed", wave.wave(), std::string(turn.input_id())};
  for (const v1::WaveTeam& team : wave.teams()) parts.push_back(std::to_string(team.asked_at_ms()));
  return core::DerivedId(parts);
}

void DrawNow(v1::Wave wave, const std::string& seed, decider::Turn& turn) {
  wave.set_seed(seed.empty() ? SeedOf(wave, turn) : seed);
  wave.set_state(v1::WAVE_STATE_DRAWN);
  wave.set_drawn_at_ms(core::ToMillis(turn.now()));
  Draw(wave);
  Emit<v1::WaveDrawn>(std::move(wave), turn, decider::Delivery::ToEveryPartition());
}

// "2026-10-02-01".
std::string FreeId(const v1::PlanWaveRequest& request, const decider::State& state) {
  for (int number = 1;; ++number) {
    std::string id = fmt::format("{}-{:02}", request.ask_by(), number);
    if (state.Find(kWaves, JoinKey(request.district(), id)) == nullptr) return id;
  }
}

bool HasAsked(const v1::Wave& wave, const v1::AskForPlaceRequest& request) {
  return std::any_of(wave.teams().begin(), wave.teams().end(), [&](const v1::WaveTeam& one) {
    return one.school() == request.school() && one.team() == request.team();
  });
}

}  // namespace

void Decide(const v1::PlanWaveRequest& request, decider::Turn& turn) {
  const std::string& district = request.district();
  const auto* practice = FindPractice(turn.state(), kLibrary, district, request.practice());
  if (practice == nullptr) return turn.Refuse(PracticeUnknown("practice", request.practice()));
  if (practice->state() == v1::PRACTICE_STATE_MERGED) {
    return turn.Refuse(PracticeMerged(request.practice(), practice->merged_into()));
  }
  if (practice->state() != v1::PRACTICE_STATE_PUBLISHED) {
    return turn.Refuse(PracticeNotPublished(request.practice()));
  }
  if (auto error = CheckDays(request, district::TodayOf(district, turn)))
    return turn.Refuse(*error);
  v1::Wave wave;
  wave.set_district(district);
  wave.set_wave(FreeId(request, turn.state()));
  wave.set_practice(request.practice());
  wave.set_name(practice->name());
  *wave.mutable_starts() = request.starts();
  wave.set_ask_by(request.ask_by());
  wave.set_state(v1::WAVE_STATE_OPEN);
  Emit<v1::WavePlanned>(wave, turn);
  AnswerWith<v1::PlanWaveResponse>(WaveKey(wave), turn);
}

void Decide(const v1::AskForPlaceRequest& request, decider::Turn& turn) {
  auto wave = WaveOf(request, turn);
  if (!wave) return turn.Refuse(wave.error());
  const std::string& district = request.district();
  if (request.school().empty()) return turn.Refuse(SchoolUnknown(""));
  if (request.team().empty()) return turn.Refuse(TeamUnknown("", {}));
  if (!HasAsked(*wave, request)) {
    const bool is_late = district::TodayOf(district, turn) > DateOf(wave->ask_by());
    if (wave->state() != v1::WAVE_STATE_OPEN || is_late) return turn.Refuse(WaveClosed(*wave));
    const std::string practice = Canonical(turn.state(), kLibrary, district, wave->practice());
    const auto* adoption =
        turn.state().Find(kAdopters, JoinKey(district, practice, request.school(), request.team()));
    if (adoption != nullptr && IsInUse(*adoption)) return turn.Refuse(PracticeInUse(practice));
    v1::WaveTeam& team = *wave->add_teams();
    team.set_school(request.school());
    team.set_team(request.team());
    team.set_asked_at_ms(core::ToMillis(turn.now()));
    Emit<v1::PlaceAskedFor>(*wave, turn);
  }
  AnswerWith<v1::AskForPlaceResponse>(WaveKey(*wave), turn);
}

void Decide(const v1::DrawWaveRequest& request, decider::Turn& turn) {
  auto wave = WaveOf(request, turn);
  if (!wave) return turn.Refuse(wave.error());
  if (!request.seed().empty() && !core::IsId(request.seed())) return turn.Refuse(IdInvalid("seed"));
  if (wave->state() != v1::WAVE_STATE_OPEN) return turn.Refuse(WaveClosed(*wave));
  DrawNow(*wave, request.seed(), turn);
  AnswerWith<v1::DrawWaveResponse>(WaveKey(*wave), turn);
}

void Decide(const v1::CancelWaveRequest& request, decider::Turn& turn) {
  auto wave = WaveOf(request, turn);
  if (!wave) return turn.Refuse(wave.error());
  if (request.reason().empty()) return turn.Refuse(CancelReasonMissing());
  if (request.reason().size() > kReasonBytes) {
    return turn.Refuse(TextTooLong("reason", kReasonBytes));
  }
  if (wave->state() != v1::WAVE_STATE_CANCELLED) {
    wave->set_state(v1::WAVE_STATE_CANCELLED);
    wave->set_cancel_reason(request.reason());
    Emit<v1::WaveCancelled>(*wave, turn, decider::Delivery::ToEveryPartition());
  } else if (wave->cancel_reason() != request.reason()) {
    return turn.Refuse(WaveClosed(*wave));
  }
  AnswerWith<v1::CancelWaveResponse>(WaveKey(*wave), turn);
}

void DecideDraw(std::string_view timer, decider::Turn& turn) {
  const auto* wave = turn.state().Find(kWaves, timer.substr(kWaveDraw.size()));
  if (wave != nullptr && wave->state() == v1::WAVE_STATE_OPEN) DrawNow(*wave, "", turn);
}

void Apply(const v1::WavePlanned& planned, decider::State& state) {
  const v1::Wave& wave = planned.wave();
  state.Edit(kWaves, WaveKey(wave)) = wave;
  state.SetTimer(DrawTimerOf(wave), core::StartOfDay(DateOf(wave.ask_by()) + std::chrono::days{1},
                                                     district::ZoneOf(state, wave.district())));
}

void Apply(const v1::PlaceAskedFor& asked, decider::State& state) {
  state.Edit(kWaves, WaveKey(asked.wave())) = asked.wave();
}

void Apply(const v1::WaveDrawn& drawn, decider::State& state) {
  state.Edit(kWaves, WaveKey(drawn.wave())) = drawn.wave();
  state.ClearTimer(DrawTimerOf(drawn.wave()));
  NoteLots(drawn.wave(), state);
}

void Apply(const v1::WaveCancelled& cancelled, core::Instant time, decider::State& state) {
  const v1::Wave& wave = cancelled.wave();
  state.Edit(kWaves, WaveKey(wave)) = wave;
  state.ClearTimer(DrawTimerOf(wave));
  if (wave.drawn_at_ms() == 0) return;
  ForgetLots(wave, state);
  SetAssessment(wave.district(), {{Canonical(state, kLibrary, wave.district(), wave.practice())}},
                time, state);
}

}  // namespace throughline::cycles
