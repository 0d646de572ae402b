#include "throughline/what_if_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <tuple>
#include <utility>

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

Json JsonOf(const std::vector<JudgedAlert>& alerts, const std::string& zone) {
  Json list = Json::array();
  for (const JudgedAlert& alert : alerts) list.push_back(JsonOf(alert, zone));
  return list;
}

struct Judged {
  std::vector<JudgedAlert> alerts, reviews;
};

Judged Split(std::vector<JudgedAlert> all) {
  Judged judged;
  for (JudgedAlert& one : all) {
    (one.is_review ? judged.reviews : judged.alerts).push_back(std::move(one));
  }
  return judged;
}

Counts CountAll(const std::vector<JudgedAlert>& alerts) {
  Counts all;
  for (const JudgedAlert& alert : alerts) all.Add(alert);
  return all;
}

std::string SentenceOf(const Counts& counts, const char* what) {
  return fmt::format("{} would stay, {} would come, {} would go.\n", Counted(counts.stay, what),
                     Counted(counts.come), Counted(counts.go));
}

// What the change does that this cannot say, or that it does not do.
void PrintWithoutEffect(const WhatIfAnswer& answer, std::ostream& out) {
  for (const std::string& field : answer.no_effect) {
    out << fmt::format(
        "{} says what people do, or how they are told: it changes no alert of the "
        "past.\n",
        field);
  }
  for (const std::string& field : answer.not_decided_again) {
    out << fmt::format(
        "{} is not decided again: what follows from it, such as the days of an offer, is taken as "
        "it was recorded, and so are alerts about that.\n",
        field);
  }
}

void PrintFramings(const std::vector<ReframedPlan>& framings, std::ostream& out) {
  if (framings.empty()) return;
  out << fmt::format("{} would be framed otherwise today.\n\n",
                     Counted(static_cast<int64_t>(framings.size()), "plan"));
  Table table({{"SCHOOL"}, {"PLAN"}, {"FRAMED"}, {"WOULD BE"}});
  for (const ReframedPlan& one : framings) {
    table.Add(
        {one.school, one.plan, throughline::WordOf(one.recorded), throughline::WordOf(one.now)});
  }
  table.Print(out, "");
}

Json JsonOf(const std::vector<ReframedPlan>& framings) {
  Json list = Json::array();
  for (const ReframedPlan& one : framings) {
    list.push_back({{"school", one.school},
                    {"plan", one.plan},
                    {"recorded", plans::v1::Framing_Name(one.recorded)},
                    {"now", plans::v1::Framing_Name(one.now)}});
  }
  return list;
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
  const Judged judged = Split(AlertsIn(answer, days));
  if (answer.is_todays) {
    out << "The district has this policy today: alerts differ only where it had another one "
           "before.\n";
  }
  out << SentenceOf(CountAll(judged.alerts), "alert");
  if (!judged.reviews.empty()) {
    out << "Of reviews that open without an alert: "
        << SentenceOf(CountAll(judged.reviews), "review");
  }
  PrintWithoutEffect(answer, out);
  if (answer.stands_until) {
    out << fmt::format(
        "Up to {} everything stands as it was recorded: the log was moved to another number of "
        "partitions, and is decided again from then on. To ask about the time before, ask a backup "
        "of then.\n",
        DistrictClock(answer.time_zone).Format(core::ToMillis(*answer.stands_until)));
  }
  PrintFramings(answer.framings, out);
  if (judged.alerts.empty() && judged.reviews.empty()) return;
  out << '\n';
  const auto week = [&](const JudgedAlert& alert) { return WeekOf(alert, answer.time_zone); };
  if (!judged.alerts.empty()) {
    PrintCounts("KIND AND LEVEL", CountBy(judged.alerts, KindOf), out);
    PrintCounts("SCHOOL AND TEAM", CountBy(judged.alerts, PlaceOf), out);
    PrintCounts("WEEK OF", CountBy(judged.alerts, week), out);
  }
  if (!judged.reviews.empty()) PrintCounts("REVIEWS", CountBy(judged.reviews, KindOf), out);
  const DistrictClock clock(answer.time_zone);
  Table table({{""}, {"RAISED"}, {"KIND"}, {"SCHOOL"}, {"TEAM"}, {"INDICATOR"}, {"GROUP"}});
  for (const auto* list : {&judged.alerts, &judged.reviews}) {
    for (const JudgedAlert& alert : *list) {
      if (alert.fate == Fate::kStays) continue;
      const cycles::v1::Condition& condition = alert.condition;
      table.Add({WordOf(alert.fate), clock.Format(core::ToMillis(alert.time())),
                 throughline::WordOf(condition.trigger()) + (alert.is_review ? ", review" : ""),
                 condition.school(), condition.team(), condition.indicator(), condition.group()});
    }
  }
  if (table.size() > 0) table.Print(out, "");
}

void PrintWhatIfJson(const WhatIfAnswer& answer, const WhatIfDays& days, std::ostream& out) {
  const Judged judged = Split(AlertsIn(answer, days));
  const Counts all = CountAll(judged.alerts), reviews = CountAll(judged.reviews);
  const auto week = [&](const JudgedAlert& alert) { return WeekOf(alert, answer.time_zone); };
  Json json = {{"stay", all.stay},
               {"come", all.come},
               {"go", all.go},
               {"isTodaysPolicy", answer.is_todays},
               {"withoutEffect", answer.no_effect},
               {"notDecidedAgain", answer.not_decided_again},
               {"byKindAndLevel", JsonOf(CountBy(judged.alerts, KindOf), "kindAndLevel")},
               {"byTeam", JsonOf(CountBy(judged.alerts, PlaceOf), "team")},
               {"byWeek", JsonOf(CountBy(judged.alerts, week), "week")},
               {"alerts", JsonOf(judged.alerts, answer.time_zone)},
               {"reviewsStay", reviews.stay},
               {"reviewsCome", reviews.come},
               {"reviewsGo", reviews.go},
               {"reviews", JsonOf(judged.reviews, answer.time_zone)},
               {"framings", JsonOf(answer.framings)}};
  if (answer.stands_until) json["standsUntil"] = core::FormatInstant(*answer.stands_until);
  out << json.dump(-1, ' ', false, Json::error_handler_t::replace) << '\n';
}

}  // namespace throughline
