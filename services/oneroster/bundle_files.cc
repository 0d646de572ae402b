#include "oneroster/bundle_files.h"

#include <algorithm>
#include <cstddef>

namespace throughline::oneroster {
namespace {

using Columns = std::string_view;

constexpr Columns kOrgsRequired[] = {"sourcedId", "name", "type"};
constexpr Columns kOrgsWritten[] = {"sourcedId", "status",     "dateLastModified", "name",
                                    "type",      "identifier", "parentSourcedId"};

constexpr Columns kSessionsRequired[] = {"sourcedId", "title", "type", "startDate", "endDate"};
constexpr Columns kSessionsWritten[] = {
    "sourcedId", "status",  "dateLastModified", "title",     "type",
    "startDate", "endDate", "parentSourcedId",  "schoolYear"};

constexpr Columns kCoursesRequired[] = {"sourcedId", "title", "orgSourcedId"};
constexpr Columns kCoursesWritten[] = {
    "sourcedId", "status",       "dateLastModified", "schoolYearSourcedId", "title", "courseCode",
    "grades",    "orgSourcedId", "subjects",         "subjectCodes"};

constexpr Columns kClassesRequired[] = {"sourcedId", "title", "courseSourcedId", "schoolSourcedId"};
constexpr Columns kClassesWritten[] = {
    "sourcedId",       "status",    "dateLastModified", "title",    "grades",
    "courseSourcedId", "classCode", "classType",        "location", "schoolSourcedId",
    "termSourcedIds",  "subjects",  "subjectCodes",     "periods"};

constexpr Columns kUsersRequired[] = {"sourcedId"};
constexpr Columns kUsersWritten[] = {"sourcedId",
                                     "status",
                                     "dateLastModified",
                                     "enabledUser",
                                     "username",
                                     "userIds",
                                     "givenName",
                                     "familyName",
                                     "middleName",
                                     "identifier",
                                     "email",
                                     "sms",
                                     "phone",
                                     "agentSourcedIds",
                                     "grades",
                                     "password",
                                     "userMasterIdentifier",
                                     "resourceSourcedIds",
                                     "preferredGivenName",
                                     "preferredMiddleName",
                                     "preferredFamilyName",
                                     "primaryOrgSourcedId",
                                     "pronouns"};

constexpr Columns kRolesRequired[] = {"sourcedId", "userSourcedId", "role", "orgSourcedId"};
constexpr Columns kRolesWritten[] = {
    "sourcedId", "status",    "dateLastModified", "userSourcedId", "roleType",
    "role",      "beginDate", "endDate",          "orgSourcedId",  "userProfileSourcedId"};

constexpr Columns kDemographicsRequired[] = {"sourcedId"};
constexpr Columns kDemographicsWritten[] = {"sourcedId",
                                            "status",
                                            "dateLastModified",
                                            "birthDate",
                                            "sex",
                                            "americanIndianOrAlaskaNative",
                                            "asian",
                                            "blackOrAfricanAmerican",
                                            "nativeHawaiianOrOtherPacificIslander",
                                            "white",
                                            "demographicRaceTwoOrMoreRaces",
                                            "hispanicOrLatinoEthnicity",
                                            "countryOfBirthCode",
                                            "stateOfBirthAbbreviation",
                                            "cityOfBirth",
                                            "publicSchoolResidenceStatus"};

constexpr Columns kEnrollmentsRequired[] = {"sourcedId", "classSourcedId", "schoolSourcedId",
                                            "userSourcedId", "role"};
constexpr Columns kEnrollmentsWritten[] = {
    "sourcedId",     "status", "dateLastModified", "classSourcedId", "schoolSourcedId",
    "userSourcedId", "role",   "primary",          "beginDate",      "endDate"};

constexpr Columns kCategoriesRequired[] = {"sourcedId", "title"};
constexpr Columns kCategoriesWritten[] = {"sourcedId", "status", "dateLastModified", "title",
                                          "weight"};

constexpr Columns kLineItemsRequired[] = {"sourcedId",         "title",          "classSourcedId",
                                          "categorySourcedId", "resultValueMin", "resultValueMax"};
constexpr Columns kLineItemsWritten[] = {"sourcedId",         "status",
                                         "dateLastModified",  "title",
                                         "description",       "assignDate",
                                         "dueDate",           "classSourcedId",
                                         "categorySourcedId", "gradingPeriodSourcedId",
                                         "resultValueMin",    "resultValueMax",
                                         "schoolSourcedId",   "academicSessionSourcedId"};

constexpr Columns kResultsRequired[] = {
    "sourcedId", "lineItemSourcedId", "studentSourcedId", "scoreStatus", "score", "scoreDate"};
constexpr Columns kResultsWritten[] = {"sourcedId",
                                       "status",
                                       "dateLastModified",
                                       "lineItemSourcedId",
                                       "studentSourcedId",
                                       "scoreStatus",
                                       "score",
                                       "scoreDate",
                                       "comment",
                                       "textScore",
                                       "classSourcedId",
                                       "inProgress",
                                       "incomplete",
                                       "late",
                                       "missing"};

// In the order of the enumeration.
constexpr FileSpec kSpecs[] = {
    {"orgs.csv", "file.orgs", kOrgsRequired, kOrgsWritten},
    {"academicSessions.csv", "file.academicSessions", kSessionsRequired, kSessionsWritten},
    {"courses.csv", "file.courses", kCoursesRequired, kCoursesWritten},
    {"classes.csv", "file.classes", kClassesRequired, kClassesWritten},
    {"users.csv", "file.users", kUsersRequired, kUsersWritten},
    {"roles.csv", "file.roles", kRolesRequired, kRolesWritten},
    {"demographics.csv", "file.demographics", kDemographicsRequired, kDemographicsWritten},
    {"enrollments.csv", "file.enrollments", kEnrollmentsRequired, kEnrollmentsWritten},
    {"categories.csv", "file.categories", kCategoriesRequired, kCategoriesWritten},
    {"lineItems.csv", "file.lineItems", kLineItemsRequired, kLineItemsWritten},
    {"results.csv", "file.results", kResultsRequired, kResultsWritten},
};
static_assert(std::size(kSpecs) == kBundleFiles.size());

constexpr std::string_view kHarmlessInResults[] = {
    "status", "dateLastModified", "lineItemSourcedId", "classSourcedId", "scoreStatus",
    "score",  "scoreDate",
};

}  // namespace

const FileSpec& SpecOf(BundleFile file) { return kSpecs[static_cast<size_t>(file)]; }

bool MayExcerpt(BundleFile file, std::string_view column) {
  switch (file) {
    case BundleFile::kUsers:
    case BundleFile::kRoles:
    case BundleFile::kDemographics:
    case BundleFile::kEnrollments:
      return false;
    case BundleFile::kResults:
      return std::ranges::find(kHarmlessInResults, column) != std::end(kHarmlessInResults);
    default:
      return true;
  }
}

}  // namespace throughline::oneroster
