#include "gateway/edfi/scores.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <set>
#include <tuple>
#include <utility>

namespace throughline::gateway::edfi {

namespace {

constexpr size_t kResultAtMost = 35;

constexpr std::array<std::string_view, 3> kNumbers = {"integer", "decimal", "percentage"};
// Methods whose numbers must not be averaged.
constexpr std::array<std::string_view, 7> kNeverCounted = {
    "percentile",        "rank",         "stanine", "standard error", "grade equivalent",
    "proficiency level", "mastery level"};
// Methods that are preferred, in this order.
constexpr std::array<std::string_view, 3> kPreferred = {"scale score", "raw score", "percent"};

// What a score is compared with, by whatever method: never the score of a student.
constexpr std::array<std::string_view, 12> kComparedWith = {
    "grade level", "on grade",  "benchmark", "threshold", "cut score", "target",
    "goal",        "projected", "predicted", "expected",  "growth",    "norm"};
constexpr std::array<std::string_view, 3> kOverall = {"overall", "composite", "total"};

bool Contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

template <size_t N>
bool ContainsAny(std::string_view text, const std::array<std::string_view, N>& parts) {
  return std::any_of(parts.begin(), parts.end(),
                     [&](std::string_view part) { return Contains(text, part); });
}

size_t RankOf(const std::string& method) {
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

void SetKept(const Score& score, evidence::v1::KeptScore& kept) {
  kept.set_method(score.method);
  kept.set_kind(score.kind);
  kept.set_value(score.value);
}

// Less is preferred. It says nothing of where a score stands in its document.
auto PreferenceOf(const Score& score) {
  std::string method = LowerCase(score.method);
  const bool compared = ContainsAny(method, kComparedWith);
  const bool partial = !ContainsAny(method, kOverall);
  return std::make_tuple(compared, RankOf(method), partial, method.size(), std::move(method),
                         LowerCase(score.descriptor), score.value);
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
         !ContainsAny(method, kNeverCounted);
}

std::vector<size_t> InOrderOfPreference(const std::vector<Score>& scores) {
  std::vector<size_t> numbers;
  for (size_t i = 0; i < scores.size(); ++i) {
    if (IsNumber(scores[i])) numbers.push_back(i);
  }
  std::sort(numbers.begin(), numbers.end(),
            [&](size_t a, size_t b) { return PreferenceOf(scores[a]) < PreferenceOf(scores[b]); });
  return numbers;
}

std::vector<Score> ReadScoreResults(const Fields& fields) {
  std::vector<Score> scores;
  std::set<std::string> seen;
  fields.ForEach("scoreResults", [&](const Fields& item) {
    Score score;
    score.descriptor = item.Required("assessmentReportingMethodDescriptor", kDescriptorAtMost);
    score.method = CodeValueOf(score.descriptor);
    score.kind = CodeValueOf(item.Required("resultDatatypeTypeDescriptor", kDescriptorAtMost));
    score.value = item.Required("result", kResultAtMost);
    if (!score.descriptor.empty() && !seen.insert(LowerCase(score.descriptor)).second) {
      item.Fault("assessmentReportingMethodDescriptor", "The method is there twice.");
    }
    scores.push_back(std::move(score));
  });
  return scores;
}

void SetScores(const Fields& fields, const std::vector<Score>& scores,
               const AssessmentOf& assessment_of, evidence::v1::Result& result) {
  const std::vector<size_t> numbers = InOrderOfPreference(scores);
  for (size_t i = 0; i < scores.size(); ++i) {
    if (std::find(numbers.begin(), numbers.end(), i) == numbers.end()) {
      SetKept(scores[i], *result.add_kept());
    }
  }
  fields.ForEach("performanceLevels", [&](const Fields& item) {
    const bool met = !item.False("performanceLevelMet");
    SetKept({CodeValueOf(item.Optional("assessmentReportingMethodDescriptor", kDescriptorAtMost)),
             met ? "Performance level" : "Performance level not met",
             CodeValueOf(item.Required("performanceLevelDescriptor", kDescriptorAtMost))},
            *result.add_kept());
  });
  if (numbers.empty()) return result.set_assessment(assessment_of(""));
  const Score& counts = scores[numbers.front()];
  result.set_assessment(assessment_of(counts.method));
  result.set_whole_assessment(assessment_of(""));
  result.set_score_text(NumberOf(counts));
  result.set_score_status(evidence::v1::SCORE_STATUS_FULLY_GRADED);
  for (size_t i = 1; i < numbers.size(); ++i) {
    const Score& score = scores[numbers[i]];
    evidence::v1::OtherScore& other = *result.add_others();
    other.set_assessment(assessment_of(score.method));
    other.set_score_text(NumberOf(score));
    SetKept(score, *other.mutable_as_kept());
  }
  if (numbers.size() > 1) SetKept(counts, *result.mutable_as_kept());
}

}  // namespace throughline::gateway::edfi
