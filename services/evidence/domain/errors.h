// Every refusal of the evidence service, and every reason to set a result aside.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "core/errors.h"
#include "throughline/evidence/v1/result.pb.h"

namespace throughline::evidence {

// The same in every service.
using core::DistrictUnknown;
using core::IdInvalid;

// TEAM_UNKNOWN; names those that there are, when they are few.
core::Error TeamNotFound(std::string_view field, std::string_view team,
                         const std::set<std::string>& teams);
// CLASS_UNKNOWN and INDICATOR_UNKNOWN, in the same way.
core::Error ClassNotInSchool(std::string_view class_id, const std::set<std::string>& classes);
core::Error IndicatorNotFound(std::string_view indicator, const std::set<std::string>& indicators);
// The refusal of a part of a batch, when others were taken in.
core::Error PartlyTaken(core::Error refusal);
core::Error BatchTooLarge(std::string_view field, int at_most);  // BATCH_TOO_LARGE
core::Error BatchEmpty(std::string_view field);                  // BATCH_EMPTY
core::Error SourceIdOther();                                     // SOURCE_ID_OTHER
core::Error SchoolMixed();                                       // SCHOOL_MIXED
core::Error KindMissing(std::string_view field);                 // KIND_MISSING
core::Error ScaleInvalid(std::string_view field);                // SCALE_INVALID
core::Error ScaleChanged(std::string_view field);                // SCALE_CHANGED
core::Error CutOffScale(std::string_view field);                 // CUT_OFF_SCALE
core::Error AssessmentNotFound(std::string_view assessment);     // ASSESSMENT_UNKNOWN
core::Error ClassNotFound(std::string_view field);               // CLASS_UNKNOWN
core::Error ClassNotListed(std::string_view field);              // CLASS_UNKNOWN
core::Error LineItemNotFound(std::string_view line_item);        // LINE_ITEM_UNKNOWN
core::Error StudentTwice(std::string_view field);                // STUDENT_TWICE
core::Error StudentIdInvalid(std::string_view field);            // ID_INVALID
core::Error GroupInvalid(std::string_view field);                // GROUP_INVALID
core::Error EnrolmentInvalid(std::string_view field);            // ENROLMENT_INVALID
core::Error TeacherInvalid(std::string_view field);              // TEACHER_INVALID
core::Error TeacherTwice(std::string_view field);                // TEACHER_TWICE
core::Error TeachingEndInvalid(std::string_view field);          // TEACHING_END_INVALID
core::Error NameInvalid(std::string_view field);                 // NAME_INVALID
core::Error ReasonMissing();                                     // REASON_MISSING
core::Error BaselineDayInvalid();                                // BASELINE_DAY_INVALID
core::Error BaselineUnchanged();                                 // BASELINE_UNCHANGED
core::Error YearInvalid();                                       // YEAR_INVALID
core::Error StudentNotFound();                                   // STUDENT_UNKNOWN
core::Error Suppressed();                                        // SUPPRESSED

// Why a caller is not told who students are.
core::Error PurposeMissing();                             // PURPOSE_MISSING
core::Error PurposeNamesStudent(std::string_view field);  // PURPOSE_NAMES_STUDENT
core::Error NotTaughtByCaller();                          // NOT_TAUGHT_BY_CALLER
core::Error EmergencyAccessMissing();                     // EMERGENCY_ACCESS_MISSING
// Of one who is there, too, when the caller does not teach them. STUDENT_UNKNOWN
core::Error StudentNotKnown();
core::Error IdentityUnavailable();  // IDENTITY_UNAVAILABLE
core::Error QuestionMissing();      // QUESTION_MISSING

// Reasons to set a result aside; `index` is filled in by the caller.
v1::ResultProblem SourceIdInvalid();                        // SOURCE_ID_INVALID
v1::ResultProblem SchoolUnknown(const v1::Result& result);  // SCHOOL_UNKNOWN
v1::ResultProblem AssessmentUnknown();                      // ASSESSMENT_UNKNOWN
v1::ResultProblem ScaleUnknown();                           // SCALE_UNKNOWN
v1::ResultProblem ClassUnknown();                           // CLASS_UNKNOWN
v1::ResultProblem ClassAmbiguous();                         // CLASS_AMBIGUOUS
v1::ResultProblem KeptTooLarge();                           // KEPT_TOO_LARGE
v1::ResultProblem StudentUnknown();                         // STUDENT_UNKNOWN
v1::ResultProblem DateInvalid();                            // DATE_INVALID
v1::ResultProblem DateInFuture();                           // DATE_IN_FUTURE
v1::ResultProblem ModifiedInFuture();                       // MODIFIED_IN_FUTURE
v1::ResultProblem ScoreMissing();                           // SCORE_MISSING
v1::ResultProblem ScoreNotSaid();                           // SCORE_MISSING
v1::ResultProblem ScoreUnreadable();                        // SCORE_UNREADABLE
v1::ResultProblem ScaleUnusable();                          // SCALE_INVALID
v1::ResultProblem ScoreOffScale(double min, double max);    // SCORE_OFF_SCALE

// The reason to refuse one: it contradicts what was recorded, or set aside, of the same version.
v1::ResultProblem ContentConflict();  // CONTENT_CONFLICT

}  // namespace throughline::evidence
