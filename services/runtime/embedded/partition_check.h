// Checks the records of one topic partition, as they are read one after another. Pure.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "runtime/event_chain.h"
#include "runtime/journal.h"

namespace throughline::runtime {

class PartitionCheck {
 public:
  using Bad = std::function<void(const std::string& place)>;
  // `bad` is called with a sentence for each place that is bad; it must outlive this.
  PartitionCheck(TopicPartition of, const Bad& bad);

  // The next record that could be read.
  void Take(const StoredRecord& stored);
  // What is before `next` cannot be read, and that has been said: the chain begins anew there.
  void Skip(int64_t next);
  // There are no more.
  void Finish();

  int64_t dropped() const { return dropped_; }
  int64_t end() const { return next_; }  // offset after the last record
  const std::string& name() const { return name_; }

 private:
  // Events that do not follow what was taken. They are no loss while others do.
  struct Branch {
    int64_t offset;
    int64_t sequence;
  };
  void Say(const std::string& what);
  void FollowEvent(const StoredRecord& stored, const v1::Envelope& envelope);

  const std::string name_;
  const bool events_;
  const Bad& bad_;
  int64_t next_ = 0;
  int64_t dropped_ = 0;
  bool anywhere_ = false;
  ChainPlace place_;
  std::optional<Branch> branch_;
};

}  // namespace throughline::runtime
