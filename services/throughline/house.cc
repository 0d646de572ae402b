#include "throughline/house.h"

#include "cycles/assembly.h"
#include "evidence/assembly.h"
#include "notifications/assembly.h"
#include "notifications/delivery/delivery_options.h"
#include "plans/assembly.h"
#include "runtime/embedded/sqlite_journal.h"

namespace throughline {

std::vector<runtime::Assemble> AllServices(const std::filesystem::path& key,
                                           const notifications::DeliverySetup& deliveries) {
  const auto evidence = [key](const runtime::Foundation& on) {
    return evidence::Assemble(on, key);
  };
  const auto notifications = [deliveries](const runtime::Foundation& on) {
    return notifications::Assemble(on, deliveries);
  };
  return {plans::Assemble, evidence, cycles::Assemble, notifications};
}

core::Result<std::unique_ptr<runtime::Host>> OpenHouse(const HouseOptions& options) {
  auto journal = runtime::SqliteJournal::Open({options.data.string()});
  if (!journal) return core::Refuse(journal.error());
  runtime::HostOptions host;
  host.listen = options.listen;
  host.clock = options.clock;
  host.accept_clock = options.accept_clock;
  host.only_reads = options.only_reads;
  // Every partition writes to the one file, in turn.
  host.sizes = {.partitions = 24, .workers = 1};
  auto deliveries =
      notifications::DeliverySetupOf({.key = options.data / kDeliveriesKey}, &(*journal)->log());
  if (!deliveries) return core::Refuse(deliveries.error());
  deliveries->carries = false;  // what is due stays so until somebody serves
  return runtime::Host::Start(std::move(*journal),
                              AllServices(options.data / kPseudonymsKey, *deliveries),
                              std::move(host));
}

}  // namespace throughline
