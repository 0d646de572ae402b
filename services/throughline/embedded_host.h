// The four services of Throughline in one process: what `serve` runs, and what a command with
// --data opens for itself.
#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "evidence/assembly.h"
#include "notifications/delivery/delivery_setup.h"
#include "plans/assembly.h"
#include "platform/host/host.h"
#include "throughline/secret_files.h"

namespace throughline {

// Names of the services, as their topics have them.
inline const std::vector<std::string> kServices = {"plans", "evidence", "cycles", "notifications"};

std::vector<platform::Assemble> AllServices(const plans::SurveySetup& surveys,
                                            const evidence::IdentitySetup& identities,
                                            const notifications::DeliverySetup& deliveries);
// Where the keys of survey rounds are in a data directory: in a folder that no backup has.
plans::SurveySetup SurveysIn(const std::filesystem::path& data);
// What students are hidden with in a data directory.
evidence::IdentitySetup IdentitiesIn(const std::filesystem::path& data);

struct EmbeddedHostOptions {
  std::filesystem::path data;  // made when it does not exist, unless it must
  std::string listen = {};     // host:port; empty: this process only
  // Time; it must outlive the host. Null: the machine's clock.
  const runtime::Clock* clock = nullptr;
  bool accept_clock = false;          // however long after the last event
  bool only_reads = false;            // nothing will be recorded
  bool must_exist = false;            // NO_DATA where there is no journal, and nothing is made
  runtime::Tracer* tracer = nullptr;  // outlives it; null: nothing is traced
  bool counts_surveys = false;  // rounds that have ended; otherwise they wait until somebody serves
};

// The journal in a data directory, which is made when there is neither one nor a key that one was
// written with: JOURNAL_LOST when there is such a key and no journal, or an empty file in its
// place. When it must exist, none is made: NO_DATA.
core::Result<std::unique_ptr<runtime::Journal>> OpenJournalIn(const std::filesystem::path& data,
                                                              bool must_exist = false);

// How many partitions its log says that it has; 24 when it does not say it.
core::Result<int32_t> PartitionsIn(runtime::RecordReader& log);

// All four on the embedded journal in one directory, open to everybody who can reach them. The
// error is a sentence for people.
core::Result<std::unique_ptr<platform::Host>> OpenEmbeddedHost(const EmbeddedHostOptions& options);

// Which districts there are in an embedded host that OpenEmbeddedHost gave.
core::Result<std::set<std::string>> DistrictsIn(const platform::Host& host);

}  // namespace throughline
