#include "gateway/bundles/lines.h"

#include "gateway/json/json_reader.h"

namespace throughline::gateway::bundles {

namespace {

std::string Line(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

std::string ProgressLine(const importing::ImportCounts& counts) {
  return Line({{"progress",
                {{"schools", counts.schools},
                 {"teams", counts.teams},
                 {"classes", counts.classes},
                 {"students", counts.students},
                 {"assessments", counts.assessments},
                 {"lineItems", counts.line_items},
                 {"results", counts.results},
                 {"problemCount", counts.problems}}}});
}

std::string SummaryLine(const std::string& summary_json) {
  return "{\"summary\":" + summary_json + "}\n";
}

std::string ErrorLine(const core::Error& error) {
  return Line(
      {{"error", {{"reason", error.reason}, {"message", error.message}, {"field", error.field}}}});
}

}  // namespace throughline::gateway::bundles
