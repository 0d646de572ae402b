#include "runtime/stream_token.h"

#include <xxhash.h>

#include <algorithm>
#include <charconv>

#include "runtime/base64.h"
#include "runtime/errors.h"
#include "throughline/runtime/v1/stream_position.pb.h"

namespace throughline::runtime {

using core::Result;

namespace {

constexpr size_t kLongestToken = 64 << 10;

std::optional<int32_t> ParsePartition(std::string_view text) {
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

// How many of a chain value's bytes.
size_t CheckBytes(size_t partitions) {
  return std::max<size_t>(1, 8 / std::max<size_t>(1, partitions));
}

uint32_t DigestOf(const ReadPlaces& places, uint64_t move) {
  uint64_t hash = move;
  for (const auto& [partition, at] : places) {
    hash = XXH3_64bits_withSeed(partition.topic.data(), partition.topic.size(),
                                hash + static_cast<uint32_t>(partition.partition));
  }
  return static_cast<uint32_t>(hash);
}

void AddCheck(std::string& checks, uint64_t chain, size_t bytes) {
  for (size_t i = 0; i < bytes; ++i) checks += static_cast<char>(chain >> (8 * i));
}

uint64_t CheckAt(std::string_view checks) {
  uint64_t check = 0;
  for (size_t i = 0; i < checks.size(); ++i) {
    check |= static_cast<uint64_t>(static_cast<unsigned char>(checks[i])) << (8 * i);
  }
  return check;
}

enum Kind : uint64_t { kAfterEvent, kAnywhere, kInFull, kAtItsBeginning };

Kind KindOf(const ReadPlace& at) {
  if (IsAtItsBeginning(at)) return kAtItsBeginning;
  if (at.anywhere) return kAnywhere;
  return at.after_event && at.chain.branch == 0 ? kAfterEvent : kInFull;
}

// Takes the parts of a token one after the other.
class Marks {
 public:
  Marks(const v1::StreamPosition& position, ReadPlaces& places)
      : position_(position), next_(places.begin()), end_(places.end()) {
    check_bytes_ = CheckBytes(places.size());
  }
  // Whether they say all of the places and nothing else.
  bool Set() {
    for (const uint64_t mark : position_.marks()) {
      const uint64_t number = mark / 4;
      const bool set =
          mark % 4 == kAtItsBeginning ? Skip(number) : SetNext(static_cast<Kind>(mark % 4), number);
      if (!set) return false;
    }
    return next_ == end_ && checks_taken_ == position_.checks().size() &&
           places_taken_ == position_.places_size();
  }

 private:
  bool Skip(uint64_t partitions) {
    for (; partitions > 0 && next_ != end_; --partitions) (next_++)->second = {};
    return partitions == 0;
  }
  bool SetNext(Kind kind, uint64_t offset) {
    if (next_ == end_ || offset == 0 || offset > kLastOffset) return false;
    ReadPlace& at = (next_++)->second;
    at = {};
    at.offset = static_cast<int64_t>(offset);
    if (kind == kAnywhere) {
      at.anywhere = true;
    } else if (kind == kInFull) {
      if (places_taken_ == position_.places_size()) return false;
      const v1::StreamPosition::Place& place = position_.places(places_taken_++);
      at.chain = {place.sequence(), place.chain(), place.branch()};
    } else {
      if (checks_taken_ + check_bytes_ > position_.checks().size()) return false;
      const std::string_view checks = position_.checks();
      at.chain.chain = CheckAt(checks.substr(checks_taken_, check_bytes_));
      checks_taken_ += check_bytes_;
      at.after_event = at.chain_unread = true;
    }
    return true;
  }

  static constexpr uint64_t kLastOffset = uint64_t{1} << 60;
  const v1::StreamPosition& position_;
  ReadPlaces::iterator next_;
  const ReadPlaces::iterator end_;
  size_t check_bytes_ = 0;
  size_t checks_taken_ = 0;
  int places_taken_ = 0;
};

// Version 0.1: false when it does not name each of the places.
bool SetInputs(const v1::StreamPosition& position, ReadPlaces& places) {
  for (const v1::Positions::Input& input : position.inputs()) {
    const size_t dot = input.topic().rfind('.');
    if (dot == std::string::npos) return false;
    const auto partition = ParsePartition(std::string_view(input.topic()).substr(dot + 1));
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

std::string TokenOf(const ReadPlaces& places, uint64_t move) {
  v1::StreamPosition position;
  position.set_partitions(DigestOf(places, move));
  const size_t check_bytes = CheckBytes(places.size());
  uint64_t at_their_beginning = 0;
  const auto end_run = [&] {
    if (at_their_beginning > 0) position.add_marks(at_their_beginning * 4 + kAtItsBeginning);
    at_their_beginning = 0;
  };
  for (const auto& [partition, at] : places) {
    const Kind kind = KindOf(at);
    if (kind == kAtItsBeginning) {
      ++at_their_beginning;
      continue;
    }
    end_run();
    position.add_marks(static_cast<uint64_t>(at.offset) * 4 + kind);
    if (kind == kAfterEvent) AddCheck(*position.mutable_checks(), at.chain.chain, check_bytes);
    if (kind != kInFull) continue;
    v1::StreamPosition::Place& place = *position.add_places();
    place.set_sequence(at.chain.sequence);
    place.set_chain(at.chain.chain);
    place.set_branch(at.chain.branch);
  }
  end_run();
  return ToBase64(position.SerializeAsString(), Base64::kUrlSafe);
}

uint64_t CheckOf(uint64_t chain, size_t partitions) {
  const size_t bytes = CheckBytes(partitions);
  return bytes == 8 ? chain : chain & ((uint64_t{1} << (8 * bytes)) - 1);
}

bool SameChain(const ReadPlace& one, const ReadPlace& other, size_t partitions) {
  if (one.chain_unread || other.chain_unread) {
    return CheckOf(one.chain.chain, partitions) == CheckOf(other.chain.chain, partitions);
  }
  return one.chain.sequence == other.chain.sequence && one.chain.chain == other.chain.chain;
}

Result<void> ReadToken(std::string_view token, ReadPlaces& places, uint64_t move) {
  if (token.size() > kLongestToken) return core::Refuse(TokenInvalid());
  const auto bytes = FromBase64(token, Base64::kUrlSafe);
  v1::StreamPosition position;
  if (!bytes || !position.ParseFromString(*bytes)) return core::Refuse(TokenInvalid());
  for (auto& [partition, at] : places) at = {};
  bool set = false;
  if (!position.inputs().empty()) {
    // Versions that wrote these moved no log.
    set = move == 0 && SetInputs(position, places);
  } else if (!position.topics().empty()) {
    set = move == 0 && SetTopics(position, places);
  } else {
    set = position.partitions() == DigestOf(places, move) && Marks(position, places).Set();
  }
  if (!set) return core::Refuse(TokenInvalid());
  return {};
}

}  // namespace throughline::runtime
