// The draw of a wave: Wave in the proto says how, and how anybody repeats it. Pure.
#pragma once

#include <string>

#include "throughline/cycles/v1/wave.pb.h"

namespace throughline::cycles {

// 64 hexadecimal digits.
std::string TicketOf(const std::string& seed, const std::string& school, const std::string& team);

// By the wave's seed: puts the teams in order, and says who begins when.
void Draw(v1::Wave& wave);

}  // namespace throughline::cycles
