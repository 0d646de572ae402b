// What makes two requests the same one. A client gives each request an id and may send it again
// under that id: it is then answered as at first, and nothing is done twice. An id belongs to
// whoever chose it: to the caller, to the kind of command, and to the partition key that the
// command is about, which begins with the district. The same id of anybody else, or for anything
// else, is another id. Under one id one thing is asked: another request under it is
// REQUEST_ID_REUSED.
#pragma once

#include <google/protobuf/message.h>

#include <optional>
#include <string>
#include <string_view>

#include "core/trace_context.h"
#include "throughline/runtime/v1/protocol.pb.h"

namespace throughline::runtime {

struct RequestKey {
  // Who asks, so that no two callers are called the same; empty: everybody in an open installation,
  // or this program itself.
  std::string caller = {};
  std::string id = {};  // which the caller chose; empty: the request is never sent again
  v1::RequestDigest digest = {};
  // Who calls, for the record; absent where nobody is to know, and where nobody called.
  std::optional<v1::Actor> actor = {};
  // In which the command is; not valid: in none, as where nobody is to know who called.
  core::TraceContext trace = {};
  // Of the command that the id is for, when the one that is submitted only claims it.
  const google::protobuf::Descriptor* kind = nullptr;
};

// Claims the id of a command of that kind for the request, before it is asked in parts: from then
// on another request under the id is refused, and the claim is as soon as another one was there.
// Any answer to the same request answers a claim, and a claim's answers nothing but claims.
RequestKey ClaimOf(RequestKey key, const google::protobuf::Descriptor& kind);

// Of the message without its field `request_id`. XXH3: whoever looks for two requests of one digest
// deceives nobody but themselves, for the key is their own.
std::string DigestOf(const google::protobuf::Message& request);

// The id under which the outcome is kept: BLAKE2b of all that it belongs to, as hexadecimal digits.
// `route` is the command's partition key.
std::string OutcomeId(const RequestKey& key, const google::protobuf::Message& command,
                      std::string_view route);

// Whether something else was asked under the same id.
bool IsReused(const v1::RequestDigest& one, const v1::RequestDigest& other);
// Whether what was decided answers what is asked: the same request, divided into the same parts.
bool IsAnsweredBy(const v1::RequestDigest& asked, const v1::RequestDigest& decided);

}  // namespace throughline::runtime
