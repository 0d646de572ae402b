// How exactly a statistic of many students is said.
//
// Sums that are shown of students who are nearly the same - of two cycles of a team, of two
// indicators of one assessment, of a team and of the district - are equations that can be solved
// for the few who are in the one and not in the other. So no statistic is said more exactly than to
// what a few students add to it. The error of sampling is larger.
#pragma once

#include <cstdint>

#include "throughline/common/v1/evidence.pb.h"

namespace throughline::disclosure {

// To a multiple of 1, 2 or 5 times a power of ten: the largest of these that is at most `bound`. As
// it is when the bound is 0.
double RoundedWithin(double value, double bound);

// A statistic of a district: to what a smallest cell of students adds. `spread` is how far apart
// the scores are: their standard deviation for a mean; a variance is its own.
double Rounded(double value, double spread, int64_t students, int64_t smallest);

// The numbers of a team: to what a quarter of a smallest cell adds. The spreads are the standard
// deviations of the baselines and of the changes, in the unit that the numbers are in.
void Round(common::v1::CycleEvidence& numbers, double baseline_spread, double change_spread,
           int64_t smallest);
void Round(common::v1::GapEvidence& gap, double change_spread, int64_t smallest);
// A gap of a school or of the district: counts in whole smallest cells, for what is shown of its
// teams might tell of the rest. `change_spread` is the standard deviation of the changes.
void RoundPooled(common::v1::GapEvidence& gap, double change_spread, int64_t smallest);

// A test, in which what is exact is made to fit the rounded numbers that are shown beside it:
// counts are those of the numbers, and statistics are said to what a quarter of a smallest cell
// adds, never more exactly than to 0.1.
void RoundTest(common::v1::TriggerTest& test, const common::v1::CycleEvidence& shown,
               int64_t smallest);
void RoundTest(common::v1::TriggerTest& test, const common::v1::GapEvidence& shown,
               int64_t smallest);

}  // namespace throughline::disclosure
