// Whether a team uses a practice that it took up.
#pragma once

#include "throughline/cycles/v1/adoption.pb.h"

namespace throughline::cycles {

inline bool IsInUse(const v1::Adoption& adoption) {
  return adoption.state() == v1::ADOPTION_STATE_BEGUN ||
         adoption.state() == v1::ADOPTION_STATE_ADOPTED ||
         adoption.state() == v1::ADOPTION_STATE_ADAPTED;
}

}  // namespace throughline::cycles
