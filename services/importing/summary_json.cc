#include "importing/summary_json.h"

#include <nlohmann/json.hpp>

namespace throughline::importing {

std::string SummaryJson(const ImportCounts& counts,
                        const std::vector<oneroster::BundleProblem>& first_problems) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const oneroster::BundleProblem& problem : first_problems) {
    list.push_back({{"file", problem.file},
                    {"line", problem.line},
                    {"column", problem.column},
                    {"reason", problem.reason},
                    {"message", problem.message}});
  }
  const nlohmann::ordered_json summary = {{"schools", counts.schools},
                                          {"teams", counts.teams},
                                          {"classes", counts.classes},
                                          {"students", counts.students},
                                          {"assessments", counts.assessments},
                                          {"lineItems", counts.line_items},
                                          {"lineItemsRemoved", counts.line_items_removed},
                                          {"enrolmentsKnown", counts.enrolments_known},
                                          {"enrolmentsMissing", counts.enrolments_missing},
                                          {"enrolmentsEnded", counts.enrolments_ended},
                                          {"results", counts.results},
                                          {"outcomes", counts.outcomes},
                                          {"reasons", counts.reasons},
                                          {"problemCount", counts.problems},
                                          {"problems", list}};
  return summary.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace throughline::importing
