#include "runtime/kafka/consumer_group.h"

#include <spdlog/spdlog.h>

#include "runtime/envelope.h"
#include "runtime/guarded.h"

namespace throughline::runtime::kafka {

core::Result<std::unique_ptr<ConsumerGroup>> ConsumerGroup::Make(const Settings& settings,
                                                                 const Membership& membership,
                                                                 FatalHandler fatal) {
  std::unique_ptr<ConsumerGroup> group(new ConsumerGroup());
  group->topic_ = InboxTopic(membership.service);
  Conf conf(settings);
  conf.Set("group.id", "throughline." + membership.service);
  if (!membership.replica.empty()) conf.Set("group.instance.id", membership.replica);
  // librdkafka's cooperative-sticky loses track of partitions (confluentinc/librdkafka#4059, #4527,
  // #4783); range gives every partition to exactly one member.
  conf.Set("partition.assignment.strategy", "range");
  conf.Set("session.timeout.ms", std::to_string(membership.session.count()));
  conf.Set("heartbeat.interval.ms", std::to_string(membership.session.count() / 4));
  conf.Set("enable.auto.commit", "false");
  conf.Set("enable.auto.offset.store", "false");
  conf.Set("socket.nagle.disable", "true");
  rd_kafka_conf_set_rebalance_cb(conf.raw(), OnRebalance);
  auto client = Client::Make(RD_KAFKA_CONSUMER, std::move(conf), std::move(fatal), group.get());
  if (!client) return core::Refuse(client.error());
  group->client_ = std::move(*client);
  rd_kafka_poll_set_consumer(group->client_->raw());
  return group;
}

ConsumerGroup::~ConsumerGroup() { Stop(); }

void ConsumerGroup::Start(Partitions assigned, Partitions revoked) {
  assigned_ = std::move(assigned);
  revoked_ = std::move(revoked);
  Owned<rd_kafka_topic_partition_list_t> topics(rd_kafka_topic_partition_list_new(1));
  rd_kafka_topic_partition_list_add(topics.get(), topic_.c_str(), RD_KAFKA_PARTITION_UA);
  rd_kafka_subscribe(client_->raw(), topics.get());
  poll_ = std::thread([this] { Poll(); });
}

void ConsumerGroup::Stop() {
  if (!poll_.joinable()) return;
  stopping_ = true;
  poll_.join();
}

void ConsumerGroup::Poll() {
  while (!stopping_) {
    Owned<rd_kafka_message_t> message(rd_kafka_consumer_poll(client_->raw(), kPollMs));
    if (message && message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
      spdlog::debug("kafka group of {}: {}", topic_, rd_kafka_message_errstr(message.get()));
      client_->TellIfFatal();
    }
  }
  rd_kafka_consumer_close(client_->raw());  // gives the partitions up, through OnRebalance
}

void ConsumerGroup::OnRebalance(rd_kafka_t*, rd_kafka_resp_err_t what,
                                rd_kafka_topic_partition_list_t* partitions, void* opaque) {
  auto* group = static_cast<ConsumerGroup*>(static_cast<Client*>(opaque)->owner());
  // A member that does not know what it has must not stay one: it ends, and is started again.
  if (!Guarded("kafka: a rebalance", [&] { group->Rebalance(what, partitions); })) {
    group->client_->TellFatal("A rebalance of " + group->topic_ + " failed; the log has more.");
  }
}

void ConsumerGroup::Rebalance(rd_kafka_resp_err_t what,
                              rd_kafka_topic_partition_list_t* partitions) {
  std::vector<int32_t> numbers;
  for (int i = 0; i < partitions->cnt; ++i) numbers.push_back(partitions->elems[i].partition);
  if (what != RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
    settled_ = false;
    revoked_(numbers);
    rd_kafka_assign(client_->raw(), nullptr);
    return;
  }
  // Nothing is fetched here: the log reads what is decided on.
  for (int i = 0; i < partitions->cnt; ++i) partitions->elems[i].offset = RD_KAFKA_OFFSET_END;
  rd_kafka_assign(client_->raw(), partitions);
  rd_kafka_pause_partitions(client_->raw(), partitions);
  assigned_(numbers);
  settled_ = true;
}

}  // namespace throughline::runtime::kafka
