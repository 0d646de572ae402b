#include "notifications/domain/matcher.h"

#include <algorithm>

#include "core/ids.h"
#include "notifications/domain/errors.h"

namespace throughline::notifications {

bool Matches(const v1::Matcher& matcher, const v1::Alert& alert) {
  const auto& condition = alert.condition();
  const auto fits = [](const std::string& wanted, const std::string& has) {
    return wanted.empty() || wanted == has;
  };
  const bool kind =
      matcher.triggers().empty() || std::find(matcher.triggers().begin(), matcher.triggers().end(),
                                              condition.trigger()) != matcher.triggers().end();
  return kind && fits(matcher.school(), alert.school()) && fits(matcher.team(), condition.team()) &&
         fits(matcher.indicator(), condition.indicator());
}

std::optional<core::Error> Check(const v1::Matcher& matcher, const std::string& field) {
  const auto fine = [](const std::string& id) { return id.empty() || core::IsId(id); };
  if (!fine(matcher.school())) return IdInvalid(field + ".school");
  if (!fine(matcher.team())) return IdInvalid(field + ".team");
  if (!fine(matcher.indicator())) return IdInvalid(field + ".indicator");
  if (matcher.triggers_size() > 16) return TextTooLong(field + ".triggers", 16);
  return std::nullopt;
}

}  // namespace throughline::notifications
