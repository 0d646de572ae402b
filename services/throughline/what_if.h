// A district's own history, decided again under another policy: which alerts, and reviews without
// an alert, come, go and stay, and which plans would be framed otherwise.
//
// What happened is taken as it was recorded: results, rosters, plans, cycles and their phases, also
// those that were reopened, offers, what teams answered. What the rules concluded from it is
// concluded anew, under the policy that the district had at each time but for what is changed, and
// held against what was recorded. What was moved to another number of partitions stands as it was
// recorded: there, history is decided again from the move on. Reads the log alone, beside whoever
// serves; writes nothing.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "evidence/domain/concealment.h"
#include "runtime/journal.h"
#include "throughline/common/v1/policy.pb.h"
#include "throughline/cycles/v1/cycles_events.pb.h"
#include "throughline/plans/v1/framing.pb.h"

namespace throughline {

enum class Fate { kStays, kComes, kGoes };

// One time that a condition began to hold of which an alert tells, or that a review was opened
// without one. Reviews that the cadence opens are none of these.
struct JudgedAlert {
  Fate fate = Fate::kStays;
  bool is_review = false;
  cycles::v1::Condition condition;        // as it is raised now; of one that goes, as it was
  std::optional<core::Instant> recorded;  // when it was raised; nullopt: it comes
  std::optional<core::Instant> now;       // when it is raised now; nullopt: it goes

  core::Instant time() const { return now ? *now : *recorded; }
};

// A school's plan in force that is framed otherwise at the end.
struct ReframedPlan {
  std::string school;
  std::string plan;
  plans::v1::Framing recorded = plans::v1::FRAMING_UNSPECIFIED;
  plans::v1::Framing now = plans::v1::FRAMING_UNSPECIFIED;
};

// What a field of the policy decides.
enum class PolicyEffect {
  kDecidedAgain,    // alerts, reviews or framings
  kNothingOfThese,  // what people are to do, or how they are told
  kStays,           // something that stays as it was recorded, and alerts that follow from that
};
// Of a field by its name in the proto; nullopt of one that is not known.
std::optional<PolicyEffect> PolicyEffectOf(std::string_view field);

struct WhatIfQuestion {
  std::string district;
  common::v1::Policy change;  // the fields that are set hold instead
  int32_t partitions = 24;
  core::Instant until;  // of what is recorded later nothing is looked at
  // Null: results that were recorded before ids were concealed stay as they are.
  std::shared_ptr<const evidence::Concealment> concealment = nullptr;
};

struct WhatIfAnswer {
  std::string time_zone;               // of the district
  std::vector<JudgedAlert> alerts;     // in order of time; reviews are among them
  std::vector<ReframedPlan> framings;  // in order of schools
  std::vector<std::string> no_effect;  // fields of the change that decide none of these
  // Fields of the change of which what follows stays as it was recorded: this does not say what
  // would have come of them.
  std::vector<std::string> not_decided_again;
  // The log was moved then, and what was until then stands as it was recorded; nullopt: it was not.
  std::optional<core::Instant> stands_until;
  bool is_todays = false;  // the district has the policy that was asked about
  int64_t events = 0;      // that were read
};

// DISTRICT_UNKNOWN; what plans refuse of a policy (POLICY_OUT_OF_RANGE …); errors of the log.
// `progress` is called again and again with the number of events read so far.
core::Result<WhatIfAnswer> AnswerWhatIf(runtime::RecordReader& log, const WhatIfQuestion& question,
                                        const std::function<void(int64_t events)>& progress);

// Holds what is raised or opened now against what was recorded. Of a condition that was raised
// several times the first is held against the first, and so on. Pure.
class AlertComparison {
 public:
  void Recorded(const google::protobuf::Message& event, core::Instant time);
  void Now(const google::protobuf::Message& event, core::Instant time);
  std::vector<JudgedAlert> Judge() const;

 private:
  struct Raised {
    core::Instant time;
    cycles::v1::Condition condition;
  };
  struct History {
    bool holds = false;
    std::vector<Raised> raised;
  };
  // Whether it is a review, and the key of its condition.
  using ByKey = std::map<std::pair<bool, std::string>, History>;
  static void Take(const google::protobuf::Message& event, core::Instant time, ByKey& into);
  ByKey recorded_, now_;
};

}  // namespace throughline
