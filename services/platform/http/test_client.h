// A client for tests that sends exactly what it is given, from an address of its own if need be.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>
#include <string_view>

namespace throughline::platform::http {

class RawClient {
 public:
  explicit RawClient(int port, const char* from = nullptr)
      : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(static_cast<uint16_t>(port));
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const timeval patience{20, 0};
    setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (from != nullptr) {
      sockaddr_in own{};
      own.sin_family = AF_INET;
      inet_pton(AF_INET, from, &own.sin_addr);
      EXPECT_EQ(bind(socket_, reinterpret_cast<sockaddr*>(&own), sizeof own), 0);
    }
    EXPECT_EQ(connect(socket_, reinterpret_cast<sockaddr*>(&to), sizeof to), 0);
  }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;
  ~RawClient() { close(socket_); }

  void Send(std::string_view text) {
    while (!text.empty()) {
      const ssize_t sent = send(socket_, text.data(), text.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;
      text.remove_prefix(static_cast<size_t>(sent));
    }
  }
  void EndSending() { shutdown(socket_, SHUT_WR); }
  // Until the text is there, or the server closes.
  std::string ReadUntil(std::string_view text) {
    while (read_.find(text) == std::string::npos && ReadSome()) {
    }
    return read_;
  }
  std::string ReadToEnd() {
    while (ReadSome()) {
    }
    return read_;
  }

 private:
  bool ReadSome() {
    char piece[4096];
    const ssize_t came = recv(socket_, piece, sizeof piece, 0);
    if (came > 0) read_.append(piece, static_cast<size_t>(came));
    return came > 0;
  }
  const int socket_;
  std::string read_;
};

}  // namespace throughline::platform::http
