#include "demo/script_parts.h"

#include <algorithm>
#include <set>

namespace throughline::demo {

namespace {

constexpr size_t kFactors = 12;  // of the rubric that comes with the product
constexpr char kLowestLevel = '1', kHighestLevel = '4';

DemoPractice PracticeOf(const ScriptPlace& place) {
  place.HasOnly({"published_on", "practice", "is_also"});
  DemoPractice one;
  one.place = place.place();
  one.published_on = place.DayAt("published_on");
  one.practice = place.At("practice").As<cycles::v1::Practice>();
  for (const ScriptPlace& name : place.Each("is_also")) one.is_also.push_back(name.Text());
  return one;
}

// What a revision says of a field takes the place of what the plan said of it.
plans::v1::SitePlan Revised(plans::v1::SitePlan plan, const plans::v1::SitePlan& changes) {
  std::vector<const google::protobuf::FieldDescriptor*> changed;
  changes.GetReflection()->ListFields(changes, &changed);
  for (const auto* field : changed) plan.GetReflection()->ClearField(&plan, field);
  plan.MergeFrom(changes);
  return plan;
}

DemoPlan PlanOf(const ScriptPlace& place) {
  place.HasOnly({"published_on", "plan", "answered_after", "reviews"});
  DemoPlan one;
  one.place = place.place();
  one.published_on = place.DayAt("published_on");
  one.plan = place.At("plan").As<plans::v1::SitePlan>();
  one.answered_after = place.At("answered_after").Whole(1, 100);
  plans::v1::SitePlan latest = one.plan;
  for (const ScriptPlace& review : place.At("reviews").Each()) {
    review.HasOnly({"answer", "reason", "changes"});
    DemoPlanAnswer answer;
    answer.place = review.place();
    answer.answer = review.At("answer").Word<plans::v1::PlanReviewAnswer>();
    answer.reason = review.TextAt("reason");
    if (answer.answer == plans::v1::PLAN_REVIEW_ANSWER_REVISE) {
      latest = Revised(latest, review.At("changes").As<plans::v1::SitePlan>());
      answer.plan = latest;
    }
    one.reviews.push_back(std::move(answer));
  }
  return one;
}

// One digit a factor.
std::vector<int> LevelsOf(const ScriptPlace& place) {
  const std::string digits = place.Text();
  const bool are_levels = std::all_of(digits.begin(), digits.end(), [](char digit) {
    return digit >= kLowestLevel && digit <= kHighestLevel;
  });
  if (digits.size() != kFactors || !are_levels) {
    place.Refuse("has to be twelve digits from 1 to 4, a level for each factor");
  }
  std::vector<int> levels;
  for (const char digit : digits) levels.push_back(digit - '0');
  return levels;
}

DemoSurvey SurveyOf(const ScriptPlace& place) {
  place.HasOnly({"name", "school", "first_day", "last_day", "answers"});
  DemoSurvey survey;
  survey.place = place.place();
  survey.school = place.TextOr("school", "");
  survey.name = place.TextAt("name");
  survey.first_day = place.DayAt("first_day");
  survey.last_day = place.DayAt("last_day");
  if (survey.last_day <= survey.first_day)
    place.At("last_day").Refuse("is not after the first day");
  for (const ScriptPlace& school : place.At("answers").Each()) {
    school.HasOnly({"school", "staff", "leaders", "district"});
    for (const char* group : {"staff", "leaders", "district"}) {
      DemoRaters raters{school.place() + "." + group, school.TextAt("school"), {}, {}};
      raters.group =
          static_cast<plans::v1::RaterGroup>(ValueOf(*plans::v1::RaterGroup_descriptor(), group));
      for (const ScriptPlace& rater : school.Each(group)) raters.levels.push_back(LevelsOf(rater));
      survey.raters.push_back(std::move(raters));
    }
  }
  return survey;
}

DemoCommitment CommitmentOf(const ScriptPlace& place) {
  DemoCommitment one;
  one.place = place.place();
  one.commitment = place.As<cycles::v1::Commitment>({"answered_on", "outcome"});
  if (auto outcome = place.Find("outcome")) {
    one.outcome = outcome->Word<cycles::v1::CommitmentOutcome>();
    one.answered_on = place.DayAt("answered_on");
  }
  return one;
}

// A room is the list of the look-fors that are seen there; all of them are looked for.
cycles::v1::VisitRoom RoomOf(const ScriptPlace& place, cycles::v1::VisitRoom room,
                             const cycles::v1::Visit& visit) {
  std::set<std::string> seen;
  for (const ScriptPlace& one : place.Each()) {
    const bool is_known = std::any_of(
        visit.look_fors().begin(), visit.look_fors().end(),
        [&](const cycles::v1::LookFor& look_for) { return look_for.look_for() == one.Text(); });
    if (!is_known) one.Refuse("is none of the look-fors");
    seen.insert(one.Text());
  }
  for (const cycles::v1::LookFor& look_for : visit.look_fors()) {
    cycles::v1::LookForSeen& one = *room.add_seen();
    one.set_look_for(look_for.look_for());
    one.set_seen(seen.contains(look_for.look_for()));
  }
  return room;
}

DemoVisit VisitOf(const ScriptPlace& place, const ScriptPlace& all) {
  place.HasOnly({"host", "date", "planned_on", "visitors", "problem_of_practice", "look_fors",
                 "rooms", "debrief", "commitments"});
  DemoVisit visit;
  visit.place = place.place();
  visit.planned_on = place.DayAt("planned_on");
  visit.date = place.DayAt("date");
  if (visit.date < visit.planned_on) place.At("planned_on").Refuse("is after the visit");
  visit.visit.set_host(place.TextAt("host"));
  visit.visit.set_date(core::FormatDate(visit.date));
  for (const ScriptPlace& one : place.At("visitors").Each()) visit.visit.add_visitors(one.Text());
  visit.visit.set_problem_of_practice(place.TextAt("problem_of_practice"));
  for (const ScriptPlace& one : place.At("look_fors").Each()) {
    auto look_for = all.At("look_fors").At(one.Text()).As<cycles::v1::LookFor>();
    look_for.set_look_for(one.Text());
    *visit.visit.add_look_fors() = std::move(look_for);
  }
  const auto any_room = all.At("every_room").As<cycles::v1::VisitRoom>();
  for (const ScriptPlace& room : place.At("rooms").Each()) {
    visit.rooms.push_back(RoomOf(room, any_room, visit.visit));
  }
  visit.debrief = place.At("debrief").As<cycles::v1::Debrief>();
  for (const ScriptPlace& commitment : place.At("commitments").Each()) {
    visit.commitments.push_back(CommitmentOf(commitment));
  }
  return visit;
}

DemoWave WaveOf(const ScriptPlace& place) {
  DemoWave wave;
  wave.place = place.place();
  wave.planned_on = place.DayAt("planned_on");
  wave.wave = place.As<cycles::v1::Wave>({"planned_on", "teams"});
  for (const ScriptPlace& team : place.At("teams").Each()) {
    team.HasOnly({"school", "team", "asked_on"});
    wave.teams.push_back(
        {team.place(), team.TextAt("school"), team.TextAt("team"), team.DayAt("asked_on")});
    if (wave.teams.back().asked_on < wave.planned_on) {
      team.At("asked_on").Refuse("is before the wave is planned");
    }
  }
  return wave;
}

}  // namespace

std::vector<DemoPractice> PracticesOf(const ScriptPlace& script) {
  std::vector<DemoPractice> practices;
  for (const ScriptPlace& one : script.Each("practices")) practices.push_back(PracticeOf(one));
  return practices;
}

DemoTerms TermsOf(const ScriptPlace& script) {
  auto place = script.Find("terms");
  if (!place) return {};
  return {place->place(), place->DayAt("added_on"),
          place->As<plans::v1::AddTermsRequest>({"added_on"})};
}

DemoPriorities PrioritiesOf(const ScriptPlace& script) {
  auto place = script.Find("priorities");
  if (!place) return {};
  return {place->place(), place->DayAt("set_on"), place->As<plans::v1::PriorityList>({"set_on"})};
}

std::vector<DemoPlan> PlansOf(const ScriptPlace& script) {
  std::vector<DemoPlan> plans;
  for (const ScriptPlace& one : script.Each("plans")) plans.push_back(PlanOf(one));
  return plans;
}

std::vector<DemoSurvey> SurveysOf(const ScriptPlace& script) {
  std::vector<DemoSurvey> surveys;
  for (const ScriptPlace& one : script.Each("surveys")) surveys.push_back(SurveyOf(one));
  return surveys;
}

std::vector<DemoVisit> VisitsOf(const ScriptPlace& script) {
  auto all = script.Find("visits");
  if (!all) return {};
  all->HasOnly({"look_fors", "every_room", "visits"});
  std::vector<DemoVisit> visits;
  for (const ScriptPlace& one : all->At("visits").Each()) visits.push_back(VisitOf(one, *all));
  return visits;
}

std::vector<DemoWave> WavesOf(const ScriptPlace& script) {
  std::vector<DemoWave> waves;
  for (const ScriptPlace& one : script.Each("waves")) waves.push_back(WaveOf(one));
  return waves;
}

}  // namespace throughline::demo
