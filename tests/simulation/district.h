// A small district for the simulation: two schools of two teams, and what happens in them, all from
// one seed.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "world.h"

namespace throughline::simulation {

// Numbers of the services in the world.
inline constexpr size_t kPlans = 0, kEvidence = 1, kCycles = 2, kNotifications = 3;

using Commands = std::vector<std::pair<size_t, World::Command>>;

// The district, its schools, teams, assessments and rosters, and a first cycle of every team.
Commands FoundDistrict();
// Results, corrections and retractions, bad ones among them; artefacts and phases; silences.
Commands LiveInDistrict(uint64_t seed);
// Every student's baseline, and then the window's results in several looks. Teams change
// differently: some fall behind clearly, some hardly, and in some a group does.
Commands PushResults(uint64_t seed);

}  // namespace throughline::simulation
