// A synthetic result, pushed now and then into a district that is there for nothing else, to see
// whether results come in and how long it takes until readers of the stream are told.
//
// The district has one school with one team, one class and one student, who is nobody. It is the
// same result every time, with another score, so that what is kept does not grow.
#pragma once

#include <chrono>
#include <string>

#include "core/date.h"
#include "throughline/connection.h"

namespace throughline {

class Probe {
 public:
  // `to` outlives it. No more than one at a time for a district.
  Probe(Connection& to, std::string district) : to_(to), district_(std::move(district)) {}

  // Makes what there is not yet; what is there stays as it is. A district that is new takes a
  // moment until every service knows it.
  core::Result<void> SetUp(const platform::CallTerms& terms) const;

  // Pushes the result, and waits until the stream has its event: seconds from the one to the other.
  // PROBE_RESULT_UNUSABLE when it was not recorded, PROBE_LATE when there was no event within the
  // patience; the service's own error when a call failed.
  core::Result<double> Push(std::chrono::seconds patience, const platform::CallTerms& terms);

 private:
  core::Result<void> FindOrCreateDistrict(const platform::CallTerms& terms) const;
  core::Result<void> FindOrCreateSchool(const platform::CallTerms& terms) const;
  core::Result<void> DefineAssessment(const platform::CallTerms& terms) const;
  core::Result<void> EnrolStudent(const platform::CallTerms& terms) const;
  core::Result<void> Ingest(core::Instant now, grpc::ClientContext& context) const;

  Connection& to_;
  const std::string district_;
};

}  // namespace throughline
