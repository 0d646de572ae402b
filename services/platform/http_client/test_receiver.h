// For tests: a receiver on loopback that sends prepared answers, byte for byte, and keeps what
// it was sent. A request ends with the word END. Thread-safe.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace throughline::platform {

class TestReceiver {
 public:
  // An empty answer: it takes what comes, and says nothing.
  explicit TestReceiver(std::string answer, std::string end = "END")
      : answer_(std::move(answer)), end_(std::move(end)) {
    listening_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    EXPECT_EQ(bind(listening_, reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(listen(listening_, 64), 0);
    getsockname(listening_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { Run(); });
  }
  ~TestReceiver() {
    {
      std::lock_guard lock(mutex_);
      stopping_ = true;
      for (const int connection : open_) shutdown(connection, SHUT_RDWR);
    }
    shutdown(listening_, SHUT_RDWR);
    thread_.join();
    for (std::thread& one : serving_) one.join();
    for (const int connection : open_) close(connection);
    close(listening_);
  }

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/hook"; }
  std::vector<std::string> requests() const {
    std::lock_guard lock(mutex_);
    return requests_;
  }
  size_t connections() const {
    std::lock_guard lock(mutex_);
    return open_.size();
  }
  // False when there are not so many requests within a minute.
  bool WaitFor(size_t requests) const {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::minutes(1),
                             [&] { return requests_.size() >= requests; });
  }

 private:
  void Run() {
    while (true) {
      const int connection = accept(listening_, nullptr, nullptr);
      if (connection < 0) return;
      std::lock_guard lock(mutex_);
      if (stopping_) shutdown(connection, SHUT_RDWR);
      open_.push_back(connection);
      serving_.emplace_back([this, connection] { Serve(connection); });
    }
  }
  void Serve(int connection) {
    std::string request;
    char bytes[4096];
    while (request.find(end_) == std::string::npos) {
      const ssize_t count = read(connection, bytes, sizeof(bytes));
      if (count <= 0) return;
      request.append(bytes, static_cast<size_t>(count));
    }
    {
      std::lock_guard lock(mutex_);
      requests_.push_back(request);
    }
    changed_.notify_all();
    for (size_t at = 0; at < answer_.size();) {
      const ssize_t count =
          send(connection, answer_.data() + at, answer_.size() - at, MSG_NOSIGNAL);
      if (count <= 0) break;
      at += static_cast<size_t>(count);
    }
    if (!answer_.empty()) shutdown(connection, SHUT_WR);
  }

  const std::string answer_;
  const std::string end_;
  int listening_ = -1;
  int port_ = 0;
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  bool stopping_ = false;
  std::vector<int> open_;  // connections, those that have ended too
  std::vector<std::string> requests_;
  std::vector<std::thread> serving_;
  std::thread thread_;
};

}  // namespace throughline::platform
