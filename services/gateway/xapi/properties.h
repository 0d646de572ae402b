// What the specification demands of the parts of a statement: which properties there may be, and
// what each must look like. Pure.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "core/result.h"
#include "gateway/json/json_reader.h"

namespace throughline::gateway::xapi {

bool IsUuid(std::string_view text);
std::string LowerCase(std::string_view text);
// 1.0, 2.0 and their patches.
bool IsSupportedVersion(std::string_view version);
// With a scheme, and no space.
bool IsIri(std::string_view text);

// The object has no properties but these. `field` is what errors call it.
core::Result<void> CheckProperties(const Json& object, std::string_view field,
                                   std::initializer_list<std::string_view> names);
// Nothing in it is null, but in extensions.
core::Result<void> CheckNoNulls(const Json& value);

core::Result<void> CheckActor(const Json* actor, std::string_view field);
core::Result<void> CheckVerb(const Json* verb, std::string_view field);
core::Result<void> CheckObject(const Json* object, std::string_view field);
core::Result<void> CheckResult(const Json& result);
core::Result<void> CheckContext(const Json& context);

// What identifies an agent: the address of its mailbox, the digest of it, its OpenID, or its
// account as `<home page>/<name>`; empty for a group.
std::string NameOfAgent(const Json& actor);

}  // namespace throughline::gateway::xapi
