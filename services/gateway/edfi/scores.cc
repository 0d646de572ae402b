#include "gateway/edfi/scores.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace throughline::gateway::edfi {

namespace {

constexpr size_t kDescriptorAtMost = 306;  // characters: 255 of a namespace, 50 of a code value
constexpr size_t kResultAtMost = 35;

constexpr std::array<std::string_view, 3> kNumbers = {"integer", "decimal", "percentage"};
// Methods whose numbers must not be averaged.
constexpr std::array<std::string_view, 7> kNeverCounted = {
    "percentile",        "rank",         "stanine", "standard error", "grade equivalent",
    "proficiency level", "mastery level"};
// Methods that are preferred, in this order.
constexpr std::array<std::string_view, 3> kPreferred = {"scale score", "raw score", "percent"};

bool Contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

size_t RankOf(const Score& score) {
  const std::string method = LowerCase(score.method);
  for (size_t i = 0; i < kPreferred.size(); ++i) {
    if (Contains(method, kPreferred[i])) return i;
  }
  return kPreferred.size();
}

std::string_view Trimmed(std::string_view text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front()))) {
    text.remove_prefix(1);
  }
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back()))) {
    text.remove_suffix(1);
  }
  return text;
}

// 85% is 85 on the scale of a percentage.
std::string NumberOf(const Score& score) {
  std::string_view text = Trimmed(score.value);
  if (LowerCase(score.kind) == "percentage" && text.ends_with('%')) {
    text = Trimmed(text.substr(0, text.size() - 1));
  }
  return std::string(text);
}

void Keep(const Score& score, evidence::v1::Result& result) {
  evidence::v1::KeptScore& kept = *result.add_kept();
  kept.set_method(score.method);
  kept.set_kind(score.kind);
  kept.set_value(score.value);
}

}  // namespace

std::string LowerCase(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) {
    return c < 0x80 ? static_cast<char>(std::tolower(c)) : static_cast<char>(c);
  });
  return lower;
}

std::string CodeValueOf(std::string_view descriptor) {
  const size_t mark = descriptor.find('#');
  const bool said = mark != std::string_view::npos && mark + 1 < descriptor.size();
  return std::string(said ? descriptor.substr(mark + 1) : descriptor);
}

bool IsNumber(const Score& score) {
  const std::string kind = LowerCase(score.kind), method = LowerCase(score.method);
  return std::find(kNumbers.begin(), kNumbers.end(), kind) != kNumbers.end() &&
         std::none_of(kNeverCounted.begin(), kNeverCounted.end(),
                      [&](std::string_view never) { return Contains(method, never); });
}

std::optional<size_t> Preferred(const std::vector<Score>& scores) {
  std::optional<size_t> best;
  for (size_t i = 0; i < scores.size(); ++i) {
    if (!IsNumber(scores[i])) continue;
    if (!best || RankOf(scores[i]) < RankOf(scores[*best])) best = i;
  }
  return best;
}

std::vector<Score> ReadScoreResults(const Fields& fields) {
  std::vector<Score> scores;
  fields.ForEach("scoreResults", [&](const Fields& item) {
    scores.push_back(
        {CodeValueOf(item.Required("assessmentReportingMethodDescriptor", kDescriptorAtMost)),
         CodeValueOf(item.Required("resultDatatypeTypeDescriptor", kDescriptorAtMost)),
         item.Required("result", kResultAtMost)});
  });
  return scores;
}

void SetScores(const Fields& fields, const std::vector<Score>& scores,
               evidence::v1::Result& result) {
  const auto counts = Preferred(scores);
  for (size_t i = 0; i < scores.size(); ++i) {
    if (i != counts) Keep(scores[i], result);
  }
  fields.ForEach("performanceLevels", [&](const Fields& item) {
    const bool met = !item.False("performanceLevelMet");
    Keep({CodeValueOf(item.Optional("assessmentReportingMethodDescriptor", kDescriptorAtMost)),
          met ? "Performance level" : "Performance level not met",
          CodeValueOf(item.Required("performanceLevelDescriptor", kDescriptorAtMost))},
         result);
  });
  if (counts) {
    result.set_score_text(NumberOf(scores[*counts]));
    result.set_score_status(evidence::v1::SCORE_STATUS_FULLY_GRADED);
  } else {
    result.set_score_status(evidence::v1::SCORE_STATUS_EXEMPT);
  }
}

}  // namespace throughline::gateway::edfi
