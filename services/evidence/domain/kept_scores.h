// What is kept of a result besides its score: words that are sealed, and told apart without being
// opened. Pure.
#pragma once

#include <cstddef>
#include <string_view>

#include "throughline/evidence/v1/result.pb.h"

namespace throughline::evidence {

// Of what is sealed of a kept score, so many bytes at the beginning tell texts apart: they are the
// same for the same text, whatever it is sealed with.
inline constexpr size_t kSealMark = 24;
inline constexpr std::string_view kAboutKept = "kept";

// Whether two kept scores say the same, sealed or not.
bool SameKept(const v1::KeptScore& one, const v1::KeptScore& other);
// Of every kept score of a result only what tells it from others.
void KeepMarks(v1::Result& result);

}  // namespace throughline::evidence
