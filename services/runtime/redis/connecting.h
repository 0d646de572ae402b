// How a connection to a Redis that takes commits is made: straight to an address, or to the master
// that Sentinels name. Functions without state; on any thread.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "runtime/redis/connection.h"

namespace throughline::runtime::redis {

// The password is that of the file when there is one.
Attempt<Credentials> CredentialsOf(const std::string& user, const std::string& password,
                                   const std::string& password_file);
// A connection that is not there, and why.
inline Attempt<std::unique_ptr<Connection>> NotConnected(Failure why) {
  return tl::make_unexpected(std::move(why));
}

Attempt<std::unique_ptr<Connection>> ConnectTo(const Address& address,
                                               const Credentials& credentials,
                                               std::chrono::milliseconds timeout);

// Asks the Sentinels in turn; the first that knows the master is believed, if the Redis that it
// names says that it is one: a Sentinel may be behind.
Attempt<std::unique_ptr<Connection>> ConnectToMaster(const std::vector<Address>& sentinels,
                                                     const std::string& master,
                                                     const Credentials& credentials,
                                                     std::chrono::milliseconds timeout);

}  // namespace throughline::runtime::redis
