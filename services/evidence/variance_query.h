// Variance of an assessment's scores within and among classes and schools, as readers may be shown
// it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "core/result.h"
#include "runtime/rows.h"
#include "throughline/evidence/v1/evidence_service.pb.h"
#include "throughline/plans/v1/district.pb.h"

namespace throughline::evidence {

// Of a district's assessments, one after another: what they have in common is read once, and what
// is much only when an assessment is not hidden without it. Not thread-safe; `rows` must outlive
// it.
class Variances {
 public:
  // ID_INVALID, DISTRICT_UNKNOWN.
  static core::Result<Variances> Of(const runtime::Rows& rows, const std::string& district);
  // ASSESSMENT_NOT_FOUND, SUPPRESSED.
  core::Result<v1::GetVarianceResponse> OfAssessment(const std::string& assessment);

 private:
  // The most matched students that readers are shown of a cycle, by school/team and indicator.
  using Matched = std::map<std::pair<std::string, std::string>, int64_t>;

  Variances(const runtime::Rows& rows, plans::v1::District district, int64_t smallest)
      : rows_(rows), district_(std::move(district)), smallest_(smallest) {}
  core::Result<void> ReadMatched();
  int64_t MatchedOf(const std::string& team, const v1::Assessment& assessment) const;
  template <class Classes>
  bool StandApart(const v1::Assessment& assessment, const Classes& classes) const;

  const runtime::Rows& rows_;
  const plans::v1::District district_;
  const int64_t smallest_;
  std::optional<Matched> matched_;
};

core::Result<void> Query(const runtime::Rows& rows, const v1::GetVarianceRequest& request,
                         v1::GetVarianceResponse& response);

}  // namespace throughline::evidence
