// Every failure that core itself reports, by name.
#pragma once

#include <cstddef>

#include "core/result.h"

namespace throughline::core {

// Both are CALENDAR_INVALID; `term` is the position of the term at fault, from 0.
Error TermReversed(size_t term);
Error TermOutOfOrder(size_t term);  // begins before the one before it has ended

}  // namespace throughline::core
