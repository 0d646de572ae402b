// What the state of all services comes to, in a page that people can compare: of every table that
// has rows how many there are, and a hash of them.
//
// The hash is over the rows as proto3 JSON, so that a field that a later version adds and an old
// log does not set leaves it as it is.
#pragma once

#include <string>
#include <vector>

#include "quiet_services.h"

namespace throughline::compatibility {

// JSON, one table a line. A row of a table that is not known here aborts with a sentence.
std::string SummarizeState(const QuietServices& services);
// The tables that have no row: "service table".
std::vector<std::string> EmptyTables(const QuietServices& services);
// Every row as JSON, one a line, to see what differs: "service table partition key row".
std::string SpellOutState(const QuietServices& services);

}  // namespace throughline::compatibility
