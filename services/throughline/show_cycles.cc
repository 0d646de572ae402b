#include <fmt/format.h>

#include <algorithm>

#include "throughline/district_clock.h"
#include "throughline/formatting.h"
#include "throughline/show.h"
#include "throughline/table.h"

namespace throughline {

namespace {

using cycles::v1::CyclesService;

// "math short by growth, reading met by net effect".
std::string VerdictsOf(const cycles::v1::Cycle& cycle) {
  std::string text;
  for (const auto& impact : cycle.impacts()) {
    const bool is_net = impact.compared_effect() == cycles::v1::COMPARED_EFFECT_NET;
    text += fmt::format("{}{} {} by {}", text.empty() ? "" : ", ", impact.indicator(),
                        WordOf(impact.verdict()), is_net ? "net effect" : "growth");
  }
  return cycle.flagged() ? text + " (revised since)" : text;
}

// What the numbers of its indicators say; of several, each after its indicator.
std::string FindingsOf(const cycles::v1::Cycle& cycle) {
  std::string text;
  for (int i = 0; i < std::min(cycle.indicators_size(), cycle.findings_size()); ++i) {
    if (cycle.findings(i).empty()) continue;
    if (!text.empty()) text += ' ';
    if (cycle.indicators_size() > 1) text += cycle.indicators(i).indicator() + ": ";
    text += cycle.findings(i);
  }
  return text;
}

// The phase that is under way ends on this day.
std::string DueOf(const cycles::v1::Cycle& cycle) {
  for (const auto& due : cycle.due()) {
    if (due.phase() == cycle.state()) return due.date();
  }
  return "";
}

}  // namespace

Shown ShowCycles(Connection& connection, const ShowOptions& options, std::ostream& out) {
  cycles::v1::ListCyclesRequest request;
  request.set_district(options.district);
  request.set_school(options.school);
  request.set_team(options.team);
  request.set_as_of_ms(options.as_of_ms);
  request.set_state(static_cast<cycles::v1::CycleState>(
      ValueOf(*cycles::v1::CycleState_descriptor(), options.state)));
  const auto answer = CallPages(*connection.cycles, &CyclesService::Stub::ListCycles, request);
  return ShowAnswer(answer, options, out, [&](const auto& shown) {
    Table table({{"SCHOOL"},
                 {"TEAM"},
                 {"NO.", Side::kRight},
                 {"STATE"},
                 {"START"},
                 {"END"},
                 {"PHASE DUE"},
                 {"VERDICTS"},
                 {"FOUND"},
                 {"CYCLE"}});
    for (const auto& cycle : shown.cycles()) {
      table.Add({cycle.school(), cycle.team(), std::to_string(cycle.number()),
                 WordOf(cycle.state()), cycle.start(), cycle.end(), DueOf(cycle), VerdictsOf(cycle),
                 FindingsOf(cycle), cycle.cycle()});
    }
    table.Print(out, "There are no such cycles.");
  });
}

Shown ShowReviews(Connection& connection, const ShowOptions& options, std::ostream& out) {
  cycles::v1::ListReviewsRequest request;
  request.set_district(options.district);
  request.set_school(options.school);
  request.set_team(options.team);
  request.set_as_of_ms(options.as_of_ms);
  request.set_open_only(options.open_only);
  request.set_trigger(static_cast<common::v1::Trigger>(
      ValueOf(*common::v1::Trigger_descriptor(), options.trigger)));
  const auto answer = CallPages(*connection.cycles, &CyclesService::Stub::ListReviews, request);
  return ShowAnswer(answer, options, out, [&](const auto& shown) {
    const DistrictClock clock(options.time_zone);
    Table table(
        {{"OPENED"}, {"TRIGGER"}, {"SCHOOL"}, {"TEAM"}, {"ANSWER"}, {"REASON"}, {"REVIEW"}});
    for (const auto& review : shown.reviews()) {
      const bool open = review.answer() == cycles::v1::REVIEW_ANSWER_UNSPECIFIED;
      table.Add({clock.Format(review.opened_at_ms()), WordOf(review.trigger()),
                 SchoolCell(review.school()), TeamCell(review.school(), review.team()),
                 open ? "open" : WordOf(review.answer()), review.reason(), review.review()});
    }
    table.Print(out, "There are no such reviews.");
  });
}

}  // namespace throughline
