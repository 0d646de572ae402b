// Answers to callers. A cycle and a review carry numbers about students; a caller is shown those
// that the district may show.
#pragma once

#include <string>

#include "decider/decider.h"
#include "disclosure/disclose.h"
#include "disclosure/smallest_cell.h"
#include "district/district_notes.h"

namespace throughline::cycles {

template <class Response>
void AnswerShown(Response response, const std::string& district, decider::Turn& turn) {
  disclosure::HideSmallCells(response,
                             disclosure::SmallestCell(district::PolicyOf(turn.state(), district)));
  turn.Answer(response);
}

}  // namespace throughline::cycles
