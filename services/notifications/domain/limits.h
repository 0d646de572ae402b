// How much the rules take of what several aggregates have.
#pragma once

#include <cstddef>

namespace throughline::notifications {

constexpr size_t kLongestName = 256;  // of a person: a credential's subject may be so long

}  // namespace throughline::notifications
