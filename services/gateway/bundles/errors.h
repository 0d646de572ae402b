// Every refusal of an uploaded bundle beside those of what is in it (oneroster/errors.h), by name.
#pragma once

#include "core/result.h"

namespace throughline::gateway::bundles {

core::Error NotAZip();         // NOT_A_BUNDLE, INVALID_ARGUMENT
core::Error MediaTypeOther();  // MEDIA_TYPE_OTHER, INVALID_ARGUMENT; 415
// RESOURCE_EXHAUSTED: whose places are all taken.
core::Error ImportsOfCallerUnderWay(size_t at_most);
core::Error ImportsOfDistrictUnderWay(size_t at_most);
core::Error ImportsUnderWay(size_t at_most);
// Told in the last line.
core::Error ImportStopped();  // IMPORT_STOPPED, UNAVAILABLE
core::Error ImportBroke();    // IMPORT_BROKE, INTERNAL

}  // namespace throughline::gateway::bundles
