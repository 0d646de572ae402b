// One connection to one Redis, ready to be asked.
//
// After any failure the connection is broken and must be dropped: a reply that comes late would be
// taken for the answer to the next question. Belongs to one thread at a time.
#pragma once

#include <hiredis/hiredis.h>

#include <array>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "runtime/redis/address.h"
#include "runtime/redis/scripts.h"
#include "runtime/redis/wire.h"

namespace throughline::runtime::redis {

// `user` may be empty: the default user. With an empty password nothing is presented.
struct Credentials {
  std::string user;
  std::string password;
};

class Connection {
 public:
  // Connects and presents the credentials. `timeout` is how long Redis may say nothing, now and at
  // every request.
  static Attempt<std::unique_ptr<Connection>> Open(const Address& address,
                                                   const Credentials& credentials,
                                                   std::chrono::milliseconds timeout);

  // Makes the scripts known to Redis and learns their names.
  Attempt<bool> LoadScripts();
  // What EVALSHA calls the script.
  const std::string& NameOf(Script script) const { return names_[static_cast<size_t>(script)]; }

  // Sends the request and reads a reply for each of its commands. An error among the replies, or
  // within them, is a failure. A script that Redis has forgotten is loaded and the request, of
  // which then nothing was done, sent again.
  Attempt<Replies> Ask(const Request& request);

  // False when Redis has closed its end, or has sent what nobody asked for.
  bool IsQuiet() const;
  bool broken() const { return broken_; }
  const Address& address() const { return address_; }

 private:
  struct ContextDeleter {
    void operator()(redisContext* context) const { redisFree(context); }
  };
  using Context = std::unique_ptr<redisContext, ContextDeleter>;

  Connection(Address address, std::chrono::milliseconds timeout, Context context)
      : address_(std::move(address)), timeout_(timeout), context_(std::move(context)) {}
  Attempt<Replies> AskOnce(const Request& request);
  Attempt<bool> Send(const std::string& bytes);
  Failure Broken(Failure::What what, std::string_view words);
  Failure BrokenByErrno(int error);

  Address address_;
  std::chrono::milliseconds timeout_;
  Context context_;
  std::array<std::string, kScripts> names_;
  bool broken_ = false;
};

}  // namespace throughline::runtime::redis
