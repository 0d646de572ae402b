// What the district of the recording asks of the plans service: what happens there alone, and
// requests that are ready to be given when their time comes.
#pragma once

#include <string>
#include <vector>

#include "quiet_services.h"
#include "throughline/plans/v1/plans_service.pb.h"

namespace throughline::compatibility {

// Plans of the schools `north` and `south`, both called `plan`.
void PlanSchools(QuietServices& services, const std::string& district,
                 const std::string& indicator);

// New baselines of run charts of `north`: of the team grade-3, twice, and of the school.
void SetBaselines(QuietServices& services, const std::string& district,
                  const std::string& indicator);

// Emergency access: to `north`, given back at once, and to `south`, which lasts.
void TakeAccess(QuietServices& services, const std::string& district);

// A term from 2025-08-25 on, Labor Day off.
plans::v1::CreateDistrictRequest NewDistrict(const std::string& district, const std::string& zone);
// That term ends on 2025-10-10; one that follows it goes on until 2026-06-05.
plans::v1::UpdateDistrictRequest ShortYear(const std::string& district);
plans::v1::AddTermsRequest RestOfTheYear(const std::string& district);
// A priority and the next phase of the journey.
plans::v1::UpdateDistrictRequest NewPriorities(const std::string& district);
plans::v1::UpsertSchoolRequest SchoolOf(const std::string& district, const std::string& school);
plans::v1::UpsertTeamsRequest TeamsOf(const std::string& district, const std::string& school,
                                      const std::vector<std::string>& teams, bool active);
// A plan that answers all six questions, about one indicator with a desired growth of its own.
plans::v1::DraftSitePlanRequest DraftOf(const std::string& district, const std::string& school,
                                        const std::string& plan, const std::string& indicator);
plans::v1::PublishSitePlanRequest PublishOf(const std::string& district, const std::string& school,
                                            const std::string& plan);
plans::v1::DiscardSitePlanDraftRequest DiscardOf(const std::string& district,
                                                 const std::string& school,
                                                 const std::string& plan);
plans::v1::CloseSitePlanRequest CloseOf(const std::string& district, const std::string& school,
                                        const std::string& plan);
plans::v1::ReopenSitePlanRequest ReopenOf(const std::string& district, const std::string& school,
                                          const std::string& plan);
// The progression `words`.
plans::v1::UpsertProgressionRequest ProgressionOf(const std::string& district,
                                                  const std::string& school,
                                                  const std::string& team,
                                                  const std::string& indicator,
                                                  const std::string& start);

}  // namespace throughline::compatibility
