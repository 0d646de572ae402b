// What went wrong, in the words that the program says it with. Pure.
#pragma once

#include <string>

#include "core/result.h"

namespace throughline {

// "throughline: <sentence> (<REASON>, field <field>)" and, where there is something to be done, a
// second line that says what.
std::string Describe(const core::Error& error);

}  // namespace throughline
