// The templates that come with the product: text that people write and read, in
// shipped_templates/*.textproto. They are compiled in, so that a program needs no file beside it
// and its texts are those that were tested with it.
#pragma once

#include <string_view>
#include <vector>

#include "throughline/plans/v1/template.pb.h"

namespace throughline::plans {

// In order of id. Parsed once.
const std::vector<v1::Template>& ShippedTemplates();
// Null: none comes with the product under this id.
const v1::Template* FindShipped(std::string_view id);
// The rubric of the twelve factors.
const v1::Rubric& ShippedSurvey();

}  // namespace throughline::plans
