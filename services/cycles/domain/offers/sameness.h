// When teams work on the same: CommonChallenge says how. Pure.
#pragma once

#include <vector>

#include "throughline/cycles/v1/offer.pb.h"

namespace throughline::cycles {

// Everything that the team would share with whoever else has it: each with the team alone in it.
std::vector<v1::CommonChallenge> ChallengesOf(const v1::TeamChallenge& team);

// Of a school two teams have it, or else two schools do.
bool IsShared(const v1::CommonChallenge& challenge);

// `other` is the same challenge: its teams, and its words, are added.
void Join(const v1::CommonChallenge& other, v1::CommonChallenge& challenge);
void Leave(const v1::TeamChallenge& team, v1::CommonChallenge& challenge);

}  // namespace throughline::cycles
