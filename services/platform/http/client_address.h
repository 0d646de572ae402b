// Who sent a request that came through proxies.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "platform/http/places.h"

namespace throughline::platform::http {

// The address of the client, without the port: `peer`, who is connected, unless that is one of the
// proxies. Then it is the last in `forwarded_for` (X-Forwarded-For, to which each proxy adds whom
// it took the request from) that is no such proxy: what stands before it was said by the client
// itself.
std::string ClientBehind(const std::vector<Network>& proxies, const std::string& peer,
                         std::string_view forwarded_for);

}  // namespace throughline::platform::http
