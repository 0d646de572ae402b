// What the words of a credential's scope (RFC 6749) allow. The one place where that is said are the
// methods themselves: each names, in its option `throughline.common.v1.allowed`, the words that
// allow it. A credential that says no scope is held to its role alone. One that says words is held
// to its role and to what they allow, all together; a word that no method names allows nothing.
// Two kinds of words do not narrow: those of OpenID Connect, which say what the issuer tells of a
// person, and `throughline`, which stands for all that the role may. Pure functions.
#pragma once

#include <google/protobuf/message.h>

#include <string_view>
#include <vector>

#include "platform/access/rules.h"

namespace throughline::platform {

// Whether a request of a method that names `words` may be made.
bool IsInScope(std::string_view scope, const std::vector<ScopeWord>& words,
               const google::protobuf::Message& request);

// Whether there may be a request of the method, by its full name, that may be made: for an entry
// point that looks before it reads a request. The method is one of a service that is linked in.
bool MayCall(std::string_view scope, std::string_view method);

}  // namespace throughline::platform
