// What the results of a team are watched for: cycles and school years, in order of start.
#pragma once

#include <string_view>

#include "throughline/evidence/v1/rows.pb.h"

namespace throughline::evidence {

// In place of one of the same id. Forgets what no result can reach any more.
void PutWatch(v1::TeamRow& team, const v1::Watch& watch);
void RemoveWatch(v1::TeamRow& team, std::string_view cycle);

}  // namespace throughline::evidence
