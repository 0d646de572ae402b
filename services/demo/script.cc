#include "demo/script.h"

#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "demo/script_parts.h"

namespace throughline::demo {

namespace {

core::Error ScriptInvalid(const std::filesystem::path& file, const std::string& why) {
  return {core::Code::kInvalidArgument, "SCRIPT_INVALID", file.string() + ": " + why, ""};
}

using Challenges = std::map<std::string, std::string>;  // by id, in words

Challenges ChallengesOf(const ScriptPlace& script) {
  Challenges challenges;
  const ScriptPlace all = script.At("challenges");
  for (const auto& [id, words] : all.json().items()) challenges[id] = all.TextAt(id);
  return challenges;
}

DemoArtefacts ArtefactsOf(const ScriptPlace& place) {
  place.HasOnly({"analysis", "design", "look", "refinement", "adjustment"});
  return {place.At("analysis").As<cycles::v1::Analysis>(),
          place.At("design").As<cycles::v1::Design>(),
          place.At("look").As<cycles::v1::EvidenceLook>(),
          place.At("refinement").As<cycles::v1::Refinement>(), place.TextAt("adjustment")};
}

DemoTeamPractice TeamPracticeOf(const ScriptPlace& place, const DemoTeam& team) {
  place.HasOnly({"practice", "first_cycle", "last_cycle", "from", "seen", "next_step",
                 "what_changed", "nominated", "by_wave"});
  DemoTeamPractice practice;
  practice.place = place.place();
  practice.practice = place.TextAt("practice");
  practice.first_cycle = place.WholeOr("first_cycle", 1, 100, practice.first_cycle);
  practice.last_cycle = place.WholeOr("last_cycle", practice.first_cycle, 100, practice.last_cycle);
  if (auto from = place.Find("from")) {
    from->HasOnly({"school", "team"});
    practice.from_school = from->TextOr("school", team.school);
    practice.from_team = from->TextAt("team");
  }
  for (const ScriptPlace& component : place.Each("seen")) practice.seen.push_back(component.Text());
  if (auto step = place.Find("next_step")) practice.next_step = step->Word<cycles::v1::NextStep>();
  if (practice.next_step == cycles::v1::NEXT_STEP_ADAPT) {
    practice.what_changed = place.TextAt("what_changed");
  } else if (auto changed = place.Find("what_changed")) {
    changed->Refuse("is said where `next_step` is adapt");
  }
  practice.is_nominated = place.FlagOr("nominated", false);
  practice.by_wave = place.FlagOr("by_wave", false);
  return practice;
}

DemoOfferAnswer OfferAnswerOf(const ScriptPlace& place) {
  place.HasOnly({"from", "practice", "answer", "reason"});
  DemoOfferAnswer offer;
  offer.place = place.place();
  if (auto from = place.Find("from")) {
    from->HasOnly({"school", "team"});
    offer.from_school = from->TextAt("school");
    offer.from_team = from->TextAt("team");
  }
  offer.practice = place.TextOr("practice", "");
  offer.answer = place.At("answer").Word<cycles::v1::OfferAnswer>();
  if (offer.answer == cycles::v1::OFFER_ANSWER_DECLINE) offer.reason = place.TextAt("reason");
  return offer;
}

DemoTeam TeamOf(const ScriptPlace& place, const Challenges& challenges) {
  place.HasOnly({"school", "team", "indicator", "first_day", "last_day", "phases_done", "days_late",
                 "answers_reviews", "predicted_effect", "problem", "challenge", "practices",
                 "offers"});
  DemoTeam team;
  team.place = place.place();
  team.school = place.TextAt("school");
  team.team = place.TextAt("team");
  team.indicator = place.TextAt("indicator");
  team.first_day = place.DayAt("first_day");
  if (auto last_day = place.Find("last_day")) team.last_day = last_day->Day();
  team.phases_done = place.At("phases_done").Whole(0, 4);
  team.days_late = place.WholeOr("days_late", 0, 100, 0);
  team.answers_reviews = place.FlagOr("answers_reviews", true);
  team.predicted_effect = place.At("predicted_effect").Number();
  team.problem = place.TextAt("problem");
  team.challenge_id = place.TextAt("challenge");
  auto challenge = challenges.find(team.challenge_id);
  if (challenge == challenges.end()) place.At("challenge").Refuse("is none of `challenges`");
  team.challenge = challenge->second;
  for (const ScriptPlace& one : place.At("practices").Each()) {
    team.practices.push_back(TeamPracticeOf(one, team));
  }
  for (const ScriptPlace& one : place.Each("offers")) team.offers.push_back(OfferAnswerOf(one));
  return team;
}

DemoScript ScriptOf(const ScriptPlace& place) {
  place.HasOnly({"about", "district", "time_zone", "last_day", "artefacts", "challenges", "teams",
                 "practices", "terms", "priorities", "plans", "surveys", "visits", "waves"});
  DemoScript script;
  script.district = place.TextAt("district");
  script.time_zone = place.TextAt("time_zone");
  script.last_day = place.DayAt("last_day");
  script.artefacts = ArtefactsOf(place.At("artefacts"));
  const Challenges challenges = ChallengesOf(place);
  for (const ScriptPlace& team : place.At("teams").Each()) {
    script.teams.push_back(TeamOf(team, challenges));
  }
  script.practices = PracticesOf(place);
  script.terms = TermsOf(place);
  script.priorities = PrioritiesOf(place);
  script.plans = PlansOf(place);
  script.surveys = SurveysOf(place);
  script.visits = VisitsOf(place);
  script.waves = WavesOf(place);
  return script;
}

}  // namespace

core::Result<DemoScript> ReadDemoScript(const std::filesystem::path& file) {
  std::ifstream in(file);
  if (!in) return core::Refuse(ScriptInvalid(file, "cannot be read. Is --files right?"));
  try {
    const nlohmann::json json = nlohmann::json::parse(in);
    return ScriptOf(ScriptPlace(json, file.filename().string()));
  } catch (const std::exception& wrong) {
    return core::Refuse(ScriptInvalid(file, wrong.what()));
  }
}

}  // namespace throughline::demo
