#include "throughline/what_if.h"

#include <google/protobuf/util/message_differencer.h>

#include <algorithm>
#include <set>

#include "cycles/domain/conditions.h"
#include "cycles/domain/cycles_redecider.h"
#include "cycles/domain/tables.h"
#include "decider/dispatch.h"
#include "evidence/domain/evidence_redecider.h"
#include "plans/domain/errors.h"
#include "plans/domain/plans_decider.h"
#include "plans/domain/plans_redecider.h"
#include "plans/domain/policy.h"
#include "plans/domain/tables.h"
#include "runtime/envelope.h"
#include "runtime/moved_records.h"
#include "runtime/rerun.h"
#include "runtime/rows.h"
#include "runtime/state_as_of.h"
#include "throughline/plans/v1/plans_events.pb.h"

namespace throughline {

namespace {

using core::Instant;
using core::Result;

constexpr size_t kDistrictBytes = 256 << 20;
constexpr int kStepsBetweenProgress = 256;

const std::set<std::string, std::less<>> kDecidedAgain = {"overdue_alert_days",
                                                          "overdue_escalation_days",
                                                          "desired_growth_per_year",
                                                          "days_per_year",
                                                          "complete_coverage",
                                                          "sufficient_coverage",
                                                          "gap_widening",
                                                          "evidence_missing_days",
                                                          "struggling_percentile",
                                                          "smallest_cell",
                                                          "false_alarm_rate",
                                                          "effect_prior",
                                                          "norm_students",
                                                          "norm_schools",
                                                          "year_baseline_days",
                                                          "clarity_cycle_weeks",
                                                          "plan_review_days",
                                                          "coherence_fall"};
// By these plans are framed, and by no others: only then are they framed again.
const std::set<std::string, std::less<>> kFramesPlans = {"focused_priorities", "coherent_teams",
                                                         "aligned_priorities"};
// They say what people are to do, or how they are told.
const std::set<std::string, std::less<>> kNothingOfThese = {
    "cycle_days",         "analyze_days",    "design_days",      "implement_days",
    "refine_days",        "baseline_days",   "group_wait_s",     "cycles_per_school_review",
    "indicators_at_most", "unasked_removal", "group_interval_s", "repeat_interval_s",
    "first_followers"};
// Offers are made with their days, adoptions and erasures are what happened.
const std::set<std::string, std::less<>> kStays = {
    "offer_days", "offer_lapse_days", "maintenance_months", "identity_retention_years"};

Result<plans::v1::District> DistrictOf(runtime::RecordReader& log, const WhatIfQuestion& question) {
  const plans::PlansDecider plans;
  runtime::StateAsOf state(log, plans, question.until, question.district,
                           runtime::AlsoFolded::kBeneath, kDistrictBytes);
  const runtime::Rows rows(state, "plans", question.partitions);
  auto row = rows.Get(plans::kDistricts, question.district, question.district);
  if (!row) return core::Refuse(row.error());
  if (!*row) return core::Refuse(plans::DistrictUnknown(question.district));
  return **row;
}

// Of a district that is older than a field the default holds.
bool IsTodays(const common::v1::Policy& today, const common::v1::Policy& change) {
  common::v1::Policy before = plans::DefaultPolicy();
  before.MergeFrom(today);
  common::v1::Policy after = before;
  after.MergeFrom(change);
  return google::protobuf::util::MessageDifferencer::Equals(before, after);
}

// Those of the change that have this effect; one that is not known decides nothing here.
std::vector<std::string> FieldsOf(const common::v1::Policy& change, PolicyEffect effect) {
  std::vector<const google::protobuf::FieldDescriptor*> fields;
  change.GetReflection()->ListFields(change, &fields);
  std::vector<std::string> names;
  for (const auto* field : fields) {
    const auto known = PolicyEffectOf(field->name());
    if (known.value_or(PolicyEffect::kStays) == effect) names.push_back(field->json_name());
  }
  return names;
}

// How each school's plan was framed last, by school; of one without a plan in force nothing.
using Framings = std::map<std::string, plans::v1::PlanFraming>;

void Take(const google::protobuf::Message& event, Framings& into) {
  const auto* framed = decider::To<plans::v1::SitePlanFramed>(event);
  if (framed != nullptr) into[framed->framing().school()] = framed->framing();
}

// Where nothing was recorded, there were no framings yet.
std::vector<ReframedPlan> Compare(const Framings& recorded, const Framings& now) {
  std::vector<ReframedPlan> reframed;
  for (const auto& [school, before] : recorded) {
    const auto found = now.find(school);
    if (found == now.end() || found->second.framing() == before.framing()) continue;
    reframed.push_back({school, found->second.plan(), before.framing(), found->second.framing()});
  }
  return reframed;
}

bool MayReframePlans(const common::v1::Policy& change) {
  std::vector<const google::protobuf::FieldDescriptor*> fields;
  change.GetReflection()->ListFields(change, &fields);
  return std::any_of(fields.begin(), fields.end(),
                     [](const auto* field) { return kFramesPlans.contains(field->name()); });
}

std::shared_ptr<const google::protobuf::Message> MessageOf(const runtime::v1::Packed& event) {
  return runtime::ParseMessage(event.envelope().type(), event.value());
}

Instant TimeOf(const runtime::v1::Packed& event) {
  return core::FromMillis(event.envelope().time_ms());
}

Result<std::vector<ReframedPlan>> FramePlansAgain(runtime::RecordReader& log,
                                                  const WhatIfQuestion& question) {
  if (!MayReframePlans(question.change)) return std::vector<ReframedPlan>();
  Framings recorded, now;
  const plans::PlansRedecider rules(question.change);
  runtime::Rerun plans(log, rules,
                       {.partitions = question.partitions,
                        .subject = question.district,
                        .until = question.until,
                        .upstream = "",
                        .recorded =
                            [&](const runtime::v1::Packed& event) {
                              const auto message = MessageOf(event);
                              if (message) Take(*message, recorded);
                            },
                        .stands =
                            [&](const runtime::v1::Packed& event) {
                              const auto message = MessageOf(event);
                              if (!message) return;
                              Take(*message, recorded);
                              Take(*message, now);
                            }});
  while (true) {
    auto more = plans.Step();
    if (!more) return core::Refuse(more.error());
    for (const runtime::Conclusion& one : plans.TakeConclusions()) Take(*one.message, now);
    if (!*more) return Compare(recorded, now);
  }
}

Result<void> TakeAll(runtime::Rerun& evidence, runtime::Rerun& cycles) {
  for (const runtime::Conclusion& conclusion : evidence.TakeConclusions()) {
    if (auto taken = cycles.Take(conclusion); !taken) return taken;
  }
  return {};
}

}  // namespace

Result<WhatIfAnswer> AnswerWhatIf(runtime::RecordReader& log, const WhatIfQuestion& question,
                                  const std::function<void(int64_t events)>& progress) {
  auto district = DistrictOf(log, question);
  if (!district) return core::Refuse(district.error());
  common::v1::Policy policy = district->policy();
  policy.MergeFrom(question.change);
  if (auto wrong = plans::Check(policy)) return core::Refuse(*wrong);
  auto stands_until = runtime::MovedUntil(log, "cycles");
  if (!stands_until) return core::Refuse(stands_until.error());

  auto framings = FramePlansAgain(log, question);
  if (!framings) return core::Refuse(framings.error());
  AlertComparison comparison;
  const evidence::EvidenceRedecider evidence_rules(question.change, question.concealment);
  const cycles::CyclesRedecider cycles_rules(question.change);
  runtime::Rerun evidence(log, evidence_rules,
                          {.partitions = question.partitions,
                           .subject = question.district,
                           .until = question.until,
                           .upstream = "",
                           .recorded = {},
                           .stands = {}});
  const auto recorded = [&](const runtime::v1::Packed& event) {
    const auto message = MessageOf(event);
    if (message) comparison.Recorded(*message, TimeOf(event));
  };
  const auto stands = [&](const runtime::v1::Packed& event) {
    recorded(event);
    const auto message = MessageOf(event);
    if (message) comparison.Now(*message, TimeOf(event));
  };
  runtime::Rerun cycles(log, cycles_rules,
                        {.partitions = question.partitions,
                         .subject = question.district,
                         .until = question.until,
                         .upstream = "evidence",
                         .recorded = recorded,
                         .stands = stands});
  const auto compare = [&] {
    for (const runtime::Conclusion& conclusion : cycles.TakeConclusions()) {
      comparison.Now(*conclusion.message, conclusion.time);
    }
  };
  for (int steps = 0;; ++steps) {
    auto more = evidence.Step();
    if (!more) return core::Refuse(more.error());
    if (!*more) break;
    if (auto taken = TakeAll(evidence, cycles); !taken) return core::Refuse(taken.error());
    compare();
    if (steps % kStepsBetweenProgress == 0) progress(evidence.events() + cycles.events());
  }
  if (auto done = cycles.Finish(evidence.time()); !done) return core::Refuse(done.error());
  compare();
  return WhatIfAnswer{.time_zone = district->time_zone(),
                      .alerts = comparison.Judge(),
                      .framings = *std::move(framings),
                      .no_effect = FieldsOf(question.change, PolicyEffect::kNothingOfThese),
                      .not_decided_again = FieldsOf(question.change, PolicyEffect::kStays),
                      .stands_until = *stands_until,
                      .is_todays = IsTodays(district->policy(), question.change),
                      .events = evidence.events() + cycles.events()};
}

std::optional<PolicyEffect> PolicyEffectOf(std::string_view field) {
  if (kDecidedAgain.contains(field) || kFramesPlans.contains(field)) {
    return PolicyEffect::kDecidedAgain;
  }
  if (kNothingOfThese.contains(field)) return PolicyEffect::kNothingOfThese;
  if (kStays.contains(field)) return PolicyEffect::kStays;
  return std::nullopt;
}

namespace {

// What the review is about; nullopt when an alert tells of it, or the cadence opened it.
std::optional<cycles::v1::Condition> OfReviewAlone(const cycles::v1::Review& review) {
  const bool is_told = cycles::EffectOf(review.trigger()).raises_alert();
  if (is_told || review.trigger() == common::v1::TRIGGER_CADENCE) return std::nullopt;
  cycles::v1::Condition condition;
  condition.set_district(review.district());
  condition.set_school(review.school());
  condition.set_team(review.team());
  condition.set_cycle(review.cycle());
  condition.set_trigger(review.trigger());
  condition.set_indicator(review.indicator());
  condition.set_group(review.group());
  return condition;
}

}  // namespace

void AlertComparison::Take(const google::protobuf::Message& event, Instant time, ByKey& into) {
  if (const auto* opened = decider::To<cycles::v1::ReviewOpened>(event)) {
    const auto about = OfReviewAlone(opened->review());
    if (!about) return;
    into[{true, cycles::ConditionKey(*about)}].raised.push_back({time, *about});
  }
  if (const auto* cleared = decider::To<cycles::v1::ConditionCleared>(event)) {
    into[{false, cycles::ConditionKey(cleared->condition())}].holds = false;
  }
  const auto* raised = decider::To<cycles::v1::ConditionRaised>(event);
  if (raised == nullptr) return;
  History& history = into[{false, cycles::ConditionKey(raised->condition())}];
  // What is escalated is the same alert.
  if (!std::exchange(history.holds, true)) history.raised.push_back({time, raised->condition()});
}

void AlertComparison::Recorded(const google::protobuf::Message& event, Instant time) {
  Take(event, time, recorded_);
}

void AlertComparison::Now(const google::protobuf::Message& event, Instant time) {
  Take(event, time, now_);
}

std::vector<JudgedAlert> AlertComparison::Judge() const {
  static const History kNone;
  std::set<ByKey::key_type> keys;
  for (const ByKey* histories : {&recorded_, &now_}) {
    for (const auto& [key, history] : *histories) keys.insert(key);
  }
  const auto in = [](const ByKey& histories, const ByKey::key_type& key) -> const History& {
    const auto found = histories.find(key);
    return found == histories.end() ? kNone : found->second;
  };
  std::vector<JudgedAlert> judged;
  for (const auto& key : keys) {
    const std::vector<Raised>& before = in(recorded_, key).raised;
    const std::vector<Raised>& after = in(now_, key).raised;
    for (size_t i = 0; i < std::max(before.size(), after.size()); ++i) {
      JudgedAlert& alert = judged.emplace_back();
      alert.is_review = key.first;
      if (i < before.size()) alert.recorded = before[i].time;
      if (i < after.size()) alert.now = after[i].time;
      alert.condition = i < after.size() ? after[i].condition : before[i].condition;
      if (!alert.recorded) alert.fate = Fate::kComes;
      if (!alert.now) alert.fate = Fate::kGoes;
    }
  }
  std::stable_sort(judged.begin(), judged.end(),
                   [](const auto& one, const auto& other) { return one.time() < other.time(); });
  return judged;
}

}  // namespace throughline
