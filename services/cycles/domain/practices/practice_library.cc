#include "cycles/domain/practices/practice_library.h"

#include <fmt/format.h>
#include <google/protobuf/util/message_differencer.h>

#include <algorithm>
#include <set>

#include "core/display_text.h"
#include "core/ids.h"
#include "cycles/domain/errors.h"
#include "cycles/domain/practices/adopters.h"
#include "cycles/domain/practices/assessments_due.h"
#include "cycles/domain/practices/errors.h"
#include "cycles/domain/practices/library_rows.h"
#include "cycles/domain/practices/outcomes.h"
#include "cycles/domain/waves/assigned_by_lot.h"

namespace throughline::cycles {

using core::Error;
using core::Result;
using google::protobuf::util::MessageDifferencer;

namespace {

constexpr size_t kNameBytes = 200;
constexpr size_t kTextBytes = 4000;
constexpr int kComponentsAtMost = 20;
constexpr int kIndicatorsAtMost = 50;
constexpr int kSourcesAtMost = 50;

std::optional<Error> CheckComponents(const v1::Practice& practice) {
  if (practice.components_size() > kComponentsAtMost) {
    return TooManyOf("practice.components", kComponentsAtMost);
  }
  std::set<std::string> ids;
  for (int i = 0; i < practice.components_size(); ++i) {
    const v1::PracticeComponent& component = practice.components(i);
    const std::string field = fmt::format("practice.components[{}]", i);
    if (!core::IsId(component.component())) return IdInvalid(field + ".component");
    if (!ids.insert(component.component()).second) return ComponentTwice(field + ".component");
    if (component.name().empty()) return ComponentNameMissing(field + ".name");
    if (auto error = core::CheckDisplayText(component.name(), field + ".name", kNameBytes)) {
      return error;
    }
    if (component.kind() != v1::COMPONENT_KIND_CRITICAL &&
        component.kind() != v1::COMPONENT_KIND_ADAPTABLE) {
      return ComponentKindMissing(field + ".kind");
    }
  }
  return std::nullopt;
}

std::optional<Error> Check(const v1::Practice& practice) {
  if (!core::IsId(practice.practice())) return IdInvalid("practice.practice");
  if (PracticeIdOf(practice.name()).empty()) return PracticeNameMissing();
  if (auto error = core::CheckDisplayText(practice.name(), "practice.name", kNameBytes)) {
    return error;
  }
  if (practice.description().size() > kTextBytes) {
    return TextTooLong("practice.description", kTextBytes);
  }
  if (practice.indicators_size() > kIndicatorsAtMost) {
    return TooManyOf("practice.indicators", kIndicatorsAtMost);
  }
  for (int i = 0; i < practice.indicators_size(); ++i) {
    const std::string field = fmt::format("practice.indicators[{}]", i);
    if (!core::IsId(practice.indicators(i))) return IdInvalid(field);
    const auto end = practice.indicators().begin() + i;
    if (std::find(practice.indicators().begin(), end, practice.indicators(i)) != end) {
      return IndicatorTwice(field);
    }
  }
  if (practice.sources_size() > kSourcesAtMost) {
    return TooManyOf("practice.sources", kSourcesAtMost);
  }
  for (int i = 0; i < practice.sources_size(); ++i) {
    const std::string field = fmt::format("practice.sources[{}]", i);
    if (practice.sources(i).size() > kTextBytes) return TextTooLong(field, kTextBytes);
  }
  return CheckComponents(practice);
}

void Emit(v1::Practice practice, decider::Turn& turn) {
  practice.set_version(practice.version() + 1);
  v1::PracticeChanged changed;
  *changed.mutable_practice() = std::move(practice);
  turn.Emit(changed, changed.practice().district(), decider::Delivery::ToEveryPartition());
}

// Adds the name to those under which teams wrote it.
void AddName(const std::string& name, v1::Practice& practice) {
  const std::string id = PracticeIdOf(name);
  const std::vector<std::string> names = AllNamesOf(practice);
  const bool known = std::any_of(names.begin(), names.end(),
                                 [&](const std::string& one) { return PracticeIdOf(one) == id; });
  if (!known) practice.add_other_names(name);
}

// The practice that a command is about, of the version expected.
template <class Request>
Result<v1::Practice> PracticeOf(const Request& request, const decider::State& state) {
  const auto* practice = FindPractice(state, kLibrary, request.district(), request.practice());
  if (practice == nullptr) return core::Refuse(PracticeUnknown("practice", request.practice()));
  if (request.expected_version() != 0 && request.expected_version() != practice->version()) {
    return core::Refuse(
        VersionStale("expected_version", request.expected_version(), practice->version()));
  }
  return *practice;
}

template <class Response>
void AnswerWith(const std::string& district, const std::string& practice, decider::Turn& turn) {
  Response response;
  *response.mutable_practice() = *FindPractice(turn.state(), kLibrary, district, practice);
  turn.Answer(response);
}

std::vector<std::string> MissingOf(const v1::Practice& practice) {
  std::vector<std::string> missing;
  if (practice.description().empty()) missing.push_back("practice.description");
  const bool critical =
      std::any_of(practice.components().begin(), practice.components().end(),
                  [](const auto& one) { return one.kind() == v1::COMPONENT_KIND_CRITICAL; });
  if (!critical) missing.push_back("practice.components");
  if (practice.indicators().empty()) missing.push_back("practice.indicators");
  return missing;
}

// What the caller wrote, with what is not the caller's to say.
v1::Practice Written(const v1::Practice& said, const v1::Practice* known) {
  v1::Practice practice = said;
  practice.clear_merged_into();
  practice.clear_other_names();
  practice.set_state(known == nullptr ? v1::PRACTICE_STATE_DRAFT : known->state());
  practice.set_version(known == nullptr ? 0 : known->version());
  if (known == nullptr) return practice;
  *practice.mutable_other_names() = known->other_names();
  AddName(known->name(), practice);
  return practice;
}

}  // namespace

void Decide(const v1::UpsertPracticeRequest& request, decider::Turn& turn) {
  const v1::Practice& said = request.practice();
  if (turn.state().Find(district::kDistricts, said.district()) == nullptr) {
    return turn.Refuse(DistrictUnknown(said.district()));
  }
  if (auto error = Check(said)) return turn.Refuse(*error);
  const auto* known = FindPractice(turn.state(), kLibrary, said.district(), said.practice());
  const int64_t version = known == nullptr ? 0 : known->version();
  if (request.expected_version() != 0 && request.expected_version() != version) {
    return turn.Refuse(VersionStale("expected_version", request.expected_version(), version));
  }
  if (known != nullptr && known->state() == v1::PRACTICE_STATE_MERGED) {
    return turn.Refuse(PracticeMerged(said.practice(), known->merged_into()));
  }
  for (const std::string& name : {said.practice(), said.name()}) {
    const std::string by = PracticeNamed(turn.state(), kLibrary, said.district(), name);
    const bool is_there = FindPractice(turn.state(), kLibrary, said.district(), by) != nullptr;
    if (is_there && by != said.practice()) return turn.Refuse(PracticeNameTaken(name, by));
  }
  v1::Practice practice = Written(said, known);
  if (known == nullptr || !MessageDifferencer::Equals(practice, *known)) Emit(practice, turn);
  AnswerWith<v1::UpsertPracticeResponse>(said.district(), said.practice(), turn);
}

void Decide(const v1::PublishPracticeRequest& request, decider::Turn& turn) {
  auto practice = PracticeOf(request, turn.state());
  if (!practice) return turn.Refuse(practice.error());
  if (practice->state() == v1::PRACTICE_STATE_MERGED) {
    return turn.Refuse(PracticeMerged(request.practice(), practice->merged_into()));
  }
  const std::vector<std::string> missing = MissingOf(*practice);
  if (!missing.empty()) return turn.Refuse(PracticeIncomplete(missing));
  if (practice->state() != v1::PRACTICE_STATE_PUBLISHED) {
    practice->set_state(v1::PRACTICE_STATE_PUBLISHED);
    Emit(*practice, turn);
  }
  AnswerWith<v1::PublishPracticeResponse>(request.district(), request.practice(), turn);
}

void Decide(const v1::RetirePracticeRequest& request, decider::Turn& turn) {
  auto practice = PracticeOf(request, turn.state());
  if (!practice) return turn.Refuse(practice.error());
  if (practice->state() == v1::PRACTICE_STATE_MERGED) {
    return turn.Refuse(PracticeMerged(request.practice(), practice->merged_into()));
  }
  if (practice->state() != v1::PRACTICE_STATE_RETIRED) {
    practice->set_state(v1::PRACTICE_STATE_RETIRED);
    Emit(*practice, turn);
  }
  AnswerWith<v1::RetirePracticeResponse>(request.district(), request.practice(), turn);
}

void Decide(const v1::MergePracticeRequest& request, decider::Turn& turn) {
  auto practice = PracticeOf(request, turn.state());
  if (!practice) return turn.Refuse(practice.error());
  if (request.into() == request.practice()) return turn.Refuse(MergeIntoItself());
  const auto* found = FindPractice(turn.state(), kLibrary, request.district(), request.into());
  if (found == nullptr) return turn.Refuse(PracticeUnknown("into", request.into()));
  if (found->state() == v1::PRACTICE_STATE_MERGED) {
    return turn.Refuse(PracticeMerged(request.into(), found->merged_into()));
  }
  if (practice->state() == v1::PRACTICE_STATE_MERGED) {
    if (practice->merged_into() != request.into()) {
      return turn.Refuse(PracticeMerged(request.practice(), practice->merged_into()));
    }
    return AnswerWith<v1::MergePracticeResponse>(request.district(), request.into(), turn);
  }
  v1::Practice into = *found;
  AddName(practice->name(), into);
  for (const std::string& name : practice->other_names()) AddName(name, into);
  practice->set_state(v1::PRACTICE_STATE_MERGED);
  practice->set_merged_into(request.into());
  // First the one that is gone: the names are the other one's from then on.
  Emit(*practice, turn);
  Emit(into, turn);
  AnswerWith<v1::MergePracticeResponse>(request.district(), request.into(), turn);
}

void Decide(const v1::PracticesNamed& named, decider::Turn& turn) {
  for (const v1::PracticesNamed::Named& one : named.practices()) {
    const std::string id = Canonical(turn.state(), kLibrary, named.district(), one.practice());
    if (FindPractice(turn.state(), kLibrary, named.district(), id) != nullptr) continue;
    v1::Practice draft;
    draft.set_district(named.district());
    draft.set_practice(one.practice());
    draft.set_name(one.name());
    draft.set_state(v1::PRACTICE_STATE_DRAFT);
    *draft.mutable_indicators() = named.indicators();
    Emit(draft, turn);
  }
}

void Apply(const v1::PracticeChanged& changed, core::Instant time, decider::State& state) {
  const v1::Practice& practice = changed.practice();
  const bool is_merged = practice.state() == v1::PRACTICE_STATE_MERGED;
  Stale stale{{is_merged ? practice.merged_into() : practice.practice()}};
  if (is_merged) {
    state.Erase(kAssessments, JoinKey(practice.district(), practice.practice()));
    MoveOutcomes(practice, state, stale);
    MoveAdopters(practice, state);
    MoveLots(practice, state);
  } else {
    Store(practice, kLibrary, state);
  }
  SetAssessment(practice.district(), stale, time, state);
}

}  // namespace throughline::cycles
