#include "demo/script.h"

#include <fstream>
#include <nlohmann/json.hpp>

namespace throughline::demo {

namespace {

core::Error ScriptInvalid(const std::filesystem::path& file, const std::string& why) {
  return {core::Code::kInvalidArgument, "SCRIPT_INVALID", file.string() + ": " + why, ""};
}

core::Date Date(const nlohmann::json& json, const char* name) {
  const auto text = json.at(name).get<std::string>();
  auto date = core::ParseDate(text);
  if (!date) throw std::invalid_argument(std::string(name) + " is not a day: " + text);
  return *date;
}

DemoTeam TeamOf(const nlohmann::json& json) {
  DemoTeam team;
  team.school = json.at("school");
  team.team = json.at("team");
  team.indicator = json.at("indicator");
  team.first_day = Date(json, "first_day");
  team.last_day = Date(json, "last_day");
  team.phases_done = json.at("phases_done");
  team.days_late = json.value("days_late", 0);
  team.answers_reviews = json.value("answers_reviews", true);
  team.predicted_effect = json.at("predicted_effect");
  team.problem = json.at("problem");
  team.practice = json.at("practice");
  return team;
}

}  // namespace

core::Result<DemoScript> ReadDemoScript(const std::filesystem::path& file) {
  std::ifstream in(file);
  if (!in) return core::Refuse(ScriptInvalid(file, "cannot be read. Is --files right?"));
  try {
    const nlohmann::json json = nlohmann::json::parse(in);
    DemoScript script;
    script.district = json.at("district");
    script.time_zone = json.at("time_zone");
    script.last_day = Date(json, "last_day");
    for (const auto& team : json.at("teams")) script.teams.push_back(TeamOf(team));
    return script;
  } catch (const std::exception& wrong) {
    return core::Refuse(ScriptInvalid(file, wrong.what()));
  }
}

}  // namespace throughline::demo
