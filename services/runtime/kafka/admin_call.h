// One call of librdkafka's admin client: its options, its queue, and the event that answers it,
// which lives as long as the call.
#pragma once

#include <chrono>

#include "runtime/kafka/kafka_client.h"

namespace throughline::runtime::kafka {

class AdminCall {
 public:
  AdminCall(Client& client, rd_kafka_admin_op_t what, std::chrono::milliseconds patience)
      : queue_(rd_kafka_queue_new(client.raw())),
        options_(rd_kafka_AdminOptions_new(client.raw(), what)) {
    char why[256];
    rd_kafka_AdminOptions_set_request_timeout(options_, static_cast<int>(patience.count()), why,
                                              sizeof why);
  }
  ~AdminCall() {
    if (event_ != nullptr) rd_kafka_event_destroy(event_);
    rd_kafka_AdminOptions_destroy(options_);
  }
  AdminCall(const AdminCall&) = delete;
  AdminCall& operator=(const AdminCall&) = delete;

  rd_kafka_queue_t* queue() { return queue_.get(); }
  rd_kafka_AdminOptions_t* options() { return options_; }
  rd_kafka_event_t* Wait() { return event_ = rd_kafka_queue_poll(queue_.get(), -1); }

 private:
  Owned<rd_kafka_queue_t> queue_;
  rd_kafka_AdminOptions_t* options_;
  rd_kafka_event_t* event_ = nullptr;
};

}  // namespace throughline::runtime::kafka
