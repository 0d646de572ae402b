// librdkafka's handles with owners, and how a client is made: its settings, its log, its faults.
#pragma once

#include <librdkafka/rdkafka.h>

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "core/result.h"
#include "runtime/journal.h"
#include "runtime/kafka/password_file.h"

namespace throughline::runtime::kafka {

// librdkafka's properties, such as bootstrap.servers, security.protocol, sasl.* and ssl.*; they are
// passed on as they are. One is not its own: sasl.password.file, see password_file.h.
using Settings = std::map<std::string, std::string>;

// Called with a fatal error, after which a client does nothing any more. It must not return to
// business as usual: librdkafka has no way back (confluentinc/librdkafka#4438).
using FatalHandler = std::function<void(const std::string& sentence)>;

// So long a thread waits for messages before it looks whether it is to stop.
constexpr int kPollMs = 100;
// So long a reader waits for a record that is known to be there.
constexpr std::chrono::seconds kRecordPatience(10);

struct Destroy {
  void operator()(rd_kafka_t* client) const { rd_kafka_destroy(client); }
  void operator()(rd_kafka_topic_t* topic) const { rd_kafka_topic_destroy(topic); }
  void operator()(rd_kafka_queue_t* queue) const { rd_kafka_queue_destroy(queue); }
  void operator()(rd_kafka_message_t* message) const { rd_kafka_message_destroy(message); }
  void operator()(rd_kafka_conf_t* conf) const { rd_kafka_conf_destroy(conf); }
  void operator()(rd_kafka_topic_partition_list_t* list) const {
    rd_kafka_topic_partition_list_destroy(list);
  }
  void operator()(rd_kafka_headers_t* headers) const { rd_kafka_headers_destroy(headers); }
};
template <class T>
using Owned = std::unique_ptr<T, Destroy>;

// Settings of a client; made into one by MakeClient.
class Conf {
 public:
  explicit Conf(const Settings& settings);
  // The first one that is refused is reported when the client is made.
  void Set(const std::string& name, const std::string& value);
  rd_kafka_conf_t* raw() { return conf_.get(); }

 private:
  friend class Client;
  Owned<rd_kafka_conf_t> conf_;
  std::string refused_;
  std::string user_, password_file_, password_;  // when the password is in a file
};

// A client. `opaque` of its callbacks is the Client's own.
class Client {
 public:
  // INVALID_ARGUMENT with librdkafka's words when a setting is wrong.
  static core::Result<std::unique_ptr<Client>> Make(rd_kafka_type_t type, Conf conf,
                                                    FatalHandler fatal, void* owner = nullptr);
  rd_kafka_t* raw() const { return client_.get(); }
  void* owner() const { return owner_; }
  // The topic's handle; the same at every call. Thread-safe.
  rd_kafka_topic_t* Topic(const std::string& name);
  // Offsets of the first record and after the last one. Waits a few seconds at most.
  core::Result<std::pair<int64_t, int64_t>> Bounds(const TopicPartition& of);
  // Leaves the consumer's group, and destroys the client: in about this time at most, although the
  // broker may be away; but a commit that waits for it is given up only after session.timeout.ms.
  // The group learns of it by itself then, when the session has ended. Nothing of the client may be
  // used any more, and no message may be held.
  void LeaveWithin(std::chrono::milliseconds time);
  // Why it has no connection, in librdkafka's words; empty when it never failed to get one.
  std::string WhyUnconnected();
  // Tells of a fatal error, if there was one. A group's consumer has to look by itself: such an
  // error comes to it as a message, and not to the error callback.
  void TellIfFatal();
  // Tells of something else after which the client cannot be used.
  void TellFatal(const std::string& sentence) { fatal_(sentence); }

 private:
  Client(FatalHandler fatal, void* owner) : fatal_(std::move(fatal)), owner_(owner) {}
  static void OnError(rd_kafka_t* client, int error, const char* reason, void* opaque);
  static void OnLog(const rd_kafka_t* client, int level, const char* facility, const char* text);
  void NoteFailure(std::string_view text);

  FatalHandler fatal_;
  void* owner_;
  std::mutex mutex_;
  std::string why_unconnected_;  // the client's threads write to it until the client is gone
  Owned<rd_kafka_t> client_;
  std::unique_ptr<FollowsPassword> password_;              // null: it is in no file
  std::map<std::string, Owned<rd_kafka_topic_t>> topics_;  // destroyed before the client
};

// The record of a message as it was fetched.
StoredRecord ToStored(const rd_kafka_message_t& message);

}  // namespace throughline::runtime::kafka
