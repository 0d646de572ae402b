// Where clients find this installation, for the links that it answers with: as it is configured
// (--public-url), or else as it was called, when that is a name of this machine or the host that it
// listens at (--http). Any other name that a client writes into `Host` goes into no answer.
// Immutable; thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "core/result.h"
#include "platform/http/message.h"

namespace throughline::gateway {

// host, host:port, 127.0.0.1:80 or [::1]:80, and nothing else.
bool IsHost(std::string_view text);
// A host, with or without a port, that leads to the machine it is said on. A page in a browser may
// be made to call any address by a name of its own; what it cannot do is to call it by this one.
bool IsThisMachine(std::string_view host);
// An http or https address without query, and perhaps with a path: what --public-url takes.
bool IsPublicUrl(std::string_view text);

class PublicAddress {
 public:
  struct Options {
    std::string url = {};     // IsPublicUrl; empty: its own names only
    std::string listen = {};  // host:port where it listens
    bool secure = false;      // whether clients that call it come over TLS
    bool open = false;        // then it goes by the names of this machine only
  };
  explicit PublicAddress(Options options);

  // https://host without a slash at the end. HOST_INVALID; HOST_REFUSED of an open installation;
  // HOST_UNKNOWN when it was called by a name that nobody says is its own.
  core::Result<std::string> Of(const platform::http::Request& request) const;
  // The same for a link that may begin with its path: then it is empty instead of HOST_UNKNOWN.
  core::Result<std::string> OfPath(const platform::http::Request& request) const;
  // Of the configured address what a browser calls the origin of its pages: https://host, with a
  // port that is not the scheme's own. Empty: none is configured.
  const std::string& origin() const { return origin_; }

 private:
  bool IsOwn(std::string_view host) const;

  const Options options_;
  const std::string origin_;
};

}  // namespace throughline::gateway
