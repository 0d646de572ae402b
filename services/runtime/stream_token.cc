#include "runtime/stream_token.h"

#include <charconv>

#include "runtime/base64.h"
#include "runtime/errors.h"
#include "throughline/runtime/v1/stream_position.pb.h"

namespace throughline::runtime {

using core::Result;

namespace {

constexpr size_t kLongestToken = 64 << 10;

std::optional<int32_t> ParseNumber(std::string_view text) {
  int32_t number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

bool IsAtItsBeginning(const ReadPlace& at) { return at.offset == 0; }

// False when it is none of the places.
bool Set(ReadPlaces& places, const TopicPartition& partition, const ReadPlace& at) {
  const auto place = places.find(partition);
  if (place == places.end() || at.offset < 0) return false;
  place->second = IsAtItsBeginning(at) ? ReadPlace{} : at;
  return true;
}

// Version 0.1: false when it does not name each of the places.
bool SetInputs(const v1::StreamPosition& position, ReadPlaces& places) {
  for (const v1::Positions::Input& input : position.inputs()) {
    const size_t dot = input.topic().rfind('.');
    if (dot == std::string::npos) return false;
    const auto partition = ParseNumber(std::string_view(input.topic()).substr(dot + 1));
    const ReadPlace at{
        input.offset(), {input.sequence(), input.chain(), input.branch()}, input.sequence() < 0};
    if (!partition || !Set(places, {input.topic().substr(0, dot), *partition}, at)) return false;
  }
  return static_cast<size_t>(position.inputs_size()) == places.size();
}

bool SetTopics(const v1::StreamPosition& position, ReadPlaces& places) {
  size_t partitions = 0;
  for (const v1::StreamPosition::Topic& topic : position.topics()) {
    for (const v1::StreamPosition::Place& place : topic.places()) {
      const ReadPlace at{
          place.offset(), {place.sequence(), place.chain(), place.branch()}, place.anywhere()};
      if (!Set(places, {topic.name(), place.partition()}, at)) return false;
    }
    const auto first = places.lower_bound({topic.name(), 0});
    if (first == places.end() || first->first.topic != topic.name()) return false;
    partitions += static_cast<size_t>(topic.partitions());
  }
  return partitions == places.size();
}

}  // namespace

std::string TokenOf(const ReadPlaces& places) {
  v1::StreamPosition position;
  v1::StreamPosition::Topic* topic = nullptr;
  for (const auto& [partition, at] : places) {
    if (topic == nullptr || topic->name() != partition.topic) {
      topic = position.add_topics();
      topic->set_name(partition.topic);
    }
    topic->set_partitions(topic->partitions() + 1);
    if (IsAtItsBeginning(at)) continue;
    v1::StreamPosition::Place& place = *topic->add_places();
    place.set_partition(partition.partition);
    place.set_offset(at.offset);
    place.set_anywhere(at.anywhere);
    if (at.anywhere) continue;
    place.set_sequence(at.chain.sequence);
    place.set_chain(at.chain.chain);
    place.set_branch(at.chain.branch);
  }
  return ToBase64(position.SerializeAsString(), Base64::kUrlSafe);
}

Result<bool> ReadToken(std::string_view token, ReadPlaces& places) {
  if (token.size() > kLongestToken) return core::Refuse(TokenInvalid());
  const auto bytes = FromBase64(token, Base64::kUrlSafe);
  v1::StreamPosition position;
  if (!bytes || !position.ParseFromString(*bytes)) return core::Refuse(TokenInvalid());
  for (auto& [partition, at] : places) at = {};
  const bool set =
      position.inputs().empty() ? SetTopics(position, places) : SetInputs(position, places);
  if (!set) return core::Refuse(TokenInvalid());
  return true;
}

}  // namespace throughline::runtime
