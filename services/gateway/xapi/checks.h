// How the parts of a statement are checked: by what they must be, with the name of the one at
// fault. Pure.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "core/result.h"
#include "gateway/json/json_reader.h"

namespace throughline::gateway::xapi {

// `field` is what errors call the object; the member's name behind a point.
std::string Under(std::string_view field, std::string_view name);

core::Result<void> RequireObject(const Json* value, std::string_view field);
// The object has no properties but these.
core::Result<void> CheckProperties(const Json& object, std::string_view field,
                                   std::initializer_list<std::string_view> names);
// A member that is there is of that kind.
core::Result<void> CheckKind(const Json& object, std::string_view field, std::string_view name,
                             bool (*fits)(const Json&), std::string_view must);
// A member that is there is a text of that format.
core::Result<void> CheckText(const Json& object, std::string_view field, std::string_view name,
                             bool (*fits)(std::string_view), std::string_view must);
// The same, and it has to be there.
core::Result<void> RequireText(const Json& object, std::string_view field, std::string_view name,
                               bool (*fits)(std::string_view), std::string_view must);
// Nothing in it is null, but in extensions.
core::Result<void> CheckNoNulls(const Json& value);
// Texts by language.
core::Result<void> CheckLanguageMap(const Json& object, std::string_view field,
                                    std::string_view name);
// Anything, by IRI.
core::Result<void> CheckExtensions(const Json& object, std::string_view field);

bool IsBoolean(const Json& value);
bool IsString(const Json& value);

// The first that says no; otherwise none does.
core::Result<void> FirstOf(std::initializer_list<core::Result<void>> checks);

}  // namespace throughline::gateway::xapi
