#include "plans/domain/district.h"

#include <fmt/format.h>
#include <google/protobuf/util/message_differencer.h>

#include <algorithm>
#include <set>

#include "core/ids.h"
#include "core/time_zone.h"
#include "plans/domain/errors.h"
#include "plans/domain/framing.h"
#include "plans/domain/limits.h"
#include "plans/domain/policy.h"
#include "plans/domain/school_calendar.h"
#include "plans/domain/tables.h"

namespace throughline::plans {

using core::Error;
using google::protobuf::util::MessageDifferencer;

namespace {

constexpr int kTermsAtMost = 100;
constexpr int kPrioritiesAtMost = 50;
constexpr size_t kTextAtMost = 2000;

std::optional<Error> CheckPriorities(const v1::District& district) {
  if (district.priorities_size() > kPrioritiesAtMost)
    return TooMany("priorities", kPrioritiesAtMost);
  std::set<std::string> ids;
  for (int i = 0; i < district.priorities_size(); ++i) {
    const v1::Priority& priority = district.priorities(i);
    const std::string field = fmt::format("priorities[{}]", i);
    if (!core::IsId(priority.priority())) return IdInvalid(field + ".priority");
    if (!ids.insert(priority.priority()).second) return DoubleId(field + ".priority");
    if (priority.statement().empty()) return Missing(field + ".statement", "say it in a sentence");
    if (priority.statement().size() > kTextAtMost)
      return TextTooLong(field + ".statement", kTextAtMost);
    if (priority.goals_size() > kPrioritiesAtMost)
      return TooMany(field + ".goals", kPrioritiesAtMost);
    for (int j = 0; j < priority.goals_size(); ++j) {
      if (priority.goals(j).size() > kTextAtMost) {
        return TextTooLong(fmt::format("{}.goals[{}]", field, j), kTextAtMost);
      }
    }
  }
  return std::nullopt;
}

std::optional<Error> Check(const v1::District& district) {
  if (!core::IsId(district.district())) return IdInvalid("district.district");
  if (district.name().size() > kTextAtMost) return TextTooLong("district.name", kTextAtMost);
  if (!core::IsKnownZone(district.time_zone())) return TimeZoneUnknown(district.time_zone());
  if (district.calendar().terms_size() > kTermsAtMost)
    return TooMany("calendar.terms", kTermsAtMost);
  if (district.calendar().closures_size() > kClosuresAtMost) {
    return TooMany("calendar.closures", kClosuresAtMost);
  }
  if (auto calendar = CalendarOf(district.calendar(), {}); !calendar) return calendar.error();
  if (auto error = plans::Check(district.policy())) return error;
  if (!v1::JourneyPhase_IsValid(district.journey_phase())) {
    return JourneyPhaseUnknown(district.journey_phase());
  }
  return CheckPriorities(district);
}

std::optional<Error> CheckTerm(const common::v1::Term& term, const std::string& field) {
  const auto first = core::ParseDate(term.first()), last = core::ParseDate(term.last());
  if (!first) return DateInvalid(field + ".first");
  if (!last) return DateInvalid(field + ".last");
  if (*last < *first) return TermReversed(field + ".last");
  return std::nullopt;
}

void Emit(const v1::District& district, const std::vector<std::string>& fields,
          decider::Turn& turn) {
  v1::DistrictChanged changed;
  *changed.mutable_district() = district;
  for (const std::string& field : fields) changed.add_changed(field);
  turn.Emit(changed, district.district(), decider::Delivery::ToEveryPartition());
}

}  // namespace

void Decide(const v1::CreateDistrictRequest& request, decider::Turn& turn) {
  v1::District district = request.district();
  district.set_version(1);
  *district.mutable_policy() = WholePolicy(district.policy());
  if (auto error = Check(district)) return turn.Refuse(*error);
  const auto* known = turn.state().Find(kDistricts, district.district());
  if (known != nullptr) {
    v1::District same = *known;
    same.set_version(1);
    *same.mutable_policy() = WholePolicy(known->policy());
    if (!MessageDifferencer::Equals(same, district)) {
      return turn.Refuse(DistrictExists(district.district()));
    }
    district = *known;
  } else {
    Emit(district, {"name", "time_zone", "calendar", "policy", "priorities", "journey_phase"},
         turn);
  }
  v1::CreateDistrictResponse response;
  *response.mutable_district() = district;
  turn.Answer(response);
}

void Decide(const v1::UpdateDistrictRequest& request, decider::Turn& turn) {
  const auto* known = turn.state().Find(kDistricts, request.district());
  if (known == nullptr) return turn.Refuse(DistrictUnknown(request.district()));
  if (request.expected_version() != 0 && request.expected_version() != known->version()) {
    return turn.Refuse(
        VersionStale("expected_version", request.expected_version(), known->version()));
  }
  v1::District district = *known;
  if (request.has_name()) district.set_name(request.name());
  if (request.has_calendar()) *district.mutable_calendar() = request.calendar();
  district.mutable_policy()->MergeFrom(request.policy());
  if (request.has_priorities()) {
    *district.mutable_priorities() = request.priorities().priorities();
  }
  if (request.journey_phase() != v1::JOURNEY_PHASE_UNSPECIFIED) {
    district.set_journey_phase(request.journey_phase());
  }
  if (auto error = Check(district)) return turn.Refuse(*error);
  std::vector<std::string> changed;
  if (district.name() != known->name()) changed.push_back("name");
  if (!MessageDifferencer::Equals(district.calendar(), known->calendar())) {
    changed.push_back("calendar");
  }
  if (!MessageDifferencer::Equals(district.policy(), known->policy())) changed.push_back("policy");
  v1::District before, after;
  *before.mutable_priorities() = known->priorities();
  *after.mutable_priorities() = district.priorities();
  if (!MessageDifferencer::Equals(before, after)) changed.push_back("priorities");
  if (district.journey_phase() != known->journey_phase()) changed.push_back("journey_phase");
  if (!changed.empty()) {
    district.set_version(known->version() + 1);
    Emit(district, changed, turn);
  }
  v1::UpdateDistrictResponse response;
  *response.mutable_district() = district;
  turn.Answer(response);
}

void Decide(const v1::AddTermsRequest& request, decider::Turn& turn) {
  const auto* known = turn.state().Find(kDistricts, request.district());
  if (known == nullptr) return turn.Refuse(DistrictUnknown(request.district()));
  if (request.terms_size() > kTermsAtMost) return turn.Refuse(TooMany("terms", kTermsAtMost));
  v1::District district = *known;
  v1::AddTermsResponse response;
  for (int i = 0; i < request.terms_size(); ++i) {
    const common::v1::Term& term = request.terms(i);
    if (auto error = CheckTerm(term, fmt::format("terms[{}]", i))) return turn.Refuse(*error);
    auto& terms = *district.mutable_calendar()->mutable_terms();
    // Days are written so that they are in the order of their texts.
    const auto same = std::find_if(terms.begin(), terms.end(), [&](const auto& one) {
      return one.first() <= term.last() && term.first() <= one.last();
    });
    if (same == terms.end()) {
      *terms.Add() = term;
    } else if (same->first() != term.first() || same->last() != term.last()) {
      *response.add_left_out() = term;
    }
  }
  auto& terms = *district.mutable_calendar()->mutable_terms();
  std::sort(terms.begin(), terms.end(),
            [](const auto& one, const auto& other) { return one.first() < other.first(); });
  if (auto error = Check(district)) return turn.Refuse(*error);
  if (!MessageDifferencer::Equals(district.calendar(), known->calendar())) {
    district.set_version(known->version() + 1);
    Emit(district, {"calendar"}, turn);
  }
  *response.mutable_district() = district;
  turn.Answer(response);
}

void Decide(const v1::DistrictChanged& changed, decider::Turn& turn) {
  const auto* adopted = turn.state().Find(kAdopted, changed.district().district());
  if (adopted != nullptr && adopted->version() >= changed.district().version()) return;
  v1::DistrictAdopted now;
  *now.mutable_district() = changed.district();
  turn.Emit(now, changed.district().district());
  DecideFramings(changed.district().district(), turn);
}

void Apply(const v1::DistrictChanged& changed, decider::State& state) {
  state.Edit(kDistricts, changed.district().district()) = changed.district();
}

void Apply(const v1::DistrictAdopted& adopted, core::Instant now, decider::State& state) {
  state.Edit(kAdopted, adopted.district().district()) = adopted.district();
  SetFramingTimers(adopted.district().district(), /*school=*/"", now, state);
}

}  // namespace throughline::plans
