#include <fmt/format.h>

#include "throughline/formatting.h"
#include "throughline/show.h"
#include "throughline/table.h"

namespace throughline {

namespace {

using plans::v1::PlansService;

constexpr const char* kQuestions[] = {"priorities for learning",
                                      "measures of progress",
                                      "student success indicators",
                                      "high-yield practices",
                                      "evidence for feedback and supports",
                                      "timeframes"};

std::string QuestionOf(int number) {
  const bool known = number >= 1 && number <= static_cast<int>(std::size(kQuestions));
  return fmt::format("{}. {}", number, known ? kQuestions[number - 1] : "");
}

void PrintPlan(const plans::v1::GetSitePlanResponse& answer, std::ostream& out) {
  const plans::v1::SitePlan& plan = answer.plan();
  out << fmt::format("Plan {} of school {}, {}: {}, revision {}\n\n", plan.plan(), plan.school(),
                     plan.year(), WordOf(plan.state()), plan.revision());
  Table table({{"QUESTION"}, {"ANSWER"}, {"WHY"}, {"FIELD"}});
  for (const auto& check : answer.checks()) {
    const auto& findings = check.findings();
    const bool clean = findings.empty();
    table.Add({QuestionOf(check.question()), WordOf(check.completeness()),
               clean ? "" : findings[0].message(), clean ? "" : findings[0].field()});
    for (int i = 1; i < findings.size(); ++i) {
      table.Add({"", "", findings[i].message(), findings[i].field()});
    }
  }
  table.Print(out, "It has not been checked.");
  out << "\nCausal pathway: " << (answer.pathway().valid() ? "no broken link" : "broken") << '\n';
  for (const auto& link : answer.pathway().broken_links()) {
    out << "  " << link.field() << ": " << link.message() << '\n';
  }
  if (answer.framing().plan() == plan.plan()) {
    out << "\nFraming: " << WordOf(answer.framing().framing()) << '\n';
    for (const auto& move : answer.framing().moves()) out << "  " << move.message() << '\n';
  }
  if (answer.has_draft()) out << "\nThere is a draft of the next revision.\n";
}

std::string FedBy(const cycles::v1::MeasureStanding& measure) {
  return measure.assessment().empty() ? "indicator " + measure.indicator()
                                      : "assessment " + measure.assessment();
}

// Of an assessment in whole smallest cells.
std::string StudentsOf(const cycles::v1::MeasureStanding& measure) {
  if (!measure.has_students()) return "";
  return fmt::format("{}{}", measure.students(), measure.assessment().empty() ? "" : " or more");
}

Shown ShowOne(Connection& connection, const ShowOptions& options, std::ostream& out) {
  plans::v1::GetSitePlanRequest request;
  request.set_district(options.district);
  request.set_school(options.school);
  request.set_plan(options.plan);
  request.set_as_of_ms(options.as_of_ms);
  const auto answer = Call(*connection.plans, &PlansService::Stub::GetSitePlan, request);
  return ShowAnswer(answer, options, out, [&](const auto& shown) { PrintPlan(shown, out); });
}

}  // namespace

Shown ShowFramings(Connection& connection, const ShowOptions& options, std::ostream& out) {
  plans::v1::ListFramingsRequest request;
  request.set_district(options.district);
  request.set_as_of_ms(options.as_of_ms);
  const auto answer = CallPages(*connection.plans, &PlansService::Stub::ListFramings, request);
  return ShowAnswer(answer, options, out, [&](const auto& shown) {
    Table table({{"SCHOOL"}, {"PLAN"}, {"FRAMING"}, {"WHAT WOULD MOVE IT"}});
    for (const auto& framing : shown.framings()) {
      const auto& moves = framing.moves();
      table.Add({framing.school(), framing.plan(),
                 framing.plan().empty() ? "none" : WordOf(framing.framing()),
                 moves.empty() ? "" : moves[0].message()});
      for (int i = 1; i < moves.size(); ++i) table.Add({"", "", "", moves[i].message()});
    }
    table.Print(out, "The district has no schools yet.");
  });
}

Shown ShowMeasures(Connection& connection, const ShowOptions& options, std::ostream& out) {
  cycles::v1::ListMeasuresRequest request;
  request.set_district(options.district);
  request.set_school(options.school);
  request.set_as_of_ms(options.as_of_ms);
  const auto answer =
      Call(*connection.cycles, &cycles::v1::CyclesService::Stub::ListMeasures, request);
  return ShowAnswer(answer, options, out, [&](const auto& shown) {
    Table table({{"MEASURE"},
                 {"FED BY"},
                 {"BASELINE", Side::kRight},
                 {"NOW", Side::kRight},
                 {"LINE", Side::kRight},
                 {"TARGET", Side::kRight},
                 {"BY"},
                 {"ON PACE"},
                 {"STUDENTS", Side::kRight},
                 {"LATEST RESULT"}});
    const auto number = [](bool has, double value) {
      return has ? fmt::format("{:.1f}", value) : "";
    };
    for (const auto& one : shown.measures()) {
      table.Add({one.measure(), FedBy(one), number(one.has_baseline(), one.baseline()),
                 number(one.has_value(), one.value()), number(one.has_expected(), one.expected()),
                 number(one.has_target(), one.target()), one.date(),
                 one.has_on_pace() ? (one.on_pace() ? "yes" : "no") : "", StudentsOf(one),
                 one.latest_result()});
    }
    table.Print(out, "No indicator or assessment feeds a measure of a plan in force.");
    out << "In percent of scale.\n";
  });
}

Shown ShowPlan(Connection& connection, const ShowOptions& options, std::ostream& out) {
  if (!options.school.empty()) return ShowOne(connection, options, out);
  plans::v1::ListSitePlansRequest request;
  request.set_district(options.district);
  request.set_as_of_ms(options.as_of_ms);
  const auto answer = CallPages(*connection.plans, &PlansService::Stub::ListSitePlans, request);
  return ShowAnswer(answer, options, out, [&](const auto& shown) {
    Table table({{"SCHOOL"}, {"PLAN"}, {"YEAR"}, {"STATE"}, {"REVISION", Side::kRight}});
    for (const auto& plan : shown.plans()) {
      table.Add({plan.school(), plan.plan(), std::to_string(plan.year()), WordOf(plan.state()),
                 std::to_string(plan.revision())});
    }
    table.Print(out, "No school has a plan yet.");
  });
}

}  // namespace throughline
