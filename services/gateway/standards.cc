#include "gateway/standards.h"

#include "gateway/caliper/caliper_routes.h"
#include "gateway/caliper/envelope.h"
#include "gateway/cloudevents/cloudevents_routes.h"
#include "gateway/cloudevents/events.h"
#include "gateway/csv/csv_routes.h"
#include "gateway/csv/results.h"
#include "gateway/intake/mapping.h"
#include "gateway/xapi/statements.h"
#include "gateway/xapi/xapi_routes.h"

namespace throughline::gateway {

std::span<const Standard> Standards() {
  static const std::vector<Standard> kStandards{
      {"/caliper", caliper::AddCaliperRoutes, {{"caliper", caliper::Fuzz}}},
      {"/xapi/statements", xapi::AddXapiRoutes, {{"xapi", xapi::Fuzz}}},
      {"/cloudevents", cloudevents::AddCloudEventsRoutes, {{"cloudevents", cloudevents::Fuzz}}},
      {"/csv/vendor",
       csv::AddCsvRoutes,
       {{"csv_file", csv::FuzzFile}, {"csv_mapping", csv::FuzzMapping}}},
  };
  return kStandards;
}

void AddRoutesOfStandards(const SourceContext& context) {
  for (const Standard& standard : Standards()) standard.add_routes(context);
}

}  // namespace throughline::gateway
