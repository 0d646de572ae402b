// Of what a bundle says all that there is, and of what it says what changed: by the modes of its
// files. Pure.
#pragma once

#include "oneroster/bundle_reader.h"

namespace throughline::importing {

bool IsDelta(const oneroster::Manifest& manifest, oneroster::BundleFile file);
// Whether what the bundle says of students is not all that there is to say.
bool SaysChanges(const oneroster::Manifest& manifest);
// Whether the bundle says all that there is of classes and of who is in them.
bool SaysAll(const oneroster::Manifest& manifest);

}  // namespace throughline::importing
