#include "runtime/input_progress.h"

#include "runtime/planted_bug.h"

namespace throughline::runtime {

v1::Positions::Input& InputProgress::Of(const std::string& topic) {
  for (v1::Positions::Input& position : *positions_.mutable_inputs()) {
    if (position.topic() == topic) return position;
  }
  v1::Positions::Input* added = positions_.add_inputs();
  added->set_topic(topic);
  return *added;
}

int64_t InputProgress::Before(const std::string& topic) const {
  for (const v1::Positions::Input& position : positions_.inputs()) {
    if (position.topic() == topic) return position.before();
  }
  return 0;
}

ChainPlace InputProgress::PlaceIn(const std::string& topic) {
  const v1::Positions::Input& position = Of(topic);
  return {position.sequence(), position.chain(), position.branch()};
}

void InputProgress::Take(const std::string& topic, int64_t offset,
                         const std::optional<ChainPlace>& place) {
  v1::Positions::Input& position = Of(topic);
  position.set_offset(offset + 1);
  if (!place) return;
  position.set_sequence(place->sequence);
  position.set_chain(place->chain);
  position.set_branch(place->branch);
}

bool InputProgress::IsRepeated(const v1::Envelope& delivery) {
  for (v1::Positions::Source& source : *positions_.mutable_sources()) {
    if (source.partition() != delivery.source_partition()) continue;
    if (delivery.sequence() <= source.sequence() && !Planted(Bug::kDeliveriesNotDeduplicated)) {
      return true;
    }
    source.set_sequence(delivery.sequence());
    return false;
  }
  v1::Positions::Source* source = positions_.add_sources();
  source->set_partition(delivery.source_partition());
  source->set_sequence(delivery.sequence());
  return false;
}

}  // namespace throughline::runtime
