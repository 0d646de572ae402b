#include "throughline/what_if_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <tuple>

#include "core/time_zone.h"
#include "throughline/district_clock.h"
#include "throughline/formatting.h"
#include "throughline/table.h"

namespace throughline {

namespace {

using Json = nlohmann::ordered_json;

struct Counts {
  int64_t stay = 0, come = 0, go = 0;

  void Add(const JudgedAlert& alert) {
    (alert.fate == Fate::kStays ? stay : alert.fate == Fate::kComes ? come : go) += 1;
  }
};

const char* WordOf(Fate fate) {
  switch (fate) {
    case Fate::kStays:
      return "stays";
    case Fate::kComes:
      return "comes";
    case Fate::kGoes:
      return "goes";
  }
  return "";
}

const char* LevelOf(const cycles::v1::Condition& condition) {
  if (!condition.team().empty()) return "team";
  return condition.school().empty() ? "district" : "school";
}

// Monday of the week in which it was raised, or is raised now.
std::string WeekOf(const JudgedAlert& alert, const std::string& zone) {
  const core::Date day = core::LocalDate(alert.time(), zone);
  return core::FormatDate(day - (std::chrono::weekday(day) - std::chrono::Monday));
}

template <class Group>
std::map<std::string, Counts> CountBy(const std::vector<JudgedAlert>& alerts, const Group& group) {
  std::map<std::string, Counts> counts;
  for (const JudgedAlert& alert : alerts) counts[group(alert)].Add(alert);
  return counts;
}

std::string KindOf(const JudgedAlert& alert) {
  return fmt::format("{}, {}", throughline::WordOf(alert.condition.trigger()),
                     LevelOf(alert.condition));
}

std::string PlaceOf(const JudgedAlert& alert) {
  const cycles::v1::Condition& condition = alert.condition;
  if (condition.school().empty()) return "(district)";
  return condition.school() + (condition.team().empty() ? "" : " " + condition.team());
}

void PrintCounts(const std::string& heading, const std::map<std::string, Counts>& counts,
                 std::ostream& out) {
  Table table({{heading}, {"STAY", Side::kRight}, {"COME", Side::kRight}, {"GO", Side::kRight}});
  for (const auto& [what, count] : counts) {
    table.Add({what, Counted(count.stay), Counted(count.come), Counted(count.go)});
  }
  table.Print(out, "");
  out << '\n';
}

Json JsonOf(const std::map<std::string, Counts>& counts, const char* what) {
  Json list = Json::array();
  for (const auto& [name, count] : counts) {
    list.push_back({{what, name}, {"stay", count.stay}, {"come", count.come}, {"go", count.go}});
  }
  return list;
}

Json JsonOf(const JudgedAlert& alert, const std::string& zone) {
  const cycles::v1::Condition& condition = alert.condition;
  Json json = {{"fate", WordOf(alert.fate)},
               {"trigger", common::v1::Trigger_Name(condition.trigger())},
               {"level", LevelOf(condition)},
               {"school", condition.school()},
               {"team", condition.team()},
               {"cycle", condition.cycle()},
               {"indicator", condition.indicator()},
               {"group", condition.group()},
               {"week", WeekOf(alert, zone)}};
  if (alert.recorded) json["recordedAt"] = core::FormatInstant(*alert.recorded);
  if (alert.now) json["nowAt"] = core::FormatInstant(*alert.now);
  return json;
}

Counts CountAll(const std::vector<JudgedAlert>& alerts) {
  Counts all;
  for (const JudgedAlert& alert : alerts) all.Add(alert);
  return all;
}

}  // namespace

std::vector<JudgedAlert> AlertsIn(const WhatIfAnswer& answer, const WhatIfDays& days) {
  std::vector<JudgedAlert> alerts;
  for (const JudgedAlert& alert : answer.alerts) {
    const core::Date day = core::LocalDate(alert.time(), answer.time_zone);
    if (days.from && day < *days.from) continue;
    if (days.to && day > *days.to) continue;
    alerts.push_back(alert);
  }
  return alerts;
}

void PrintWhatIf(const WhatIfAnswer& answer, const WhatIfDays& days, std::ostream& out) {
  const std::vector<JudgedAlert> alerts = AlertsIn(answer, days);
  const Counts all = CountAll(alerts);
  if (answer.is_todays) {
    out << "The district has this policy today: alerts differ only where it had another one "
           "before.\n";
  }
  out << fmt::format("{} would stay, {} would come, {} would go.\n", Counted(all.stay, "alert"),
                     Counted(all.come), Counted(all.go));
  for (const std::string& field : answer.no_effect) {
    out << fmt::format(
        "{} says what people do, or how they are told: it changes no alert of the "
        "past.\n",
        field);
  }
  if (alerts.empty()) return;
  out << '\n';
  PrintCounts("KIND AND LEVEL", CountBy(alerts, KindOf), out);
  PrintCounts("SCHOOL AND TEAM", CountBy(alerts, PlaceOf), out);
  const auto week = [&](const JudgedAlert& alert) { return WeekOf(alert, answer.time_zone); };
  PrintCounts("WEEK OF", CountBy(alerts, week), out);
  const DistrictClock clock(answer.time_zone);
  Table table({{""}, {"RAISED"}, {"KIND"}, {"SCHOOL"}, {"TEAM"}, {"INDICATOR"}, {"GROUP"}});
  for (const JudgedAlert& alert : alerts) {
    if (alert.fate == Fate::kStays) continue;
    const cycles::v1::Condition& condition = alert.condition;
    table.Add({WordOf(alert.fate), clock.Format(core::ToMillis(alert.time())),
               throughline::WordOf(condition.trigger()), condition.school(), condition.team(),
               condition.indicator(), condition.group()});
  }
  if (table.size() > 0) table.Print(out, "");
}

void PrintWhatIfJson(const WhatIfAnswer& answer, const WhatIfDays& days, std::ostream& out) {
  const std::vector<JudgedAlert> alerts = AlertsIn(answer, days);
  const Counts all = CountAll(alerts);
  const auto week = [&](const JudgedAlert& alert) { return WeekOf(alert, answer.time_zone); };
  Json list = Json::array();
  for (const JudgedAlert& alert : alerts) list.push_back(JsonOf(alert, answer.time_zone));
  const Json json = {{"stay", all.stay},
                     {"come", all.come},
                     {"go", all.go},
                     {"isTodaysPolicy", answer.is_todays},
                     {"withoutEffect", answer.no_effect},
                     {"byKindAndLevel", JsonOf(CountBy(alerts, KindOf), "kindAndLevel")},
                     {"byTeam", JsonOf(CountBy(alerts, PlaceOf), "team")},
                     {"byWeek", JsonOf(CountBy(alerts, week), "week")},
                     {"alerts", list}};
  out << json.dump(-1, ' ', false, Json::error_handler_t::replace) << '\n';
}

}  // namespace throughline
