// How much the rules take of what several aggregates have.
#pragma once

#include <cstddef>

namespace throughline::cycles {

constexpr size_t kReasonBytes = 2000;  // of why somebody does what they do

}  // namespace throughline::cycles
