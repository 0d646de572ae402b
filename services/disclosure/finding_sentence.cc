#include "disclosure/finding_sentence.h"

#include <fmt/format.h>

#include <cctype>

#include "disclosure/enum_words.h"
#include "disclosure/numbers_in_words.h"

namespace throughline::disclosure {

using common::v1::CycleEvidence;
using common::v1::GapEvidence;

namespace {

std::string Sentence(std::string words) {
  words[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(words[0])));
  return words + '.';
}

// What conditions and reviews have in common, as readers are shown it.
struct Found {
  common::v1::Trigger trigger;
  const std::string& group;  // as people call it
  const CycleEvidence& evidence;
  const GapEvidence& gap;
  std::optional<double> confidence;  // of its intervals; nullopt where nothing was tested
};

std::string GrowthSentence(const Found& found) {
  if (auto growth = GrowthInWords(found.evidence, found.confidence)) return Sentence(*growth);
  return fmt::format("Growth of {} is under what was desired by now.", kTooFew);
}

std::string YearSentence(const Found& found) {
  constexpr std::string_view kSince = "Since the beginning of the school year, ";
  if (auto growth = GrowthInWords(found.evidence, found.confidence)) {
    return fmt::format("{}{}.", kSince, *growth);
  }
  return fmt::format("{}growth of {} is under what was desired by now.", kSince, kTooFew);
}

std::string GapSentence(const Found& found) {
  if (auto gap = GapInWords(found.gap, found.group, found.confidence)) return *gap + '.';
  return fmt::format("The gap between {} and the others grew since the baseline, in numbers of {}.",
                     found.group, kTooFew);
}

// How many have a result, and how they changed where that is known.
std::string StandSentences(const Found& found, std::string_view before) {
  std::string said = Sentence(fmt::format("{}{}", before, CoverageInWords(found.evidence)));
  if (auto growth = GrowthInWords(found.evidence, found.confidence)) {
    return said + ' ' + Sentence(*growth);
  }
  if (found.evidence.absent() == common::v1::ABSENCE_REASON_NO_BASELINE) {
    said += " None of them has a baseline to compare it with.";
  }
  return said;
}

// Of a trigger that has no sentence of its own: its reason, and the growth that is known.
std::string ReasonSentence(const Found& found) {
  const auto* trigger = common::v1::Trigger_descriptor()->FindValueByNumber(found.trigger);
  const auto growth = GrowthInWords(found.evidence, found.confidence);
  if (trigger == nullptr || !growth) return "";
  const std::string& reason = trigger->options().GetExtension(common::v1::trigger_effect).reason();
  return reason.empty() ? "" : reason + ' ' + Sentence(*growth);
}

// Empty for what is not about numbers.
std::string NumbersSentence(const Found& found) {
  switch (found.trigger) {
    case common::v1::TRIGGER_OFF_TRACK:
      return GrowthSentence(found);
    case common::v1::TRIGGER_BEHIND_FOR_YEAR:
      return YearSentence(found);
    case common::v1::TRIGGER_GAP_WIDENED:
      return GapSentence(found);
    case common::v1::TRIGGER_EVIDENCE_COMPLETE:
      return StandSentences(found, "");
    case common::v1::TRIGGER_MID_CYCLE:
      return StandSentences(found, "half of the cycle has passed: ");
    default:
      return ReasonSentence(found);
  }
}

std::string StrugglingSentence(const cycles::v1::Condition& condition) {
  constexpr std::string_view kAre = "are under the district's cut for the second window in a row";
  if (condition.has_students()) return fmt::format("{} students {}.", condition.students(), kAre);
  return fmt::format("Students {}; how many may not be shown.", kAre);
}

std::string MissingSentence(const cycles::v1::Condition& condition) {
  const std::string ends =
      condition.due().empty() ? "soon" : fmt::format("on {}", DayInWords(condition.due()));
  return fmt::format("Implement ends {}, and {}.", ends, CoverageInWords(condition.evidence()));
}

// "the net effect on 28 matched students, beside 140 of 6 teams that use none of its practices, is
// +0.31 SD (95 %: +0.02 to +0.60)": no full stop. nullopt when none is shown.
std::optional<std::string> NetEffectInWords(const cycles::v1::NetEffect& net) {
  if (!net.has_effect()) return std::nullopt;
  return fmt::format(
      "the net effect on {} matched students, beside {} of {} teams that use none of its "
      "practices, "
      "is {} SD (95 %: {} to {})",
      net.students(), net.compared_students(), net.compared_teams(), Signed(net.effect(), 2),
      Signed(net.effect_low(), 2), Signed(net.effect_high(), 2));
}

// Of what was recorded before it said so much, the reason as it was recorded.
std::string RevisedSentence(const cycles::v1::Condition& condition) {
  if (condition.verdict_after() == cycles::v1::VERDICT_UNSPECIFIED) return condition.reason();
  if (condition.verdict_after() == condition.verdict_before()) {
    return fmt::format("The impact of a closed cycle is {} again.",
                       WordOf(condition.verdict_after()));
  }
  std::string said =
      fmt::format("A correction moved the impact of a closed cycle from {} to {}",
                  WordOf(condition.verdict_before()), WordOf(condition.verdict_after()));
  const bool is_net = condition.compared_effect() == cycles::v1::COMPARED_EFFECT_NET;
  const auto effect =
      is_net ? NetEffectInWords(condition.net_effect()) : EffectInWords(condition.evidence());
  if (effect) {
    said += fmt::format(": {}, and {} SD was predicted", *effect,
                        Signed(condition.predicted_effect(), 2));
  } else {
    said += fmt::format(", with numbers of {}", kTooFew);
  }
  return said + '.';
}

std::string OverdueSentence(const cycles::v1::Condition& condition) {
  if (condition.due().empty()) return condition.reason();
  if (!condition.plan().empty()) {
    return fmt::format("The review of plan {} was due on {} and has not been answered.",
                       condition.plan(), DayInWords(condition.due()));
  }
  return fmt::format("The phase {} was due on {} and has not ended.", WordOf(condition.phase()),
                     DayInWords(condition.due()));
}

// "+0.31 SD (95 %: +0.02 to +0.60) beyond teams without it, over 4 cycles of 3 teams with 82
// students".
std::string NetEffectInWords(const cycles::v1::PooledNetEffect& pooled) {
  const std::string interval =
      pooled.has_low()
          ? fmt::format(" (95 %: {} to {})", Signed(pooled.low(), 2), Signed(pooled.high(), 2))
          : "";
  return fmt::format("{} SD{} beyond teams without it, over {} cycles of {} teams with {} students",
                     Signed(pooled.effect(), 2), interval, pooled.cycles(), pooled.teams(),
                     pooled.students());
}

std::string PracticeSentence(const cycles::v1::Condition& condition) {
  const cycles::v1::PracticeFinding& practice = condition.practice();
  const cycles::v1::PracticeAssessment& now = practice.assessment();
  const bool is_less = now.standing() != cycles::v1::PRACTICE_STANDING_PROMISING &&
                       now.standing() != cycles::v1::PRACTICE_STANDING_PROVEN;
  std::string said =
      fmt::format("The practice \"{}\" is {} {}", practice.name(), is_less ? "no longer" : "now",
                  WordOf(is_less ? practice.before() : now.standing()));
  if (now.has_pooled()) said += ": " + NetEffectInWords(now.pooled());
  return said + '.';
}

std::string WithoutNames(const cycles::v1::Condition& condition, const std::string& group) {
  switch (condition.trigger()) {
    case common::v1::TRIGGER_STRUGGLING:
      return StrugglingSentence(condition);
    case common::v1::TRIGGER_EVIDENCE_MISSING:
      return MissingSentence(condition);
    case common::v1::TRIGGER_REVISED_EVIDENCE:
      return RevisedSentence(condition);
    case common::v1::TRIGGER_OVERDUE:
      return OverdueSentence(condition);
    case common::v1::TRIGGER_PRACTICE_STANDING:
      return PracticeSentence(condition);
    default:
      break;
  }
  std::string said = NumbersSentence({condition.trigger(), group, condition.evidence(),
                                      condition.gap(), ConfidenceOf(condition.test())});
  return said.empty() ? condition.reason() : said;
}

// "Grade 4 on close reading: " of a condition or a review; what has no other name than its id is
// beside the sentence by that.
template <class Finding, class Names>
std::string About(const Finding& finding, const Names& names) {
  const std::string team = names.team() == finding.team() ? "" : names.team();
  const std::string indicator = names.indicator() == finding.indicator() ? "" : names.indicator();
  if (team.empty() && indicator.empty()) return "";
  if (team.empty() || indicator.empty()) return fmt::format("{}{}: ", team, indicator);
  return fmt::format("{} on {}: ", team, indicator);
}

}  // namespace

