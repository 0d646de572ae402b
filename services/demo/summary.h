// What the demo came to.
#pragma once

#include <nlohmann/json.hpp>
#include <ostream>

#include "throughline/connection.h"
#include "throughline/district_clock.h"

namespace throughline::demo {

struct DemoSummary {
  nlohmann::ordered_json numbers;
  cycles::v1::GetQuestionsResponse questions;
};

// Of one district: its id, results by outcome, reviews and alerts by kind, cycles by state,
// verdicts, the sections of summary_sections.h; for each trigger that never occurred, why the data
// have no such case; and the four questions.
core::Result<DemoSummary> SummaryOf(const std::string& district, Connection& connection);
// As a table, under the name of the district, and the four questions in words.
void PrintForPeople(const DemoSummary& summary, const DistrictClock& clock, std::ostream& out);

}  // namespace throughline::demo
