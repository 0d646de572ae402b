#include "throughline/embedded_host.h"

#include <fmt/format.h>

#include "audit/opening.h"
#include "cycles/assembly.h"
#include "identities/embedded/embedded_store.h"
#include "notifications/assembly.h"
#include "notifications/delivery/delivery_options.h"
#include "plans/domain/tables.h"
#include "runtime/embedded/sqlite_journal.h"
#include "runtime/moved_records.h"

namespace throughline {

namespace {

constexpr char kJournal[] = "journal.db";
constexpr size_t kAll = 1'000'000;
constexpr int32_t kPartitions = 24;

core::Error NoData(const std::filesystem::path& data, bool is_there) {
  return {core::Code::kNotFound, "NO_DATA",
          fmt::format("There is no {} {}", is_there ? "journal in the directory" : "data directory",
                      data.string()),
          "data"};
}

core::Error JournalLost(const std::filesystem::path& data, const std::string& keys, bool empty) {
  return {
      core::Code::kFailedPrecondition, "JOURNAL_LOST",
      fmt::format("{} has {}, but the journal that goes with it, {}, {}. To go on with "
                  "what was recorded, bring a backup back into an empty directory with "
                  "`throughline restore --from BACKUP --data DIR`. For a new installation, move "
                  "{} away; nobody will be known under the pseudonyms of before.",
                  data.string(), keys, kJournal, empty ? "is empty" : "is missing", keys),
      "data"};
}

}  // namespace

evidence::IdentitySetup IdentitiesIn(const std::filesystem::path& data) {
  using Opened = core::Result<std::unique_ptr<identities::IdentityStore>>;
  return {.key = data / kPseudonymsKey, .open_store = [data]() -> Opened {
            auto store = identities::EmbeddedIdentityStore::Open(data);
            if (!store) return core::Refuse(store.error());
            return *std::move(store);
          }};
}

plans::SurveySetup SurveysIn(const std::filesystem::path& data) {
  using Opened = core::Result<std::unique_ptr<identities::IdentityStore>>;
  return {.open_keys = [folder = data / kSurveyKeysFolder]() -> Opened {
    std::error_code refused;  // the store says why
    std::filesystem::create_directories(folder, refused);
    std::filesystem::permissions(folder, std::filesystem::perms::owner_all, refused);
    auto store = identities::EmbeddedIdentityStore::Open(folder);
    if (!store) return core::Refuse(store.error());
    return *std::move(store);
  }};
}

std::vector<platform::Assemble> AllServices(const plans::SurveySetup& surveys,
                                            const evidence::IdentitySetup& identities,
                                            const notifications::DeliverySetup& deliveries) {
  const auto plans = [surveys](const platform::ServiceContext& on) {
    return plans::Assemble(on, surveys);
  };
  const auto evidence = [identities](const platform::ServiceContext& on) {
    return evidence::Assemble(on, identities);
  };
  const auto notifications = [deliveries](const platform::ServiceContext& on) {
    return notifications::Assemble(on, deliveries);
  };
  return {plans, evidence, cycles::Assemble, notifications};
}

core::Result<std::unique_ptr<runtime::Journal>> OpenJournalIn(const std::filesystem::path& data,
                                                              bool must_exist) {
  // A journal has its first page before any key is made.
  std::error_code unreadable;  // is said by who opens it
  const auto size = std::filesystem::file_size(data / kJournal, unreadable);
  const bool missing = unreadable == std::errc::no_such_file_or_directory;
  if (missing || (!unreadable && size == 0)) {
    std::vector<std::string> keys;
    for (const char* name : {kPseudonymsKey, kDeliveriesKey}) {
      if (std::filesystem::exists(data / name, unreadable)) keys.emplace_back(name);
    }
    // What SQLite had not copied into the file yet.
    const std::string wal = std::string(kJournal) + "-wal";
    const auto more = std::filesystem::file_size(data / wal, unreadable);
    if (!unreadable && more > 0) keys.push_back(wal);
    if (!keys.empty()) {
      return core::Refuse(JournalLost(data, fmt::format("{}", fmt::join(keys, " and ")), !missing));
    }
    if (must_exist) {
      return core::Refuse(NoData(data, std::filesystem::exists(data, unreadable)));
    }
  }
  auto journal = runtime::SqliteJournal::Open({data.string()});
  if (!journal) return core::Refuse(journal.error());
  return std::unique_ptr<runtime::Journal>(std::move(*journal));
}

core::Result<int32_t> PartitionsIn(runtime::RecordReader& log) {
  auto said = runtime::PartitionsOf(log, kServices);
  if (!said) return core::Refuse(said.error());
  return said->value_or(kPartitions);
}

core::Result<std::unique_ptr<platform::Host>> OpenEmbeddedHost(const EmbeddedHostOptions& options) {
  auto journal = OpenJournalIn(options.data, options.must_exist);
  if (!journal) return core::Refuse(journal.error());
  platform::HostOptions host;
  host.listen = options.listen;
  host.clock = options.clock;
  host.accept_clock = options.accept_clock;
  host.only_reads = options.only_reads;
  host.tracer = options.tracer;
  auto partitions = PartitionsIn((*journal)->log());
  if (!partitions) return core::Refuse(partitions.error());
  // Every partition writes to the one file, in turn.
  host.sizes = {.partitions = *partitions, .workers = 1};
  auto deliveries =
      notifications::DeliverySetupOf({.key = options.data / kDeliveriesKey}, &(*journal)->log());
  if (!deliveries) return core::Refuse(deliveries.error());
  deliveries->carries = false;  // what is due stays so until somebody serves
  evidence::IdentitySetup identities = IdentitiesIn(options.data);
  identities.erases_by_retention = false;  // that, too
  plans::SurveySetup surveys = SurveysIn(options.data);
  surveys.counts = options.counts_surveys;
  if (!options.only_reads) {
    host.audit = audit::OpenTrailWithHead("throughline", options.data / kAuditKey,
                                          options.data / kAuditHead);
  }
  return platform::Host::Start(std::move(*journal), AllServices(surveys, identities, *deliveries),
                               std::move(host));
}

core::Result<std::set<std::string>> DistrictsIn(const platform::Host& host) {
  const runtime::Service& service = *host.services().front();
  auto rows = service.rows().ScanAll(plans::kDistricts, "", "", kAll);
  if (!rows) return core::Refuse(rows.error());
  std::set<std::string> districts;
  for (const auto& [id, district] : *rows) districts.insert(id);
  return districts;
}

}  // namespace throughline
