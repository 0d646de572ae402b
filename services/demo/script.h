// What the people of a demo's district do: a file that one can read and change, such as
// deploy/demo/ou2013.json.
//
// Everything in it has a `place`, the file and the path in it, for what is refused later.
#pragma once

#include <filesystem>
#include <limits>
#include <string>
#include <vector>

#include "core/date.h"
#include "core/result.h"
#include "throughline/cycles/v1/cycle.pb.h"
#include "throughline/cycles/v1/offer.pb.h"
#include "throughline/cycles/v1/practice.pb.h"
#include "throughline/cycles/v1/visit.pb.h"
#include "throughline/cycles/v1/wave.pb.h"
#include "throughline/plans/v1/plans_service.pb.h"
#include "throughline/plans/v1/site_plan.pb.h"
#include "throughline/plans/v1/survey.pb.h"

namespace throughline::demo {

// What every team leaves behind, but for what is its own.
struct DemoArtefacts {
  cycles::v1::Analysis analysis;
  cycles::v1::Design design;
  cycles::v1::EvidenceLook look;
  cycles::v1::Refinement refinement;
  std::string adjustment;  // the answer to a review that warns
};

// A practice of a team: in which of its cycles it is tried, and what comes of it.
struct DemoTeamPractice {
  std::string place;
  std::string practice;  // an id of the library, or what the team calls it
  int first_cycle = 1;
  int last_cycle = std::numeric_limits<int>::max();
  std::string from_school;  // of the team that it comes from; empty: it comes from none
  std::string from_team;
  std::vector<std::string> seen;                                 // components that a look sees
  cycles::v1::NextStep next_step = cycles::v1::NEXT_STEP_ADOPT;  // `abandon`: in the last cycle
  std::string what_changed;                                      // for `adapt`
  bool is_nominated = false;                                     // as promising, at every refine
  bool by_wave = false;  // only once the draw of a wave lets the team begin
};

// What a team answers to an offer to learn from another team, or to use a practice.
struct DemoOfferAnswer {
  std::string place;
  std::string from_school, from_team;  // empty when it is about a practice
  std::string practice;                // all empty: about any other
  cycles::v1::OfferAnswer answer = cycles::v1::OFFER_ANSWER_UNSPECIFIED;
  std::string reason;
};

struct DemoTeam {
  std::string place;
  std::string school;
  std::string team;
  std::string indicator;
  core::Date first_day;
  core::Date last_day{};  // afterwards it is not active; without one it stays so
  int phases_done = 4;    // how many phases of each cycle it ends: 0 (none) to 4 (all)
  int days_late = 0;      // instructional days after the due day on which it ends them
  bool answers_reviews = true;
  double predicted_effect = 0.2;
  std::string problem;       // its problem of practice
  std::string challenge_id;  // its challenge
  std::string challenge;     // the same in words
  std::vector<DemoTeamPractice> practices;
  std::vector<DemoOfferAnswer> offers;  // any other is not answered
};

// A practice that leaders write into the library and publish.
struct DemoPractice {
  std::string place;
  core::Date published_on;
  cycles::v1::Practice practice;
  std::vector<std::string> is_also;  // drafts of these names are merged into it
};

// What a school answers to a review of its plan.
struct DemoPlanAnswer {
  std::string place;
  plans::v1::PlanReviewAnswer answer = plans::v1::PLAN_REVIEW_ANSWER_UNSPECIFIED;
  std::string reason;
  plans::v1::SitePlan plan;  // the next revision, whole; for `revise`
};

// Terms that the district's data do not say.
struct DemoTerms {
  std::string place;
  core::Date added_on{};
  plans::v1::AddTermsRequest terms;  // none: nothing is added
};

// What the whole district works on.
struct DemoPriorities {
  std::string place;
  core::Date set_on{};
  plans::v1::PriorityList priorities;  // none: nothing is set
};

struct DemoPlan {
  std::string place;
  core::Date published_on;
  plans::v1::SitePlan plan;
  int answered_after = 0;               // days after a review was opened
  std::vector<DemoPlanAnswer> reviews;  // its reviews in order; those beyond are not answered
};

// Raters of a group, each with a level for each of the twelve factors, in their order.
struct DemoRaters {
  std::string place;
  std::string school;
  plans::v1::RaterGroup group = plans::v1::RATER_GROUP_UNSPECIFIED;
  std::vector<std::vector<int>> levels;
};

// A round of a driver survey.
struct DemoSurvey {
  std::string place;
  std::string school;  // empty: in every school of the district
  std::string name;
  core::Date first_day;  // everybody answers on the day after
  core::Date last_day;
  std::vector<DemoRaters> raters;
};

struct DemoCommitment {
  std::string place;
  cycles::v1::Commitment commitment;
  core::Date answered_on{};  // never, when it has no outcome
  cycles::v1::CommitmentOutcome outcome = cycles::v1::COMMITMENT_OUTCOME_UNSPECIFIED;
};

struct DemoVisit {
  std::string place;
  core::Date planned_on;
  core::Date date;
  cycles::v1::Visit visit;  // host, visitors, problem of practice, look-fors
  std::vector<cycles::v1::VisitRoom> rooms;
  cycles::v1::Debrief debrief;
  std::vector<DemoCommitment> commitments;
};

struct DemoWaveTeam {
  std::string place;
  std::string school;
  std::string team;
  core::Date asked_on;
};

// A wave of a practice.
struct DemoWave {
  std::string place;
  core::Date planned_on;
  cycles::v1::Wave wave;  // practice, starts, and until when teams may ask
  std::vector<DemoWaveTeam> teams;
};

struct DemoScript {
  std::string district;
  std::string time_zone;
  core::Date last_day;  // how long the demo lives at most: in the script whose results are pushed
  DemoArtefacts artefacts;
  std::vector<DemoTeam> teams;
  std::vector<DemoPractice> practices;
  DemoTerms terms;
  DemoPriorities priorities;
  std::vector<DemoPlan> plans;
  std::vector<DemoSurvey> surveys;
  std::vector<DemoVisit> visits;
  std::vector<DemoWave> waves;
};

// SCRIPT_INVALID names the file, the place in it and what is wrong there.
core::Result<DemoScript> ReadDemoScript(const std::filesystem::path& file);

}  // namespace throughline::demo
