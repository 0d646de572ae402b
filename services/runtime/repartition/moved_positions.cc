#include "runtime/repartition/moved_positions.h"

#include <algorithm>

#include "runtime/envelope.h"

namespace throughline::runtime {

namespace {

size_t Index(int32_t partition) { return static_cast<size_t>(partition); }

}  // namespace

MovedPositions::MovedPositions(const ServiceMove& service, const Moves& all,
                               const Partitions& partitions)
    : service_(service),
      partitions_(partitions),
      inputs_(Index(partitions.before)),
      sources_(Index(partitions.before)),
      inputs_in_(Index(partitions.after)),
      sources_in_(Index(partitions.after), std::vector<int64_t>(Index(partitions.after), 0)) {
  for (const std::string& name : service.decider().upstream()) {
    upstream_.push_back(all.find(name)->second);
  }
}

void MovedPositions::Advance(const ServiceMove& of, int32_t partition, int64_t until,
                             Taken& taken) const {
  if (taken.in.empty()) taken.in.assign(Index(partitions_.after), 0);
  if (taken.until == 0) taken.until = std::max<int64_t>(0, of.first_of(partition) - 1);
  while (taken.until < until) {
    const MovedTo to = of.PlaceOf(partition, ++taken.until);
    if (to.partition == kEverywhere) {
      const std::vector<int64_t>& common = of.Common(static_cast<size_t>(to.number));
      for (size_t p = 0; p < common.size(); ++p) {
        taken.in[p] = std::max(taken.in[p], common[p]);
      }
    } else if (to.partition >= 0) {
      taken.in[Index(to.partition)] = std::max(taken.in[Index(to.partition)], to.number);
    }
  }
}

void MovedPositions::Take(int32_t partition, const v1::Positions& positions) {
  for (const ServiceMove* upstream : upstream_) {
    const std::string topic = EventsTopic(upstream->service());
    for (const v1::Positions::Input& input : positions.inputs()) {
      if (input.topic() != topic) continue;
      Advance(*upstream, partition, input.sequence(),
              inputs_[Index(partition)][upstream->service()]);
    }
  }
  for (const v1::Positions::Source& source : positions.sources()) {
    Advance(service_, source.partition(), source.sequence(),
            sources_[Index(partition)][source.partition()]);
  }
}

v1::Positions MovedPositions::In(int32_t in, int32_t partition, NewLog& to) {
  v1::Positions positions;
  for (const ServiceMove* upstream : upstream_) {
    int64_t& taken = inputs_in_[Index(in)][upstream->service()];
    const auto now = inputs_[Index(partition)].find(upstream->service());
    if (now != inputs_[Index(partition)].end()) {
      taken = std::max(taken, now->second.in[Index(in)]);
    }
    if (taken == 0) continue;
    v1::Positions::Input& input = *positions.add_inputs();
    input.set_topic(EventsTopic(upstream->service()));
    input.set_sequence(taken);
    input.set_offset(taken - upstream->first_sequence() + 1);
  }
  std::vector<int64_t>& sources = sources_in_[Index(in)];
  for (const auto& [from, taken] : sources_[Index(partition)]) {
    for (size_t p = 0; p < sources.size(); ++p) sources[p] = std::max(sources[p], taken.in[p]);
  }
  for (size_t p = 0; p < sources.size(); ++p) {
    const auto source = static_cast<int32_t>(p);
    // Nothing rests on what comes behind it.
    const int64_t there = to.last({EventsTopic(service_.service()), source}).sequence;
    const int64_t taken = std::min(sources[p], there);
    if (taken == 0) continue;
    v1::Positions::Source& one = *positions.add_sources();
    one.set_partition(source);
    one.set_sequence(taken);
  }
  return positions;
}

void MovedPositions::NoteEnds(NewLog& to) {
  for (const ServiceMove* upstream : upstream_) {
    std::vector<ChainPlace>& ends = ends_[upstream->service()];
    for (int32_t p = 0; p < partitions_.after; ++p) {
      ends.push_back(to.last({EventsTopic(upstream->service()), p}));
    }
  }
}

v1::Positions MovedPositions::AtTheEnd(int32_t in) const {
  v1::Positions positions;
  v1::Positions::Input& inbox = *positions.add_inputs();
  inbox.set_topic(InboxTopic(service_.service()));
  inbox.set_offset(service_.commands(in));
  inbox.set_before(service_.commands_before());
  for (const ServiceMove* upstream : upstream_) {
    const ChainPlace& end = ends_.find(upstream->service())->second[Index(in)];
    v1::Positions::Input& input = *positions.add_inputs();
    input.set_topic(EventsTopic(upstream->service()));
    input.set_offset(end.sequence - upstream->first_sequence() + 1);
    input.set_sequence(end.sequence);
    input.set_chain(end.chain);
  }
  for (int32_t p = 0; p < partitions_.after; ++p) {
    v1::Positions::Source& source = *positions.add_sources();
    source.set_partition(p);
    source.set_sequence(service_.last_moved(p));
  }
  return positions;
}

}  // namespace throughline::runtime
