// How much the rules take of what several aggregates have.
#pragma once

#include <cstddef>

namespace throughline::plans {

constexpr size_t kNameAtMost = 200;      // bytes, of a rubric, a template or a survey round
constexpr size_t kPurposeAtMost = 2000;  // bytes
constexpr int kClosuresAtMost = 2000;    // of a district, and of a school
constexpr int kListAtMost = 100;         // of a site plan's or a progression's items

}  // namespace throughline::plans
