#include "runtime/repartition/merged_decisions.h"

#include <algorithm>

#include "core/key.h"
#include "runtime/envelope.h"
#include "runtime/partitioner.h"

namespace throughline::runtime {

using core::Result;

namespace {

// So far a partition is read ahead while something in it waits for the others.
constexpr size_t kReadAhead = 256;

template <class Message>
bool Is(const v1::Envelope& event) {
  return event.type() == Message::descriptor()->full_name();
}

}  // namespace

MergedDecisions::MergedDecisions(RecordReader& log, const decider::Decider& decider,
                                 int32_t partitions)
    : decider_(decider), partitions_(partitions), given_(static_cast<size_t>(partitions), 0) {
  for (int32_t p = 0; p < partitions; ++p) {
    sources_.push_back(
        std::make_unique<Source>(log, TopicPartition{EventsTopic(decider.service()), p}));
  }
}

// What it is about, without what that is beneath; empty: it does not say.
std::string MergedDecisions::RootOf(const std::vector<v1::Packed>& decision) const {
  for (const v1::Packed& event : decision) {
    const std::string& subject = event.envelope().subject();
    if (!subject.empty()) return std::string(core::SplitKey<2>(subject)[0]);
  }
  const std::string& timer = decision.front().envelope().timer();
  if (timer.empty()) return "";
  return std::string(core::SplitKey<2>(decider_.RouteOfTimer(timer))[0]);
}

std::string MergedDecisions::CommonOf(const v1::Packed& event) const {
  const v1::Envelope& envelope = event.envelope();
  if (envelope.subject().find('/') != std::string::npos) return "";
  const auto* type = FindType(envelope.type());
  if (type == nullptr || !decider_.IsOnEveryPartition(*type)) return "";
  return envelope.type() + " " + event.value();
}

bool MergedDecisions::IsOfTheRuntime(int32_t partition, const v1::Packed& event) {
  if (Is<v1::MovedRecords>(event.envelope())) {
    v1::MovedRecords moved;
    if (moved.ParseFromString(event.value())) moved_before_.emplace_back(partition, moved);
    return true;
  }
  return Is<v1::PartitionBegun>(event.envelope()) || Is<v1::PartitionMoved>(event.envelope());
}

Result<void> MergedDecisions::Read(int32_t partition) {
  Source& source = *sources_[static_cast<size_t>(partition)];
  auto decision = source.reader.Next();
  if (!decision) return core::Refuse(decision.error());
  if (!decision->empty()) {
    if (!IsOfTheRuntime(partition, decision->front())) Take(partition, *std::move(decision));
    return {};
  }
  source.ended = true;
  for (const auto& one : sources_) {
    for (const auto& [root, stream] : one->streams) held_up_.insert(root);
  }
  return {};
}

void MergedDecisions::Take(int32_t partition, std::vector<v1::Packed> decision) {
  const std::string root = RootOf(decision);
  const auto whole = std::make_shared<const std::vector<v1::Packed>>(std::move(decision));
  size_t begin = 0;
  for (size_t i = 0; i < whole->size(); ++i) {
    std::string common = CommonOf((*whole)[i]);
    if (common.empty()) continue;
    if (begin < i) Put(partition, root, {{partition, whole, begin, i}, 0, ""});
    Put(partition, root, {{partition, whole, i, i + 1}, 0, std::move(common)});
    begin = i + 1;
  }
  if (begin < whole->size())
    Put(partition, root, {{partition, whole, begin, whole->size()}, 0, ""});
}

void MergedDecisions::Put(int32_t partition, const std::string& root, Waiting waiting) {
  Source& source = *sources_[static_cast<size_t>(partition)];
  waiting.number = source.read++;
  ++source.waiting;
  std::deque<Waiting>& stream = source.streams[root].waiting;
  stream.push_back(std::move(waiting));
  if (stream.size() == 1) LookAtFirst(partition, root);
}

Piece MergedDecisions::TakeFirst(int32_t partition, const std::string& root) {
  Source& source = *sources_[static_cast<size_t>(partition)];
  Stream& stream = source.streams[root];
  Piece piece = std::move(stream.waiting.front().piece);
  stream.waiting.pop_front();
  --source.waiting;
  int64_t& given = given_[static_cast<size_t>(partition)];
  given = std::max(given, (*piece.decision)[piece.end - 1].envelope().sequence());
  return piece;
}

// What is now the first of its stream: it may come next, or came before, or waits for the others.
void MergedDecisions::LookAtFirst(int32_t partition, const std::string& root) {
  Source& source = *sources_[static_cast<size_t>(partition)];
  Stream& stream = source.streams[root];
  while (!stream.waiting.empty()) {
    const Waiting& first = stream.waiting.front();
    if (first.common.empty()) {
      source.open.emplace(first.number, root);
      return;
    }
    const auto passed = stream.passed.find(first.common);
    if (passed == stream.passed.end()) break;
    const size_t common = passed->second.front();
    passed->second.pop_front();
    if (passed->second.empty()) stream.passed.erase(passed);
    Piece known = TakeFirst(partition, root);
    known.common = common;
    known.is_known = true;
    known.same = {{partition, (*known.decision)[known.begin].envelope().sequence()}};
    ready_.push_back(std::move(known));
  }
  // An empty one holds the others up only while something may follow.
  if (!stream.waiting.empty() || source.ended) held_up_.insert(root);
}

// The partition whose common event comes next: all have the same one, but for what some partition
// never had. -1 while a partition has something else before that, or may have.
int32_t MergedDecisions::WhoseCommon(const std::string& root) {
  int32_t whose = -1;
  const int32_t own = PartitionOf(root, partitions_);
  for (int32_t p = 0; p < partitions_; ++p) {
    const Source& source = *sources_[static_cast<size_t>(p)];
    const auto stream = source.streams.find(root);
    if (stream == source.streams.end() || stream->second.waiting.empty()) {
      if (!source.ended) return -1;
      continue;
    }
    const Waiting& first = stream->second.waiting.front();
    if (first.common.empty()) return -1;
    const auto time = [&](int32_t of) {
      return sources_[static_cast<size_t>(of)]->streams[root].waiting.front().piece.time();
    };
    if (whose < 0 || first.piece.time() < time(whose) ||
        (p == own && first.piece.time() == time(whose))) {
      whose = p;
    }
  }
  return whose;
}

void MergedDecisions::TryCommon(const std::string& root) {
  const int32_t whose = WhoseCommon(root);
  if (whose < 0) return;
  const std::string common =
      sources_[static_cast<size_t>(whose)]->streams[root].waiting.front().common;
  Piece piece;
  std::vector<int32_t> took;
  std::vector<std::pair<int32_t, int64_t>> same;
  for (int32_t p = 0; p < partitions_; ++p) {
    Source& source = *sources_[static_cast<size_t>(p)];
    Stream& stream = source.streams[root];
    if (stream.waiting.empty() || stream.waiting.front().common != common) {
      if (!source.ended || !stream.waiting.empty()) stream.passed[common].push_back(commons_);
      continue;
    }
    Piece one = TakeFirst(p, root);
    same.emplace_back(p, (*one.decision)[one.begin].envelope().sequence());
    if (took.empty() || p == PartitionOf(root, partitions_)) piece = std::move(one);
    took.push_back(p);
  }
  piece.common = commons_++;
  piece.same = std::move(same);
  ready_.push_back(std::move(piece));
  for (const int32_t p : took) LookAtFirst(p, root);
}

const Piece& MergedDecisions::FirstOpen(int32_t partition) const {
  const Source& one = *sources_[static_cast<size_t>(partition)];
  return one.streams.find(one.open.begin()->second)->second.waiting.front().piece;
}

// Whether all that it had taken from other partitions has been given.
bool MergedDecisions::HasItsCauses(const Piece& piece) const {
  const auto& sources = piece.decision->back().envelope().positions().sources();
  return std::all_of(sources.begin(), sources.end(), [&](const v1::Positions::Source& source) {
    const auto from = static_cast<size_t>(source.partition());
    return from >= given_.size() || source.partition() == piece.from ||
           given_[from] >= source.sequence();
  });
}

// Of the same time first what rests on nothing that comes later.
bool MergedDecisions::IsBefore(const Piece& one, const Piece& other) const {
  if (one.time() != other.time()) return one.time() < other.time();
  return HasItsCauses(one) && !HasItsCauses(other);
}

Result<std::optional<Piece>> MergedDecisions::Next() {
  while (true) {
    if (!ready_.empty()) {
      Piece piece = std::move(ready_.front());
      ready_.pop_front();
      return std::optional(std::move(piece));
    }
    if (!held_up_.empty()) {
      const std::string root = *held_up_.begin();
      held_up_.erase(held_up_.begin());
      TryCommon(root);
      continue;
    }
    bool reads = false;
    int32_t next = -1;
    for (int32_t p = 0; p < partitions_; ++p) {
      Source& source = *sources_[static_cast<size_t>(p)];
      if (source.open.empty() && !source.ended && source.waiting < kReadAhead) {
        if (auto read = Read(p); !read) return core::Refuse(read.error());
        reads = true;
      }
      if (source.open.empty()) continue;
      if (next < 0 || IsBefore(FirstOpen(p), FirstOpen(next))) next = p;
    }
    if (reads || !held_up_.empty() || !ready_.empty()) continue;
    if (next >= 0) {
      Source& source = *sources_[static_cast<size_t>(next)];
      const std::string root = source.open.begin()->second;
      source.open.erase(source.open.begin());
      Piece piece = TakeFirst(next, root);
      LookAtFirst(next, root);
      return std::optional(std::move(piece));
    }
    // Everything waits for what some partition has further on.
    bool any = false;
    for (int32_t p = 0; p < partitions_; ++p) {
      if (sources_[static_cast<size_t>(p)]->ended) continue;
      if (auto read = Read(p); !read) return core::Refuse(read.error());
      any = true;
    }
    if (!any) return std::optional<Piece>();
  }
}

}  // namespace throughline::runtime
