// What callers are answered. A cycle and a review carry numbers about students; whoever asks is
// shown those that the district may show.
#pragma once

#include <string>

#include "decider/decider.h"
#include "district/district_notes.h"
#include "district/small_cells.h"

namespace throughline::cycles {

template <class Response>
void AnswerShown(Response response, const std::string& district, decider::Turn& turn) {
  district::HideSmallCells(response, district::PolicyOf(turn.state(), district).smallest_cell());
  turn.Answer(response);
}

}  // namespace throughline::cycles
