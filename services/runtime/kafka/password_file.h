// The password of Kafka's clients in a file, sasl.password.file: beside librdkafka's own properties
// one of ours, for SASL PLAIN and SCRAM. The file is looked at again every few seconds; with a new
// password in it the clients present that one whenever they connect the next time, so that it can
// be changed without a restart. Connections that are open stay.
#pragma once

#include <librdkafka/rdkafka.h>

#include <memory>
#include <string>

#include "core/result.h"

namespace throughline::runtime::kafka {

inline constexpr char kPasswordFileSetting[] = "sasl.password.file";

// Keeps a client's password that of the file until it is destroyed, before the client.
class FollowsPassword {
 public:
  FollowsPassword(rd_kafka_t* client, std::string user, std::string file, std::string password);
  ~FollowsPassword();
  FollowsPassword(const FollowsPassword&) = delete;
  FollowsPassword& operator=(const FollowsPassword&) = delete;

  // Presents what is in the file now, if it is another; a file that cannot be read changes nothing.
  void Look();

 private:
  rd_kafka_t* const client_;
  const std::string user_, file_;
  std::string password_;
};

}  // namespace throughline::runtime::kafka
