#include "runtime/repartition/command_routes.h"

#include <charconv>

#include "runtime/envelope.h"

namespace throughline::runtime {

using core::Result;

namespace {

constexpr size_t kRouteRecords = 1024;
constexpr size_t kRouteBytes = 4 << 20;

}  // namespace

Result<std::string> CommandRoutes::RouteOf(int32_t partition, const std::string& cause) {
  const TopicPartition inbox{InboxTopic(service_), partition};
  const std::string prefix = inbox.topic + "." + std::to_string(partition) + ".";
  if (!cause.starts_with(prefix)) return std::string();
  int64_t number = 0;
  std::from_chars(cause.data() + prefix.size(), cause.data() + cause.size(), number);
  const int64_t offset = number - before_;
  if (offset < 0) return std::string();
  Reading& reading = partitions_[partition];
  while (true) {
    while (!reading.read.empty() && reading.read.front().offset < offset) reading.read.pop_front();
    if (!reading.read.empty()) break;
    auto records = log_.ReadHistory(inbox, reading.next, kRouteRecords, kRouteBytes);
    if (!records) return core::Refuse(records.error());
    if (records->empty()) return std::string();
    reading.next = records->back().offset + 1;
    reading.read.assign(std::make_move_iterator(records->begin()),
                        std::make_move_iterator(records->end()));
  }
  if (reading.read.front().offset != offset) return std::string();
  const auto envelope = ParseEnvelope(reading.read.front().record);
  return envelope ? envelope->subject() : std::string();
}

}  // namespace throughline::runtime
