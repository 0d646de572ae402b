#include <google/protobuf/util/json_util.h>

#include <iostream>

#include "runtime/clock.h"
#include "throughline/as_of.h"
#include "throughline/command_line.h"
#include "throughline/commands.h"
#include "throughline/district_clock.h"
#include "throughline/formatting.h"
#include "throughline/show.h"

namespace throughline {

namespace {

// Which options a thing to show has, beyond those that all have.
struct Filters {
  bool school = false, team = false, cycle = false;
  bool as_of = true;
  bool on_record = false;  // that it was shown is put on record
};

int RunShow(ShowFunction show, ShowOptions options) {
  auto connection = Connection::Open(options.connection);
  if (!connection) return Fail(connection.error());
  // A district that does not exist is a mistake to be told of, not a list with nothing in it.
  plans::v1::GetDistrictRequest request;
  request.set_district(options.district);
  auto answer = Call(*connection->plans, &plans::v1::PlansService::Stub::GetDistrict, request);
  if (!answer) return Fail(answer.error());
  options.time_zone = answer->district().time_zone();
  if (options.as_of) {
    auto moment = AsOf(*options.as_of, options.time_zone, runtime::SystemClock().Now());
    if (!moment) return Fail(moment.error());
    options.as_of_ms = *moment;
  }
  auto shown = CheckPlaces(*connection, options);
  if (shown) shown = show(*connection, options, std::cout);
  std::cout.flush();
  if (shown) return kDone;
  core::Error refused = shown.error();
  refused.message = DistrictClock(options.time_zone).Localized(refused.message);
  return Fail(refused);
}

// Adds one thing to show; its own options go to what `options` points at.
CLI::App& AddThing(CommandLine& line, CLI::App& show, const std::string& name,
                   const std::string& description, ShowFunction function, Filters filters,
                   const std::shared_ptr<ShowOptions>& options) {
  CLI::App& app = line.AddTo(show, name, description,
                             "  throughline show " + name + " --district lakeside --data ./data",
                             [function, options] { return RunShow(function, *options); });
  AddDistrict(app, options->district);
  options->connection.must_exist = true;
  options->connection.only_reads = !filters.on_record;
  AddConnection(app, options->connection);
  if (filters.school) {
    app.add_option("--school", options->school, "Only this school")->type_name("ID");
  }
  if (filters.team) app.add_option("--team", options->team, "Only this team")->type_name("ID");
  if (filters.cycle) app.add_option("--cycle", options->cycle, "Only this cycle")->type_name("ID");
  if (filters.as_of) {
    app.add_option("--as-of", options->as_of,
                   "As it stood at this moment: a day of the district, which means its end, or a "
                   "time, such as 2026-10-01T12:00")
        ->type_name("TIME");
  }
  app.add_flag("--json", options->json, "Prints the response as JSON (proto3)");
  return app;
}

void AddTrigger(CLI::App& app, ShowOptions& options) {
  app.add_option("--trigger", options.trigger, "Only of this kind")
      ->check(CLI::IsMember(WordsOf(*common::v1::Trigger_descriptor())))
      ->type_name("KIND");
}

void AddRunCharts(CommandLine& line, CLI::App& show) {
  auto options = std::make_shared<ShowOptions>();
  CLI::App& chart = AddThing(line, show, "run-chart",
                             "Whether an indicator improves: week by week over a school year",
                             ShowRunChart, {true, true}, options);
  chart.get_option("--school")->required()->description("The school");
  chart.get_option("--team")->description("Of this team; otherwise of all students of the school");
  chart.add_option("--indicator", options->indicator, "The indicator")->required()->type_name("ID");
  chart
      .add_option("--year", options->year,
                  "The calendar year in which the school year begins; otherwise that of today")
      ->type_name("YEAR");
  chart.footer(
      "Example:\n  throughline show run-chart --district lakeside --school north --team grade-3 "
      "--indicator close-reading --data ./data");
  auto classes = std::make_shared<ShowOptions>();
  CLI::App& of_classes = AddThing(line, show, "class-run-charts",
                                  "The run charts of the classes of a team, week by week",
                                  ShowClassRunCharts, {true, true}, classes);
  of_classes.get_option("--school")->required()->description("The school");
  of_classes.get_option("--team")->required()->description("The team");
  of_classes.add_option("--indicator", classes->indicator, "The indicator")
      ->required()
      ->type_name("ID");
  auto trends = std::make_shared<ShowOptions>();
  AddThing(line, show, "gap-trends",
           "How the gap between each group and the others of its team went from window to window",
           ShowGapTrends, {true, true}, trends)
      .add_option("--indicator", trends->indicator, "Only on this indicator")
      ->type_name("ID");
  auto funnel = std::make_shared<ShowOptions>();
  AddThing(
      line, show, "funnel",
      "Which schools differ by more than chance in how many students have a result, and in how "
      "many are proficient",
      ShowFunnel, {}, funnel)
      .add_option("--indicator", funnel->indicator, "Only on this indicator")
      ->type_name("ID");
}

void AddEvidence(CommandLine& line, CLI::App& show) {
  const auto options = [] { return std::make_shared<ShowOptions>(); };
  auto variance = options();
  CLI::App& app =
      AddThing(line, show, "variance",
               "How much of an assessment's variance is among students, classes, schools",
               ShowVariance, {}, variance);
  app.add_option("--assessment", variance->assessment,
                 "Id of the assessment; `throughline show assessments` lists them")
      ->required()
      ->type_name("ID");
  app.footer(
      "Example:\n  throughline show variance --district star --assessment k-reading "
      "--data ./data");
  AddThing(line, show, "growth", "Growth of teams on their indicators, cycle by cycle", ShowGrowth,
           {true, true, true}, options());
  AddThing(line, show, "gaps", "Gaps between student groups and the others, cycle by cycle",
           ShowGaps, {true, true, true}, options());
  AddThing(line, show, "coverage", "How many students of the open cycles have a result",
           ShowCoverage, {true, true}, options());
  AddThing(line, show, "assessments", "The assessments of a district", ShowAssessments, {},
           options());
  AddThing(line, show, "results", "How many results were pushed, by what became of them",
           ShowResults, {.as_of = false}, options());
  AddThing(line, show, "quarantine", "Results that were set aside, and why", ShowQuarantine,
           {.school = true, .as_of = false}, options());
  AddThing(line, show, "erasures", "Certificates of students who were erased", ShowErasures,
           {.as_of = false}, options());
}

// What may be shown of students to those who may know them. It is put on record that they were.
CLI::App& AddStudentThing(CommandLine& line, CLI::App& show, const std::string& name,
                          const std::string& description, ShowFunction function,
                          const std::shared_ptr<ShowOptions>& options) {
  CLI::App& app =
      AddThing(line, show, name, description, function,
               {.school = true, .team = true, .as_of = false, .on_record = true}, options);
  app.get_option("--school")->required()->description("Their school");
  app.add_option("--purpose", options->purpose,
                 "Why, 10 to 500 characters; whoever teaches them may leave it out")
      ->type_name("TEXT");
  return app;
}

void AddStudents(CommandLine& line, CLI::App& show) {
  auto students = std::make_shared<ShowOptions>();
  CLI::App& app = AddStudentThing(
      line, show, "students", "Students by name, for those who teach them", ShowStudents, students);
  app.add_option("--question", students->question, "What is asked about them")
      ->check(CLI::IsMember(WordsOf(*evidence::v1::StudentQuestion_descriptor())))
      ->capture_default_str()
      ->type_name("QUESTION");
  app.add_option("--class", students->class_id, "Only of this class")->type_name("ID");
  app.add_option("--indicator", students->indicator, "Only on this indicator")->type_name("ID");
  app.footer(
      "Examples:\n  throughline show students --district lakeside --school north --team grade-3 "
      "--connect HOST:PORT\n  throughline show students --district lakeside --school north "
      "--question without-result \\\n    --purpose \"absences before the unit test\" --data "
      "./data");
  auto student = std::make_shared<ShowOptions>();
  CLI::App& one = AddStudentThing(
      line, show, "student", "One student by name, with their own results", ShowStudent, student);
  one.add_option("--student", student->student, "The SIS's id of the student")
      ->required()
      ->type_name("ID");
  one.footer(
      "Example:\n  throughline show student --district lakeside --school north --team grade-3 "
      "--student 604821 --connect HOST:PORT");
}

void AddCycles(CommandLine& line, CLI::App& show) {
  auto cycles = std::make_shared<ShowOptions>();
  AddThing(line, show, "cycles", "Inquiry cycles of teams, with their verdicts", ShowCycles,
           {true, true}, cycles)
      .add_option("--state", cycles->state, "Only in this state")
      ->check(CLI::IsMember(WordsOf(*cycles::v1::CycleState_descriptor())))
      ->type_name("STATE");
  auto reviews = std::make_shared<ShowOptions>();
  CLI::App& app = AddThing(line, show, "reviews", "Reviews that teams and schools were asked for",
                           ShowReviews, {true, true}, reviews);
  AddTrigger(app, *reviews);
  app.add_flag("--open", reviews->open_only, "Only those not answered yet");
}

void AddHistory(CommandLine& line, CLI::App& show) {
  auto options = std::make_shared<ShowOptions>();
  CLI::App& app = AddThing(line, show, "history",
                           "What happened to a cycle, a plan or whatever else: when, who did it, "
                           "and what changed",
                           ShowHistory, {.school = true, .team = true, .as_of = false}, options);
  app.get_option("--school")->description("The school that it is of; left out of a district's");
  app.get_option("--team")->description("The team that it is of; for progressions and adoptions");
  app.add_option("--of", options->of, "What it is the history of")
      ->required()
      ->check(CLI::IsMember(WordsOf(*common::v1::Aggregate_descriptor())))
      ->type_name("WHAT");
  app.add_option("--id", options->id, "Its id; left out of a district, school or team")
      ->type_name("ID");
}

void AddVisits(CommandLine& line, CLI::App& show) {
  auto options = std::make_shared<ShowOptions>();
  CLI::App& app = AddThing(line, show, "visits",
                           "Visits of schools to each other, with what was seen and agreed on",
                           ShowVisits, {true}, options);
  app.get_option("--school")->description("Only visits to this school, or with people from it");
  app.add_option("--state", options->state, "Only in this state")
      ->check(CLI::IsMember(WordsOf(*cycles::v1::VisitState_descriptor())))
      ->type_name("STATE");
}

void AddPractices(CommandLine& line, CLI::App& show) {
  auto practices = std::make_shared<ShowOptions>();
  CLI::App& app = AddThing(line, show, "practices",
                           "Practices of the district's library: who uses them, and what they do",
                           ShowPractices, {true}, practices);
  app.add_option("--standing", practices->state, "Only of this standing")
      ->check(CLI::IsMember(WordsOf(*cycles::v1::PracticeStanding_descriptor())))
      ->type_name("STANDING");
  app.add_option("--indicator", practices->indicator, "Only those that serve this indicator")
      ->type_name("ID");
}

void AddOffers(CommandLine& line, CLI::App& show) {
  AddThing(line, show, "challenges", "Problems and challenges that several teams work on at once",
           ShowChallenges, {true, true}, std::make_shared<ShowOptions>());
  auto offers = std::make_shared<ShowOptions>();
  CLI::App& app = AddThing(line, show, "offers",
                           "Practices, and other teams to learn from, that teams are offered",
                           ShowOffers, {true, true}, offers);
  app.add_option("--state", offers->state, "Only in this state")
      ->check(CLI::IsMember(WordsOf(*cycles::v1::OfferState_descriptor())))
      ->type_name("STATE");
  auto waves = std::make_shared<ShowOptions>();
  AddThing(line, show, "waves", "Draws of who begins with a practice when", ShowWaves, {}, waves)
      .add_option("--state", waves->state, "Only in this state")
      ->check(CLI::IsMember(WordsOf(*cycles::v1::WaveState_descriptor())))
      ->type_name("STATE");
}

void AddQuestions(CommandLine& line, CLI::App& show) {
  CLI::App& app = AddThing(line, show, "questions",
                           "The four questions on one page: who struggles most, what the causes "
                           "are, what works, and whether it reaches everybody",
                           ShowQuestions, {true}, std::make_shared<ShowOptions>());
  app.get_option("--school")->description("Of this school; otherwise of the district");
}

void AddAlerts(CommandLine& line, CLI::App& show) {
  auto options = std::make_shared<ShowOptions>();
  CLI::App& app = AddThing(line, show, "alerts", "Alerts; with --explain, the causes of one",
                           ShowAlerts, {true}, options);
  AddTrigger(app, *options);
  app.add_flag("--open", options->open_only, "Only those not resolved yet");
  app.add_option("--level", options->level, "Only those that concern teams, schools, the district")
      ->check(CLI::IsMember(WordsOf(*common::v1::Level_descriptor())))
      ->type_name("LEVEL");
  app.add_option("--explain", options->explain,
                 "The chain of causes of this alert, from what came in to the alert")
      ->excludes(app.get_option("--as-of"))
      ->type_name("ID");
}

void AddPlans(CommandLine& line, CLI::App& show) {
  auto options = std::make_shared<ShowOptions>();
  CLI::App& app = AddThing(line, show, "plan",
                           "The site plans of a district; with --school, one with its checks",
                           ShowPlan, {true}, options);
  CLI::Option& school = *app.get_option("--school");
  app.add_option("--plan", options->plan, "Of that school, this plan; otherwise its latest")
      ->needs(&school)
      ->type_name("ID");
  auto measures = std::make_shared<ShowOptions>();
  AddThing(line, show, "measures",
           "Where the measures of a school's plan stand, beside target and line", ShowMeasures,
           {true}, measures)
      .get_option("--school")
      ->required()
      ->description("The school");
  AddThing(line, show, "framings",
           "How the schools of a district frame their plans, and what would move each",
           ShowFramings, {}, std::make_shared<ShowOptions>());
  const auto options_of_one = [] { return std::make_shared<ShowOptions>(); };
  AddThing(line, show, "rubrics", "The rubrics of a district", ShowRubrics, {.as_of = false},
           options_of_one());
  AddThing(line, show, "templates", "Templates that come with the product, and the district's own",
           ShowTemplates, {.as_of = false}, options_of_one());
  AddThing(line, show, "surveys", "Driver surveys that are open, and what those before came to",
           ShowSurveys, {.school = true, .as_of = false}, options_of_one());
}

}  // namespace

void PrintJson(const google::protobuf::Message& message, std::ostream& out) {
  std::string json;
  (void)google::protobuf::util::MessageToJsonString(message, &json);
  out << json << '\n';
}

void AddShow(CommandLine& line) {
  CLI::App& show = line.Add(
      "show",
      "Shows numbers, cycles, practices, reviews, visits, surveys, alerts, plans and histories",
      "  throughline show alerts --district lakeside --data ./data\n"
      "  throughline show growth --district lakeside --json --data ./data\n"
      "  throughline show gaps --district lakeside --as-of 2026-10-01 --data ./data\n"
      "\n"
      "`throughline show THING --help` explains the options of each.",
      nullptr);
  show.require_subcommand(1);
  AddEvidence(line, show);
  AddRunCharts(line, show);
  AddStudents(line, show);
  AddCycles(line, show);
  AddHistory(line, show);
  AddVisits(line, show);
  AddPractices(line, show);
  AddOffers(line, show);
  AddQuestions(line, show);
  AddAlerts(line, show);
  AddPlans(line, show);
}

}  // namespace throughline
