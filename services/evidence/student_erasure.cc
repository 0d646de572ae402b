#include "evidence/student_erasure.h"

#include <sodium.h>

#include <future>
#include <memory>
#include <set>
#include <utility>

#include "core/ids.h"
#include "evidence/command_answer.h"
#include "evidence/domain/erasures.h"
#include "evidence/domain/errors.h"
#include "evidence/domain/purpose.h"
#include "evidence/domain/tables.h"
#include "evidence/kept_originals.h"
#include "evidence/known_students.h"
#include "evidence/request_claim.h"

namespace throughline::evidence {

using core::Result;

namespace {

constexpr char kAnybody[] = "anybody";  // in an open installation

Result<std::vector<std::string>> KnownOf(const std::string& district,
                                         const std::vector<std::string>& students,
                                         const ErasureContext& on) {
  std::vector<std::string> pseudonyms;
  for (const std::string& student : students) {
    auto pseudonym = KnownStudent(district, student, on.privacy, on.rows);
    if (!pseudonym) return core::Refuse(pseudonym.error());
    if (*pseudonym) pseudonyms.push_back(**std::move(pseudonym));
  }
  return pseudonyms;
}

// A roster that says only what has changed names a student who stays where they are no more.
Result<std::vector<std::string>> GoneSince(const std::string& district, int32_t since,
                                           const ErasureContext& on) {
  auto gone = on.privacy.vault->GoneSince(district, since);
  if (!gone || gone->empty()) return gone;
  std::vector<std::string> keys;
  for (const std::string& pseudonym : *gone) keys.push_back(JoinKey(district, pseudonym));
  auto places = on.rows.GetMany(kStudentPlaces, district, keys);
  if (!places) return core::Refuse(places.error());
  std::vector<std::string> erased;
  for (size_t i = 0; i < gone->size(); ++i) {
    if ((*places)[i] && IsRetained(*(*places)[i], since)) continue;
    erased.push_back(std::move((*gone)[i]));
  }
  return erased;
}

// Whoever is not on record under an id may be somebody whose id was mistyped.
Result<void> CheckNamesNone(const std::string& reason, const std::string& district,
                            const std::vector<std::string>& students,
                            const std::vector<std::string>& pseudonyms, const ErasureContext& on) {
  for (const std::string& student : students) {
    if (NamesStudent(reason, student, "")) return core::Refuse(PurposeNamesStudent("reason"));
  }
  for (const std::string& pseudonym : pseudonyms) {
    auto identity = on.privacy.vault->Find(district, pseudonym);
    if (!identity) return core::Refuse(identity.error());
    if (*identity && NamesStudent(reason, (*identity)->student(), (*identity)->display_name())) {
      return core::Refuse(PurposeNamesStudent("reason"));
    }
  }
  return {};
}

Result<void> CheckIsKnown(const std::string& district, const runtime::Rows& rows) {
  auto known = rows.Get(kDistricts, district, district);
  if (!known) return core::Refuse(known.error());
  if (!*known) return core::Refuse(DistrictUnknown(district));
  return {};
}

Result<void> ClaimId(const v1::EraseStudentsRequest& request, runtime::RequestKey key,
                     const SecretConcealment& concealment, const ErasureContext& on) {
  if (key.id.empty()) return {};
  const std::string& district = request.district();
  v1::EraseStudentsRequest asked = request;
  asked.clear_request_id();
  key.id = concealment.Hash(district, "request: " + key.id);
  key.digest.set_request(concealment.Hash(district, asked.SerializeAsString()));
  const auto claimed = std::make_shared<std::promise<Result<void>>>();
  ClaimRequestId(district, {}, std::move(key), *v1::EraseStudentsRequest::descriptor(), on.commands,
                 [claimed](Result<void> answer) { claimed->set_value(std::move(answer)); });
  return claimed->get_future().get();
}

// Absent when there is none.
Result<v1::EraseStudentsResponse> Certified(const v1::CertifyErasureRequest& certify,
                                            const runtime::Rows& rows) {
  auto found =
      rows.Get(kErasures, certify.district(), JoinKey(certify.district(), CertificateOf(certify)));
  if (!found) return core::Refuse(found.error());
  v1::EraseStudentsResponse response;
  if (*found) *response.mutable_certificate() = **std::move(found);
  return response;
}

// Whatever is erased and not certified yet. Of `own`, as the vault noted it, the audit trail says
// who asked; the others were found, whoever asked for them.
Result<void> Certify(const std::string& district, const std::string& own,
                     const ErasureContext& on) {
  auto erasures = on.privacy.vault->Unacknowledged(district);
  if (!erasures) return core::Refuse(erasures.error());
  for (const identities::NotedErasure& erasure : *erasures) {
    v1::CertifyErasureRequest certify;
    if (!certify.ParseFromString(erasure.about)) continue;
    certify.set_students(erasure.students);
    certify.set_destroyed_key(erasure.destroyed_key);
    auto answer = Ask<v1::EraseStudentsResponse>(on.commands, certify);
    if (!answer) return core::Refuse(answer.error());
    const bool is_own = erasure.about == own;
    auto recorded = on.audit.Record(
        RecordOf(answer->certificate(), is_own ? on.record : audit::v1::AuditRecord()));
    if (!recorded) return recorded;
    auto done = on.privacy.vault->Acknowledge(district, erasure.about);
    if (!done) return done;
  }
  return {};
}

// That it was asked for, and of how many, none of whom is known.
Result<void> RecordNobody(const v1::EraseStudentsRequest& request, const ErasureContext& on) {
  audit::v1::AuditRecord record = on.record;
  record.set_district(request.district());
  record.set_action(audit::v1::ACTION_STUDENTS_ERASED);
  record.add_objects("asked=" + std::to_string(request.students_size()));
  record.set_purpose(request.reason());
  record.set_count(0);
  record.set_outcome(audit::v1::OUTCOME_DONE);
  return on.audit.Record(std::move(record));
}

}  // namespace

audit::v1::AuditRecord RecordOf(const v1::ErasureCertificate& certificate,
                                audit::v1::AuditRecord record) {
  record.set_district(certificate.district());
  const std::string& who = certificate.requested_by();
  if (!record.has_actor() && !who.empty() && who != kAnybody) {
    record.mutable_actor()->set_subject(who);  // the call itself was not answered
  }
  record.set_action(audit::v1::ACTION_STUDENTS_ERASED);
  record.add_objects("certificate=" + certificate.certificate());
  record.set_purpose(certificate.reason());
  record.set_count(certificate.students());
  record.set_outcome(audit::v1::OUTCOME_DONE);
  return record;
}

v1::CertifyErasureRequest CertificateAsked(const v1::EraseStudentsRequest& request,
                                           const runtime::RequestKey& key,
                                           const std::string& subject,
                                           const SecretConcealment& concealment) {
  std::string id = core::JoinKey("erasure", key.caller, key.id);
  if (key.id.empty()) {
    runtime::Secret once;  // nobody sends it again
    randombytes_buf(once.data(), once.size());
    id.append(once.begin(), once.end());
  }
  v1::CertifyErasureRequest certify;
  certify.set_request_id(concealment.Hash(request.district(), id));
  certify.set_district(request.district());
  certify.set_reason(request.reason());
  certify.set_requested_by(subject.empty() ? kAnybody : subject);
  return certify;
}

Result<v1::EraseStudentsResponse> EraseStudents(const std::vector<std::string>& students,
                                                const v1::CertifyErasureRequest& certify,
                                                const ErasureContext& on) {
  const std::string& district = certify.district();
  if (auto known = CheckIsKnown(district, on.rows); !known) return core::Refuse(known.error());
  // An earlier attempt may have erased some of them, or all.
  if (auto done = CertifyErasures(district, on); !done) return core::Refuse(done.error());
  auto certified = Certified(certify, on.rows);
  if (!certified || certified->has_certificate()) return certified;
  auto pseudonyms = KnownOf(district, students, on);
  if (!pseudonyms) return core::Refuse(pseudonyms.error());
  if (auto named = CheckNamesNone(certify.reason(), district, students, *pseudonyms, on); !named) {
    return core::Refuse(named.error());
  }
  if (auto done = ErasePseudonyms(*pseudonyms, certify, on); !done) {
    return core::Refuse(done.error());
  }
  return Certified(certify, on.rows);
}

Result<v1::EraseStudentsResponse> EraseStudents(const v1::EraseStudentsRequest& request,
                                                const runtime::RequestKey& key,
                                                const std::string& subject,
                                                const ErasureContext& on) {
  if (!core::IsId(request.district())) return core::Refuse(IdInvalid("district"));
  if (auto known = CheckIsKnown(request.district(), on.rows); !known) {
    return core::Refuse(known.error());
  }
  const auto concealment = on.privacy.ConcealmentIn(request.district());
  if (!concealment) return core::Refuse(concealment.error());
  if (auto claimed = ClaimId(request, key, *concealment, on); !claimed) {
    return core::Refuse(claimed.error());
  }
  if (auto asked = Check(request); !asked) return core::Refuse(asked.error());
  auto erased = EraseStudents({request.students().begin(), request.students().end()},
                              CertificateAsked(request, key, subject, *concealment), on);
  if (!erased || erased->has_certificate()) return erased;
  if (auto recorded = RecordNobody(request, on); !recorded) return core::Refuse(recorded.error());
  return erased;
}

Result<void> ErasePseudonyms(const std::vector<std::string>& pseudonyms,
                             const v1::CertifyErasureRequest& certify, const ErasureContext& on) {
  if (pseudonyms.empty()) return {};
  const std::string& district = certify.district();
  auto originals = KeptOriginals::Open(
      district, std::set<std::string>(pseudonyms.begin(), pseudonyms.end()), on.privacy, on.rows);
  if (!originals) return core::Refuse(originals.error());
  const std::string about = certify.SerializeAsString();
  auto erased = on.privacy.vault->Erase(district, pseudonyms, about);
  if (!erased) return core::Refuse(erased.error());
  if (auto done = originals->PutBack(on.privacy, on.commands); !done) return done;
  return Certify(district, about, on);
}

Result<void> EraseByRetention(const std::string& district, const ErasureContext& on) {
  auto known = on.rows.Get(kDistricts, district, district);
  if (!known) return core::Refuse(known.error());
  if (!*known) return {};
  const int years = RetentionYears((*known)->policy());
  auto gone = GoneSince(district, RetainedSince(on.privacy.Today(), years), on);
  if (!gone) return core::Refuse(gone.error());
  return ErasePseudonyms(*gone, ByRetention(district, on.privacy.clock->Now(), years), on);
}

Result<void> CertifyErasures(const std::string& district, const ErasureContext& on) {
  return Certify(district, /*own=*/"", on);
}

}  // namespace throughline::evidence
