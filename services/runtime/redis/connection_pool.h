// The connections to one Redis: taken by one caller at a time, kept open between calls.
//
// Where the Redis is, is asked anew at every connect: behind Sentinels it is the master they name
// at that moment. Thread-safe; must outlive its leases.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "runtime/redis/connection.h"

namespace throughline::runtime::redis {

class ConnectionPool {
 public:
  // How a connection is made; on any thread.
  using Connect = std::function<Attempt<std::unique_ptr<Connection>>()>;

  // `place` names the Redis in messages.
  ConnectionPool(std::string place, Connect connect)
      : place_(std::move(place)), connect_(std::move(connect)) {}

  // A connection that is one caller's until it is destroyed.
  class Lease {
   public:
    Lease(ConnectionPool& pool, std::unique_ptr<Connection> connection, bool was_idle)
        : pool_(&pool), connection_(std::move(connection)), was_idle_(was_idle) {}
    Lease(Lease&&) = default;
    Lease& operator=(Lease&&) = delete;
    ~Lease() {
      if (connection_) pool_->Return(std::move(connection_));
    }
    Connection* operator->() const { return connection_.get(); }
    Connection& operator*() const { return *connection_; }
    bool was_idle() const { return was_idle_; }  // not made for this caller

   private:
    ConnectionPool* pool_;
    std::unique_ptr<Connection> connection_;
    bool was_idle_;
  };

  Attempt<Lease> Take();
  // Closes what is idle: the Redis at the other end is not, or no longer, one to use.
  void DropIdle();
  const std::string& place() const { return place_; }

 private:
  static constexpr size_t kIdleAtMost = 16;
  void Return(std::unique_ptr<Connection> connection);

  const std::string place_;
  const Connect connect_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Connection>> idle_;  // the last used last
};

}  // namespace throughline::runtime::redis
