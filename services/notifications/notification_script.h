// For tests and benchmarks: what the notifications service would have written to its log, as
// numbered notifications of schools, in as many partitions as are wanted. One thread at a time.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "runtime/envelope.h"
#include "runtime/event_chain.h"
#include "runtime/journal.h"
#include "runtime/partitioner.h"
#include "throughline/notifications/v1/notifications_events.pb.h"

namespace throughline::notifications {

class NotificationScript {
 public:
  // `log` must outlive this.
  NotificationScript(runtime::Log& log, int32_t partitions) : log_(log), partitions_(partitions) {}

  // Appends the next `count` notifications of a school of district "d" at once. The only firing
  // alert of each is its number, from 1, with `padding` before it.
  void Notify(const std::string& school, int count = 1, const std::string& padding = "") {
    const std::string subject = "d/" + school;
    const int32_t partition = runtime::PartitionOf(subject, partitions_);
    runtime::ChainPlace& last = last_[partition];
    std::vector<runtime::Record> records;
    for (int i = 0; i < count; ++i) {
      v1::GroupNotified notified;
      notified.set_district("d");
      notified.set_school(school);
      notified.add_firing(padding + std::to_string(++numbers_[school]));
      runtime::v1::Packed packed;
      packed.set_value(notified.SerializeAsString());
      runtime::v1::Envelope& envelope = *packed.mutable_envelope();
      envelope.set_type(notified.GetDescriptor()->full_name());
      envelope.set_subject(subject);
      envelope.set_sequence(++last.sequence);
      last.chain = runtime::ChainValue(last.chain, envelope, packed.value());
      envelope.set_chain(last.chain);
      records.push_back(runtime::ToRecord(packed));
    }
    last_record_[partition] = records.back();
    log_.Append({{PlaceOf(partition), std::move(records)}}).value();
  }
  // Writes the last record of the school's partition once more, as after an append that failed and
  // yet happened.
  void Repeat(const std::string& school) {
    const int32_t partition = runtime::PartitionOf("d/" + school, partitions_);
    if (!last_record_.contains(partition)) return;
    log_.Append({{PlaceOf(partition), {last_record_[partition]}}}).value();
  }

 private:
  static runtime::TopicPartition PlaceOf(int32_t partition) {
    return {runtime::EventsTopic("notifications"), partition};
  }

  runtime::Log& log_;
  const int32_t partitions_;
  std::map<int32_t, runtime::ChainPlace> last_;
  std::map<int32_t, runtime::Record> last_record_;
  std::map<std::string, int64_t> numbers_;
};

}  // namespace throughline::notifications
