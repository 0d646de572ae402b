#include "runtime/redis/connection_pool.h"

namespace throughline::runtime::redis {

Attempt<ConnectionPool::Lease> ConnectionPool::Take() {
  while (true) {
    std::unique_ptr<Connection> connection;
    {
      std::lock_guard lock(mutex_);
      if (idle_.empty()) break;
      connection = std::move(idle_.back());
      idle_.pop_back();
    }
    // A connection that Redis has closed is detected by reading, before a commit is risked on it.
    if (connection->IsQuiet()) return Lease(*this, std::move(connection), true);
  }
  auto made = connect_();
  if (!made) return tl::make_unexpected(made.error());
  return Lease(*this, std::move(*made), false);
}

void ConnectionPool::DropIdle() {
  std::vector<std::unique_ptr<Connection>> dropped;
  std::lock_guard lock(mutex_);
  dropped.swap(idle_);
}

void ConnectionPool::Return(std::unique_ptr<Connection> connection) {
  if (connection->broken()) return;
  std::lock_guard lock(mutex_);
  if (idle_.size() < kIdleAtMost) idle_.push_back(std::move(connection));
}

}  // namespace throughline::runtime::redis
