#include <fmt/format.h>

#include "throughline/formatting.h"
#include "throughline/show.h"
#include "throughline/table.h"

namespace throughline {

namespace {

using cycles::v1::PracticesService;

// "+0.31 (+0.02 to +0.60)".
std::string EffectOf(const cycles::v1::PracticeAssessment& known) {
  if (!known.has_pooled()) return "";
  const cycles::v1::PooledNetEffect& pooled = known.pooled();
  if (!pooled.has_low()) return fmt::format("{:+.2f}", pooled.effect());
  return fmt::format("{:+.2f} ({:+.2f} to {:+.2f})", pooled.effect(), pooled.low(), pooled.high());
}

std::string CountOf(bool there, int32_t count) { return there ? std::to_string(count) : ""; }

// "3, moderate"; empty where no cycle says anything.
std::string TierOf(cycles::v1::EssaTier tier) {
  if (tier == cycles::v1::ESSA_TIER_UNSPECIFIED) return "";
  return fmt::format("{}, {}", static_cast<int>(tier), WordOf(tier));
}

}  // namespace

Shown ShowPractices(Connection& connection, const ShowOptions& options, std::ostream& out) {
  cycles::v1::ListPracticesRequest request;
  request.set_district(options.district);
  request.set_used_in(options.school);
  request.set_indicator(options.indicator);
  request.set_as_of_ms(options.as_of_ms);
  request.set_standing(static_cast<cycles::v1::PracticeStanding>(
      ValueOf(*cycles::v1::PracticeStanding_descriptor(), options.state)));
  const auto answer =
      CallPages(*connection.practices, &PracticesService::Stub::ListPractices, request);
  return ShowAnswer(answer, options, out, [&](const auto& shown) {
    Table table({{"PRACTICE"},
                 {"STANDING"},
                 {"ESSA TIER"},
                 {"NET EFFECT, SD (95 %)"},
                 {"CYCLES", Side::kRight},
                 {"STUDENTS", Side::kRight},
                 {"TEAMS", Side::kRight},
                 {"SCHOOLS", Side::kRight},
                 {"ID"}});
    for (const auto& one : shown.practices()) {
      const cycles::v1::PracticeAssessment& known = one.assessment();
      table.Add({one.practice().name(), WordOf(known.standing()), TierOf(known.tier()),
                 EffectOf(known), CountOf(known.has_pooled(), known.pooled().cycles()),
                 CountOf(known.has_pooled(), known.pooled().students()),
                 std::to_string(known.teams()), std::to_string(known.schools()),
                 one.practice().practice()});
    }
    table.Print(out, "There are no such practices.");
  });
}

}  // namespace throughline
