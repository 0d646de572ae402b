// Students who were erased: certificates, which say how many, when and why, and nothing of who.
#pragma once

#include <string>

#include "core/errors.h"
#include "core/result.h"
#include "decider/decider.h"
#include "evidence/domain/tables.h"
#include "throughline/evidence/v1/evidence_events.pb.h"
#include "throughline/evidence/v1/evidence_service.pb.h"

namespace throughline::evidence {

inline constexpr int kErasedAtMost = 1000;

// Before anything is erased. DISTRICT_UNKNOWN is not looked for here.
core::Result<void> Check(const v1::EraseStudentsRequest& request);
core::Result<void> Check(const v1::ExportStudentRequest& request);

// Years after which who a student is, is erased when no roster has had the student.
int RetentionYears(const common::v1::Policy& policy);
// Whom no roster has had since before this day is to be erased on `today`, by retention.
int32_t RetainedSince(int32_t today, int years);
// Whether rosters have the student still, or had on that day or later.
bool IsRetained(const v1::StudentPlaceRow& student, int32_t since);
// What is put on record of it.
v1::CertifyErasureRequest ByRetention(const std::string& district, core::Instant now, int years);

// The id of the certificate that a request comes to, whenever it is sent.
std::string CertificateOf(const v1::CertifyErasureRequest& request);

// What was certified under this id before is certified once.
void Decide(const v1::CertifyErasureRequest& request, decider::Turn& turn);
void Apply(const v1::StudentsErased& erased, decider::State& state);

}  // namespace throughline::evidence
