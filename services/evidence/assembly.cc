#include "evidence/assembly.h"

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "audit/audit_service.h"
#include "evidence/domain/evidence_decider.h"
#include "evidence/evidence_service.h"
#include "evidence/had_students.h"
#include "evidence/identity_retention.h"
#include "evidence/quarantine_count.h"
#include "platform/host/hosted_service.h"
#include "runtime/known_secret.h"

namespace throughline::evidence {

namespace {

// Among the fingerprints of what the log was written with, and what it is one of: that there is a
// vault, and no secret.
constexpr char kVault[] = "identities";
constexpr runtime::Secret kThere = {1};

// The vault is made before the calls that ask it.
struct Identities {
  std::unique_ptr<identities::IdentityStore> store;
  StudentPrivacy privacy;
  std::shared_ptr<const Concealment> of_before;  // of what was recorded before ids were concealed
};

class HostedEvidence : private Identities,
                       public platform::HostedService<EvidenceDecider, EvidenceService> {
 public:
  HostedEvidence(const platform::ServiceContext& on, Identities identities, bool retains)
      : Identities(std::move(identities)),
        HostedService(EvidenceDecider(of_before), on, privacy),
        trail_(on.log, on.access,
               [vault = privacy.vault.get()](const auto& district, const auto& student) {
                 return vault->PseudonymOnRecord(district, student);
               }) {
    if (retains) retention_.emplace(service(), privacy, on.audit);
  }
  std::vector<grpc::Service*> calls() override {
    std::vector<grpc::Service*> calls = HostedService::calls();
    calls.push_back(&trail_);
    return calls;
  }
  void AppendReadings(std::vector<platform::Reading>& readings) override {
    if (const auto count = quarantine_.Count(service())) {
      readings.push_back({platform::MetricNamed("throughline_quarantined_results"),
                          {},
                          static_cast<double>(*count)});
    }
  }
  void EndStreams() override {
    if (retention_) retention_->Stop();
  }

 private:
  // The audit trail is read where it is known who has which pseudonym.
  audit::AuditService trail_;
  std::optional<IdentityRetention> retention_;
  QuarantineCount quarantine_;
};

core::Error IdentitiesLost() {
  return {core::Code::kFailedPrecondition, "IDENTITIES_LOST",
          "There is no identity vault, and the log was written with one: nobody would be known "
          "under the pseudonyms that are recorded. Bring back identities.db and identities.keys of "
          "the data directory, or the topics identities and identities.keys.",
          ""};
}

// A vault that has keys is known to the log from then on, so that one that was lost is not made
// anew without a word.
core::Result<void> CheckIsNotLost(runtime::Log& log, identities::Vault& vault) {
  auto districts = vault.Districts();
  if (!districts) return core::Refuse(districts.error());
  if (!districts->empty()) return runtime::CheckSecret(log, kThere, "", kVault);
  auto known = runtime::CheckSecretIsNotLost(log, "", kVault);
  if (known) return {};
  return core::Refuse(known.error().reason == "SECRET_LOST" ? IdentitiesLost() : known.error());
}

core::Result<std::shared_ptr<const Concealment>> ConcealmentOfBefore(
    const runtime::Secret& installation, const StudentPrivacy& privacy) {
  auto districts = privacy.vault->Districts();
  if (!districts) return core::Refuse(districts.error());
  std::map<std::string, SecretConcealment, std::less<>> known;
  for (const std::string& district : *districts) {
    auto concealment = privacy.ConcealmentIn(district);
    if (!concealment) return core::Refuse(concealment.error());
    known.emplace(district, *concealment);
  }
  return std::make_shared<const ConcealmentByDistrict>(installation, std::move(known));
}

core::Result<Identities> OpenIdentities(const platform::ServiceContext& on,
                                        const IdentitySetup& setup) {
  auto secret = runtime::KnownSecretFromFile(on.log, setup.key, "pseudonyms");
  if (!secret) return core::Refuse(secret.error());
  auto store = setup.open_store();
  if (!store) return core::Refuse(store.error());
  const runtime::Rows rows(on.store, "evidence", on.sizes.partitions);
  const auto had_students = [&log = on.log, &store = on.store, rows,
                             partitions = on.sizes.partitions](std::string_view district) {
    return HadStudents(district, log, store, rows, partitions);
  };
  auto vault = identities::OpenVault(**store, *secret, {.had_students = had_students});
  if (!vault) return core::Refuse(vault.error());
  auto there = CheckIsNotLost(on.log, **vault);
  if (!there) return core::Refuse(there.error());
  StudentPrivacy privacy{*std::move(vault), &on.clock};
  auto of_before = ConcealmentOfBefore(*secret, privacy);
  if (!of_before) return core::Refuse(of_before.error());
  return Identities{*std::move(store), std::move(privacy), *std::move(of_before)};
}

}  // namespace

core::Result<std::unique_ptr<platform::Hosted>> Assemble(const platform::ServiceContext& on,
                                                         const IdentitySetup& setup) {
  auto identities = OpenIdentities(on, setup);
  if (!identities) return core::Refuse(identities.error());
  return std::make_unique<HostedEvidence>(on, *std::move(identities), setup.erases_by_retention);
}

}  // namespace throughline::evidence
