// A server's certificate as its files have it: read at the start, and again when they are replaced,
// so that a renewed one needs no restart. Connections that are open keep the one they began with.
// Not thread-safe; what it gives out may go to any thread.
#pragma once

#include <sys/types.h>

#include <array>
#include <boost/asio/ssl/context.hpp>
#include <ctime>
#include <memory>
#include <string>
#include <tuple>

#include "core/result.h"

namespace throughline::platform::http {

class Certificate {
 public:
  struct Files {
    std::string certificate;  // with those it rests on
    std::string key;
    std::string client_authority;  // of certificates that clients must show; empty: none
  };

  // CERTIFICATE_UNUSABLE names the file.
  static core::Result<std::unique_ptr<Certificate>> Open(Files files);

  std::shared_ptr<boost::asio::ssl::context> context() const { return context_; }
  // Reads the files again if one of them changed. What cannot be used is said in the log, and the
  // certificate of before stays: of a certificate and its key one may be in place before the other.
  void Look();

 private:
  using Version = std::tuple<dev_t, ino_t, off_t, time_t, long>;
  using Versions = std::array<Version, 3>;

  explicit Certificate(Files files) : files_(std::move(files)) {}
  Versions VersionsNow() const;
  core::Result<std::shared_ptr<boost::asio::ssl::context>> Read() const;

  const Files files_;
  Versions read_;  // of the files that were read last
  std::shared_ptr<boost::asio::ssl::context> context_;
};

}  // namespace throughline::platform::http
