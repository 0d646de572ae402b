// What the demo came to.
#pragma once

#include <nlohmann/json.hpp>
#include <ostream>

#include "throughline/connection.h"

namespace throughline::demo {

// Of one district: its id, results by outcome, reviews and alerts by kind, cycles by state,
// verdicts; and for each trigger that never occurred, why the data have no such case.
core::Result<nlohmann::ordered_json> SummaryOf(const std::string& district, Connection& connection);
// As a table, under the name of the district.
void PrintForPeople(const nlohmann::ordered_json& summary, std::ostream& out);

}  // namespace throughline::demo
