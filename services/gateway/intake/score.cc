#include "gateway/intake/score.h"

#include <algorithm>
#include <cctype>

#include "gateway/intake/errors.h"

namespace throughline::gateway {

core::Result<void> SetScore(std::string_view text, std::string_view field,
                            evidence::v1::Result& result) {
  const auto score = core::Decimal::Parse(text);
  if (!score) return core::Refuse(ScoreInvalid(field));
  result.set_score_text(std::string(text));
  result.set_score(score->ToDouble());
  return {};
}

core::Result<void> SetScale(std::string_view lowest, std::string_view highest,
                            std::string_view field, evidence::v1::Result& result) {
  if (!core::Decimal::Parse(lowest) || !core::Decimal::Parse(highest)) {
    return core::Refuse(ScaleInvalid(field));
  }
  result.set_scale_min_text(std::string(lowest));
  result.set_scale_max_text(std::string(highest));
  return {};
}

std::optional<std::string> DecimalText(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  return NumberText(value);
}

std::optional<evidence::v1::ScoreStatus> ParseScoreStatus(std::string_view text) {
  constexpr std::pair<std::string_view, evidence::v1::ScoreStatus> kWords[] = {
      {"fully graded", evidence::v1::SCORE_STATUS_FULLY_GRADED},
      {"partially graded", evidence::v1::SCORE_STATUS_PARTIALLY_GRADED},
      {"submitted", evidence::v1::SCORE_STATUS_SUBMITTED},
      {"not submitted", evidence::v1::SCORE_STATUS_NOT_SUBMITTED},
      {"exempt", evidence::v1::SCORE_STATUS_EXEMPT}};
  const auto same = [](unsigned char a, unsigned char b) {
    return std::tolower(a) == std::tolower(b);
  };
  for (const auto& [word, status] : kWords) {
    if (std::equal(text.begin(), text.end(), word.begin(), word.end(), same)) return status;
  }
  return std::nullopt;
}

std::optional<core::Instant> ReadInstant(std::string_view text) {
  if (auto instant = core::ParseInstant(text)) return instant;
  if (text.size() < 5) return std::nullopt;
  const std::string_view offset = text.substr(text.size() - 5);
  const bool digits =
      std::all_of(offset.begin() + 1, offset.end(), [](char c) { return c >= '0' && c <= '9'; });
  if ((offset[0] != '+' && offset[0] != '-') || !digits) return std::nullopt;
  std::string with_colon(text.substr(0, text.size() - 2));
  with_colon += ':';
  with_colon += text.substr(text.size() - 2);
  return core::ParseInstant(with_colon);
}

}  // namespace throughline::gateway
