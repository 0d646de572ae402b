// How far a partition has taken its inputs: the inbox, the upstream topics, and what other
// partitions of the service delivered into the inbox. Every event carries it, so that a fold of
// the events restores it. Not thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "runtime/event_chain.h"
#include "throughline/runtime/v1/protocol.pb.h"

namespace throughline::runtime {

class InputProgress {
 public:
  const v1::Positions& positions() const { return positions_; }
  // From what an event or the head carries; what was taken since is forgotten.
  void Restore(const v1::Positions& positions) { positions_ = positions; }

  // The offset that comes next. Begins at 0 with a topic that was never read.
  int64_t NextOffset(const std::string& topic) { return Of(topic).offset(); }
  // What is added to an inbox's offsets in the ids of its records.
  int64_t Before(const std::string& topic) const;
  // Of the last event of an upstream topic.
  ChainPlace PlaceIn(const std::string& topic);
  // `place`: of an upstream topic, after this record.
  void Take(const std::string& topic, int64_t offset, const std::optional<ChainPlace>& place);
  // Whether another partition delivered this before; otherwise it counts as taken from now on.
  bool IsRepeated(const v1::Envelope& delivery);

 private:
  v1::Positions::Input& Of(const std::string& topic);

  v1::Positions positions_;
};

}  // namespace throughline::runtime
