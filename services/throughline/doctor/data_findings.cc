#include "throughline/doctor/data_findings.h"

#include <fmt/format.h>

#include <map>

#include "runtime/known_secret.h"
#include "throughline/runtime/v1/protocol.pb.h"

namespace throughline::doctor {

namespace {

constexpr size_t kRecordsAtOnce = 1000;
constexpr size_t kBytesAtOnce = 1 << 20;

core::Result<std::vector<runtime::StoredRecord>> Fingerprints(runtime::RecordReader& log) {
  std::vector<runtime::StoredRecord> all;
  while (true) {
    const int64_t next = all.empty() ? 0 : all.back().offset + 1;
    auto read =
        log.ReadHistory({runtime::kFingerprintsTopic, 0}, next, kRecordsAtOnce, kBytesAtOnce);
    if (!read) return core::Refuse(read.error());
    if (read->empty()) return all;
    std::move(read->begin(), read->end(), std::back_inserter(all));
  }
}

// How many partitions have rows of which version.
core::Result<std::map<int32_t, int32_t>> VersionsOf(runtime::Store& store,
                                                    const std::string& service,
                                                    int32_t partitions) {
  std::map<int32_t, int32_t> versions;
  for (int32_t p = 0; p < partitions; ++p) {
    const auto stored = store.Head({service, p});
    if (!stored) return core::Refuse(stored.error());
    runtime::v1::Head head;
    if (!*stored || !head.ParseFromString(**stored)) continue;
    ++versions[head.state_version()];
  }
  return versions;
}

}  // namespace

Findings KnownSecretFindings(
    runtime::RecordReader& log,
    const std::vector<std::pair<std::string, std::filesystem::path>>& files) {
  const auto known = Fingerprints(log);
  if (!known) return {Fault("Secrets", known.error().message, "")};
  Findings found;
  for (const auto& [purpose, file] : files) {
    if (file.empty()) continue;
    const std::string what = "Secret for " + purpose;
    if (const auto checked = runtime::CheckSecretAgainst(*known, file, purpose); !checked) {
      found.push_back(Fault(what, checked.error().message, ""));
    } else {
      found.push_back(Ok(what, file.string() + " is what the log knows, if it knows any."));
    }
  }
  return found;
}

Findings StateVersionFindings(runtime::Store& store,
                              const std::vector<const decider::Decider*>& services,
                              int32_t partitions) {
  Findings found;
  for (const decider::Decider* decider : services) {
    const std::string service(decider->service());
    const std::string what = "State of " + service;
    const auto versions = VersionsOf(store, service, partitions);
    if (!versions) {
      found.push_back(Fault(what, versions.error().message, ""));
      continue;
    }
    int32_t others = 0, all = 0;
    for (const auto& [version, count] : *versions) {
      all += count;
      if (version != decider->state_version()) others += count;
    }
    if (others == 0) {
      found.push_back(Ok(what, fmt::format("{} partitions have rows, of version {} as this program "
                                           "writes them.",
                                           all, decider->state_version())));
      continue;
    }
    found.push_back(Warning(
        what,
        fmt::format("{} of {} partitions have rows of another version than {}.", others, all,
                    decider->state_version()),
        "They are folded anew from the log when a program of this version takes them over. Run one "
        "version of a service only: each folds anew what the other wrote."));
  }
  return found;
}

}  // namespace throughline::doctor
