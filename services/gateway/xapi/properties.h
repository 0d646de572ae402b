// What the specification demands of the parts of a statement: which properties there may be, and
// what each must look like. Pure.
#pragma once

#include <string>
#include <string_view>

#include "core/result.h"
#include "gateway/json/json_reader.h"

namespace throughline::gateway::xapi {

core::Result<void> CheckActor(const Json* actor, std::string_view field);
// An agent; or, of two who vouch together, a group of them without a name of its own.
core::Result<void> CheckAuthority(const Json& authority, std::string_view field);
core::Result<void> CheckVerb(const Json* verb, std::string_view field);
core::Result<void> CheckObject(const Json* object, std::string_view field);
core::Result<void> CheckResult(const Json& result, std::string_view field);
// `object` is that of the statement.
core::Result<void> CheckContext(const Json& context, std::string_view field, const Json& object);
// Descriptions of what is elsewhere: nothing else than the statement is taken here.
core::Result<void> CheckAttachments(const Json& attachments, std::string_view field);
// Of a statement, or of one within a statement: actor, verb, object, and what of result, context,
// timestamp and attachments there is.
core::Result<void> CheckParts(const Json& statement, std::string_view field);

// What identifies an agent: the address of its mailbox, the digest of it, its OpenID, or its
// account as `<home page>/<name>`; empty for a group.
std::string NameOfAgent(const Json& actor);

}  // namespace throughline::gateway::xapi
