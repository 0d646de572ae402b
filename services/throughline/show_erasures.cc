#include "core/date.h"
#include "throughline/formatting.h"
#include "throughline/show.h"
#include "throughline/table.h"

namespace throughline {

Shown ShowErasures(Connection& connection, const ShowOptions& options, std::ostream& out) {
  evidence::v1::ListErasuresRequest request;
  request.set_district(options.district);
  const auto answer =
      CallPages(*connection.evidence, &evidence::v1::EvidenceService::Stub::ListErasures, request);
  return ShowAnswer(answer, options, out, [&](const auto& erasures) {
    Table table({{"Erased"}, {"Students", Side::kRight}, {"By"}, {"Reason"}, {"Certificate"}});
    for (const auto& one : erasures.certificates()) {
      table.Add({core::FormatInstant(core::FromMillis(one.erased_at_ms())), Counted(one.students()),
                 one.by_retention() ? "retention" : one.requested_by(), one.reason(),
                 one.certificate()});
    }
    table.Print(out, "Nobody was erased.");
  });
}

}  // namespace throughline
