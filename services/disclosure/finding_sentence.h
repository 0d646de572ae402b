// What a condition, a review or a cycle says, in a sentence for people: what was found, of how many
// students, how sure it is, what was desired or predicted, and by when.
//
// Made of numbers that readers are shown and of nothing else, so that it can tell no more than they
// do. Where they are absent, the sentence says so.
#pragma once

#include <string>

#include "throughline/cycles/v1/cycles_events.pb.h"
#include "throughline/notifications/v1/alert.pb.h"

namespace throughline::disclosure {

// `condition` as readers are shown it. With `names`, what it is about is said first.
std::string FindingSentence(const cycles::v1::Condition& condition,
                            const notifications::v1::AlertNames& names = {});

// `review` as readers are shown it; what it is about is said first, by the names that it has.
std::string FindingSentence(const cycles::v1::Review& review);

// Of the i-th indicator of a cycle, as readers are shown it; empty when there is nothing to say
// yet.
std::string FindingSentence(const cycles::v1::Cycle& cycle, int indicator);

}  // namespace throughline::disclosure