std::string FindingSentence(const cycles::v1::Condition& condition,
                            const notifications::v1::AlertNames& names) {
  const std::string about = About(condition, names);
  std::string said =
      WithoutNames(condition, names.group().empty() ? condition.group() : names.group());
  // A reason that is as it was recorded may have been said with names before.
  return said.starts_with(about) ? said : about + said;
}

std::string FindingSentence(const cycles::v1::Review& review) {
  const std::string about = About(review, review.names());
  std::string said = NumbersSentence({review.trigger(), review.group(), review.evidence(),
                                      review.gap(), ConfidenceOf(review.test())});
  if (said.empty()) said = review.reason();
  return said.starts_with(about) ? said : about + said;
}

namespace {

// The growth effect of a closed cycle, or why there is none to be shown.
std::string EffectOrWhyNot(const CycleEvidence& numbers) {
  if (auto effect = EffectInWords(numbers)) return *std::move(effect);
  if (numbers.absent() == common::v1::ABSENCE_REASON_NO_RESULTS) {
    return "no student has a result in the window";
  }
  if (numbers.absent() == common::v1::ABSENCE_REASON_NO_BASELINE) {
    return "no student has a baseline to compare a result with";
  }
  return fmt::format("the growth effect is of {}", kTooFew);
}

// "Met: the net effect … is +0.31 SD (…), and +0.30 SD was predicted; the growth effect on 28
// matched students is +0.42 SD (…)." Without a comparison, growth alone.
std::string ImpactSentence(const cycles::v1::Impact& impact) {
  const std::string verdict = WordOf(impact.verdict());
  const std::string predicted = Signed(impact.predicted_effect(), 2);
  const std::string growth = EffectOrWhyNot(impact.evidence());
  if (impact.compared_effect() != cycles::v1::COMPARED_EFFECT_NET) {
    return Sentence(fmt::format("{}: {}, and {} SD was predicted", verdict, growth, predicted));
  }
  const std::string net = NetEffectInWords(impact.net_effect())
                              .value_or(fmt::format("the net effect is of {}", kTooFew));
  return Sentence(
      fmt::format("{}: {}, and {} SD was predicted; {}", verdict, net, predicted, growth));
}

}  // namespace

std::string FindingSentence(const cycles::v1::Cycle& cycle, int indicator) {
  const std::string& id = cycle.indicators(indicator).indicator();
  for (const cycles::v1::Impact& impact : cycle.impacts()) {
    if (impact.indicator() == id) return ImpactSentence(impact);
  }
  if (indicator >= cycle.evidence_size()) return "";
  const CycleEvidence& numbers = cycle.evidence(indicator);
  if (auto growth = GrowthInWords(numbers, std::nullopt)) return Sentence(*growth);
  return Sentence(CoverageInWords(numbers));
}

}  // namespace throughline::disclosure
