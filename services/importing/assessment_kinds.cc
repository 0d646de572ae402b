#include "importing/assessment_kinds.h"

namespace throughline::importing {

evidence::v1::AssessmentKind KindOf(throughline::oneroster::AssessmentKind kind) {
  using throughline::oneroster::AssessmentKind;
  switch (kind) {
    case AssessmentKind::kAnnualSummative:
      return evidence::v1::ASSESSMENT_KIND_ANNUAL_SUMMATIVE;
    case AssessmentKind::kTrimesterScreening:
      return evidence::v1::ASSESSMENT_KIND_TRIMESTER_SCREENING;
    case AssessmentKind::kQuarterlyInterim:
      return evidence::v1::ASSESSMENT_KIND_QUARTERLY_INTERIM;
    case AssessmentKind::kMonthlyFormative:
      return evidence::v1::ASSESSMENT_KIND_MONTHLY_FORMATIVE;
    case AssessmentKind::kDailyCheck:
      return evidence::v1::ASSESSMENT_KIND_DAILY_CHECK;
  }
  return evidence::v1::ASSESSMENT_KIND_UNSPECIFIED;
}

}  // namespace throughline::importing
