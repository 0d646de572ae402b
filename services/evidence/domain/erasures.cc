#include "evidence/domain/erasures.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "core/date.h"
#include "core/ids.h"
#include "evidence/domain/errors.h"
#include "evidence/domain/purpose.h"

namespace throughline::evidence {

using core::Result;

namespace {

constexpr int kYears = 7;
// The vault moves the day on which a roster had a student once a month.
constexpr int32_t kDaysLate = 31;

}  // namespace

Result<void> Check(const v1::EraseStudentsRequest& request) {
  if (!core::IsId(request.district())) return core::Refuse(IdInvalid("district"));
  if (request.students().empty()) return core::Refuse(BatchEmpty("students"));
  if (request.students_size() > kErasedAtMost) {
    return core::Refuse(BatchTooLarge("students", kErasedAtMost));
  }
  if (auto error = CheckPurpose(request.reason(), "reason", ReasonMissing())) {
    return core::Refuse(*std::move(error));
  }
  return {};
}

Result<void> Check(const v1::ExportStudentRequest& request) {
  if (!core::IsId(request.district())) return core::Refuse(IdInvalid("district"));
  if (auto error = CheckPurpose(request.purpose(), "purpose", PurposeMissing())) {
    return core::Refuse(*std::move(error));
  }
  return {};
}

int RetentionYears(const common::v1::Policy& policy) {
  return policy.has_identity_retention_years() ? policy.identity_retention_years() : kYears;
}

int32_t RetainedSince(int32_t today, int years) {
  using std::chrono::year_month_day;
  const year_month_day day{core::FromDays(today)};
  year_month_day then{day.year() - std::chrono::years{years}, day.month(), day.day()};
  if (!then.ok()) then = then.year() / then.month() / std::chrono::last;  // 29 February
  return core::ToDays(std::chrono::sys_days{then}) - kDaysLate;
}

bool IsRetained(const v1::StudentPlaceRow& student, int32_t since) {
  return std::any_of(student.stays().begin(), student.stays().end(),
                     [&](const auto& stay) { return !stay.has_over() || stay.over() > since; });
}

v1::CertifyErasureRequest ByRetention(const std::string& district, core::Instant now, int years) {
  v1::CertifyErasureRequest request;
  request.set_request_id("retention " + core::FormatInstant(now));
  request.set_district(district);
  request.set_reason(
      fmt::format("No roster has had them for {}, as long as the district's policy keeps who "
                  "students are.",
                  years == 1 ? "a year" : fmt::format("{} years", years)));
  return request;
}

std::string CertificateOf(const v1::CertifyErasureRequest& request) {
  return core::DerivedId({"erasure", request.district(), request.request_id()});
}

void Decide(const v1::CertifyErasureRequest& request, decider::Turn& turn) {
  const std::string certificate = CertificateOf(request);
  v1::EraseStudentsResponse response;
  const auto* before = turn.state().Find(kErasures, JoinKey(request.district(), certificate));
  if (before != nullptr) {
    *response.mutable_certificate() = *before;
    return turn.Answer(response);
  }
  v1::StudentsErased erased;
  v1::ErasureCertificate& said = *erased.mutable_certificate();
  said.set_certificate(certificate);
  said.set_district(request.district());
  said.set_students(request.students());
  said.set_erased_at_ms(core::ToMillis(turn.now()));
  said.set_reason(request.reason());
  said.set_requested_by(request.requested_by());
  said.set_by_retention(request.requested_by().empty());
  said.set_destroyed_key(request.destroyed_key());
  turn.Emit(erased, request.district());
  *response.mutable_certificate() = said;
  turn.Answer(response);
}

void Apply(const v1::StudentsErased& erased, decider::State& state) {
  const v1::ErasureCertificate& said = erased.certificate();
  state.Edit(kErasures, JoinKey(said.district(), said.certificate())) = said;
}

}  // namespace throughline::evidence
