// The formats of single values that the specification of xAPI demands. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/date.h"

namespace throughline::gateway::xapi {

std::string LowerCase(std::string_view text);
bool IsUuid(std::string_view text);
// So many hexadecimal digits, as digests are written.
bool IsHex(std::string_view text, size_t digits);
// 1.0, 2.0 and their patches.
bool IsSupportedVersion(std::string_view version);
// With a scheme, and no space.
bool IsIri(std::string_view text);
// RFC 5646, as far as its grammar goes.
bool IsLanguageTag(std::string_view text);
// ISO 8601, 4.4.3.2: P1Y2M3DT4H5M6.7S, or P8W. Only the last number may have a fraction.
bool IsDuration(std::string_view text);
// `type/subtype`, with or without parameters.
bool IsMediaType(std::string_view text);
// ISO 8601; one without an offset is taken as UTC. nullopt for anything else, and for the offset
// -00, which says that nobody knows it.
std::optional<core::Instant> ReadTimestamp(std::string_view text);

}  // namespace throughline::gateway::xapi
