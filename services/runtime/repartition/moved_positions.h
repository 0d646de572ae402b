// How far a decision had taken its inputs, in the numbers of the new log. Partitions that come
// together had not all come as far: what one of them had taken counts as taken from there on, so
// that positions only grow, as they do where they are decided. Not thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/repartition/service_move.h"

namespace throughline::runtime {

class MovedPositions {
 public:
  using Moves = std::map<std::string, const ServiceMove*, std::less<>>;

  // Of the events of `service`. What it is made of must outlive it.
  MovedPositions(const ServiceMove& service, const Moves& all, const Partitions& partitions);

  // What a partition of before had taken at a decision; to be told of all, in order.
  void Take(int32_t partition, const v1::Positions& positions);
  // The same as positions of the partition `in` of the new log, in which `to` has so much already.
  v1::Positions In(int32_t in, int32_t partition, NewLog& to);
  // Where partition `in` goes on from: behind all that was moved. The ends of the other services'
  // events must have been noted.
  v1::Positions AtTheEnd(int32_t in) const;
  void NoteEnds(NewLog& to);

 private:
  // How far a partition of before had taken one topic partition of before, and the last of that in
  // each partition of the new log.
  struct Taken {
    int64_t until = 0;
    std::vector<int64_t> in;
  };
  void Advance(const ServiceMove& of, int32_t partition, int64_t until, Taken& taken) const;

  const ServiceMove& service_;
  const Partitions partitions_;
  std::vector<const ServiceMove*> upstream_;
  // By partition of before; of upstream services, and of the partitions of this one.
  std::vector<std::map<std::string_view, Taken>> inputs_;
  std::vector<std::map<int32_t, Taken>> sources_;
  // By partition of the new log: what counts as taken.
  std::vector<std::map<std::string_view, int64_t>> inputs_in_;
  std::vector<std::vector<int64_t>> sources_in_;
  std::map<std::string_view, std::vector<ChainPlace>> ends_;
};

}  // namespace throughline::runtime
