// What `throughline show` shows: each function asks for it and writes it, as tables for people or
// as the JSON of the response for scripts.
#pragma once

#include <optional>
#include <ostream>
#include <string>

#include "throughline/connection.h"

namespace throughline {

struct ShowOptions {
  ConnectionOptions connection = {};
  std::string district = "";
  std::string time_zone = "";                      // of the district
  std::string school = "", team = "", cycle = "";  // empty: every
  std::string assessment = "";
  std::string plan = "";
  std::string trigger = "", state = "";  // as WordsOf gives them; empty: any
  std::string level = "";                // as WordsOf gives them; empty: any
  std::string explain = "";              // an alert; empty: all of them
  std::string question = "struggling";   // about students, as WordsOf gives them
  std::string student = "", class_id = "", indicator = "", purpose = "";
  int year = 0;                  // school year; 0: that of today
  std::string of = "", id = "";  // an aggregate, as WordsOf gives it, and its id
  bool open_only = false;
  std::optional<std::string> as_of = {};  // as AsOf reads it; absent: now
  int64_t as_of_ms = 0;                   // the same moment; 0: now
  bool json = false;
};

using Shown = core::Result<void>;
using ShowFunction = Shown (*)(Connection& connection, const ShowOptions& options,
                               std::ostream& out);

// That the school, the team and the cycle of the options are there: SCHOOL_UNKNOWN, TEAM_UNKNOWN,
// CYCLE_UNKNOWN with those that are, rather than a list with nothing in it.
Shown CheckPlaces(Connection& connection, const ShowOptions& options);

Shown ShowVariance(Connection& connection, const ShowOptions& options, std::ostream& out);
Shown ShowGrowth(Connection& connection, const ShowOptions& options, std::ostream& out);
Shown ShowGaps(Connection& connection, const ShowOptions& options, std::ostream& out);
Shown ShowCoverage(Connection& connection, const ShowOptions& options, std::ostream& out);
Shown ShowRunChart(Connection& connection, const ShowOptions& options, std::ostream& out);
Shown ShowClassRunCharts(Connection& connection, const ShowOptions& options, std::ostream& out);
Shown ShowGapTrends(Connection& connection, const ShowOptions& options, std::ostream& out);
Shown ShowFunnel(Connection& connection, const ShowOptions& options, std::ostream& out);
Shown ShowAssessments(Connection& connection, const ShowOptions& options, std::ostream& out);
Shown ShowResults(Connection& connection, const ShowOptions& options, std::ostream& out);
Shown ShowQuarantine(Connection& connection, const ShowOptions& options, std::ostream& out);
Shown ShowErasures(Connection& connection, const ShowOptions& options, std::ostream& out);
Shown ShowStudents(Connection& connection, const ShowOptions& options, std::ostream& out);
Shown ShowStudent(Connection& connection, const ShowOptions& options, std::ostream& out);
Shown ShowHistory(Connection& connection, const ShowOptions& options, std::ostream& out);
Shown ShowCycles(Connection& connection, const ShowOptions& options, std::ostream& out);
Shown ShowReviews(Connection& connection, const ShowOptions& options, std::ostream& out);
Shown ShowVisits(Connection& connection, const ShowOptions& options, std::ostream& out);
Shown ShowAlerts(Connection& connection, const ShowOptions& options, std::ostream& out);
Shown ShowFramings(Connection& connection, const ShowOptions& options, std::ostream& out);
Shown ShowMeasures(Connection& connection, const ShowOptions& options, std::ostream& out);
Shown ShowRubrics(Connection& connection, const ShowOptions& options, std::ostream& out);
Shown ShowTemplates(Connection& connection, const ShowOptions& options, std::ostream& out);
Shown ShowSurveys(Connection& connection, const ShowOptions& options, std::ostream& out);
Shown ShowPractices(Connection& connection, const ShowOptions& options, std::ostream& out);
Shown ShowChallenges(Connection& connection, const ShowOptions& options, std::ostream& out);
Shown ShowOffers(Connection& connection, const ShowOptions& options, std::ostream& out);
Shown ShowWaves(Connection& connection, const ShowOptions& options, std::ostream& out);
Shown ShowQuestions(Connection& connection, const ShowOptions& options, std::ostream& out);
Shown ShowPlan(Connection& connection, const ShowOptions& options, std::ostream& out);

// The proto3 JSON of a message, on a line of its own.
void PrintJson(const google::protobuf::Message& message, std::ostream& out);

// The answer of a service, as JSON when the options ask for it, and else as `print(answer)` writes
// it for people; or why there is none.
template <class Answer, class Print>
Shown ShowAnswer(const core::Result<Answer>& answer, const ShowOptions& options, std::ostream& out,
                 const Print& print) {
  if (!answer) return core::Refuse(answer.error());
  if (options.json) {
    PrintJson(*answer, out);
  } else {
    print(*answer);
  }
  return {};
}

}  // namespace throughline
