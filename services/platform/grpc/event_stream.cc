#include "platform/grpc/event_stream.h"

#include <algorithm>

#include "platform/access/errors.h"
#include "platform/grpc/open_stream.h"
#include "runtime/errors.h"
#include "runtime/guarded.h"

namespace throughline::platform {

namespace {

constexpr std::chrono::milliseconds kLookAround(500);
// A log may follow a partition only while it is asked about it; see runtime/kafka/kafka_tail.h.
constexpr std::chrono::seconds kAskAll(10);

}  // namespace

EventStreams::EventStreams(runtime::Log& log, int32_t partitions, StreamOptions options)
    : log_(log), partitions_(partitions), options_(options) {
  listener_ = log_.Listen([this](const runtime::TopicPartition& changed) { Changed(changed); });
  watch_ = std::thread([this] { Watch(); });
}

EventStreams::~EventStreams() { Close(); }

void EventStreams::Close() {
  {
    std::lock_guard lock(mutex_);
    if (closing_) return;
    closing_ = true;
  }
  closes_.notify_one();
  watch_.join();
  log_.Unlisten(listener_);
  reading_.Close();
  catching_.Close();
  std::map<OpenStream*, std::shared_ptr<OpenStream>> streams;
  std::vector<std::shared_ptr<OpenStream>> later;
  {
    std::lock_guard lock(mutex_);
    streams.swap(streams_);
    later.swap(later_);
  }
  for (const auto& [raw, stream] : streams) stream->End(ToStatus(runtime::StreamsStopping()));
}

grpc::ServerWriteReactor<grpc::ByteBuffer>* EventStreams::Open(StreamRequest request) {
  auto stream = std::make_shared<OpenStream>(*this, std::move(request));
  {
    std::lock_guard lock(mutex_);
    if (closing_) return new RefusedStream(ToStatus(runtime::StreamsStopping()));
    streams_[stream.get()] = stream;
  }
  stream->Begin();
  if (runtime::Guarded("streams: opening", [&] { CatchUp(stream); })) return stream.get();
  Remove(stream.get());
  stream->Abandon();
  return new RefusedStream(ToStatus(runtime::Unexpected()));
}

void EventStreams::Remove(OpenStream* stream) {
  std::shared_ptr<OpenStream> last;  // outside the lock
  std::lock_guard lock(mutex_);
  if (auto open = streams_.find(stream); open != streams_.end()) {
    last = std::move(open->second);
    streams_.erase(open);
  }
}

size_t EventStreams::open() const {
  std::lock_guard lock(mutex_);
  return streams_.size();
}

void EventStreams::NoteWritten(const StreamMessage& message, bool up_to_date) {
  written_.fetch_add(1, std::memory_order_relaxed);
  if (!up_to_date || options_.clock == nullptr || message.time_ms == 0) return;
  const auto age = options_.clock->Now() - core::FromMillis(message.time_ms);
  received_to_written_.Observe(message.correlation,
                               std::max(0.0, std::chrono::duration<double>(age).count()));
}

void EventStreams::CatchUp(std::shared_ptr<OpenStream> stream) {
  catching_.Post([stream = std::move(stream)] { stream->CatchUp(); });
}

void EventStreams::CatchUpLater(std::shared_ptr<OpenStream> stream) {
  std::lock_guard lock(mutex_);
  if (!closing_) later_.push_back(std::move(stream));
}

core::Result<std::string> EventStreams::TokenOfNow(runtime::EventQuery query) const {
  query.after.clear();
  query.only_new = true;
  const auto reader = OpenReader(std::move(query));
  if (!reader) return core::Refuse(reader.error());
  return reader->Token();
}

core::Result<runtime::EventReader> EventStreams::OpenReader(runtime::EventQuery query) const {
  const std::string service = query.services.front();
  {
    std::lock_guard lock(mutex_);
    if (auto known = moves_.find(service); known != moves_.end()) query.move = known->second;
  }
  auto reader = runtime::EventReader::Open(log_, partitions_, query);
  if (!reader) return reader;
  std::lock_guard lock(mutex_);
  moves_.emplace(service, reader->move());
  return reader;
}

std::shared_ptr<EventFeed> EventStreams::FindFeed(const std::string& key) {
  std::shared_ptr<EventFeed> feed;
  {
    std::lock_guard lock(mutex_);
    if (auto met = met_.find(key); met != met_.end()) feed = met->second.lock();
  }
  return feed != nullptr && !feed->failure() ? feed : nullptr;
}

std::shared_ptr<EventFeed> EventStreams::Found(const std::string& key, const EventFeed* instead,
                                               runtime::EventReader& reader,
                                               const EventTranslation& translate) {
  std::shared_ptr<EventFeed> feed, met;
  {
    std::lock_guard lock(mutex_);
    met = met_[key].lock();
    if (met != nullptr && met.get() != instead && !met->failure()) return nullptr;
    feed = std::make_shared<EventFeed>(std::move(reader), translate, options_.window,
                                       [this](std::shared_ptr<EventFeed> asking) { Ask(asking); });
    met_[key] = feed;
    feeds_.push_back(feed);
  }
  // Nobody was notified of what came in since the reader looked.
  Ask(feed);
  return feed;
}

void EventStreams::Ask(const std::shared_ptr<EventFeed>& feed) {
  if (feed->asked.exchange(true)) return;
  reading_.Post([feed] {
    feed->asked = false;
    feed->ReadOn();
  });
}

std::vector<std::shared_ptr<EventFeed>> EventStreams::Feeds() {
  std::vector<std::shared_ptr<EventFeed>> feeds;
  std::lock_guard lock(mutex_);
  for (const auto& one : feeds_) {
    if (auto feed = one.lock()) feeds.push_back(std::move(feed));
  }
  return feeds;
}

void EventStreams::Changed(const runtime::TopicPartition& changed) {
  for (const auto& feed : Feeds()) {
    if (feed->Concerns(changed)) Ask(feed);
  }
}

void EventStreams::Watch() {
  auto asked = std::chrono::steady_clock::now();
  const auto pause = std::min(kLookAround, options_.stalled_after / 4);
  std::unique_lock lock(mutex_);
  while (!closes_.wait_for(lock, pause, [&] { return closing_; })) {
    lock.unlock();
    runtime::Guarded("streams: looking around", [&] {
      LookAround();
      if (std::chrono::steady_clock::now() - asked <= kAskAll) return;
      for (const auto& feed : Feeds()) Ask(feed);
      asked = std::chrono::steady_clock::now();
    });
    lock.lock();
  }
}

void EventStreams::LookAround() {
  std::vector<std::shared_ptr<OpenStream>> streams, later;
  {
    std::lock_guard lock(mutex_);
    for (const auto& [raw, stream] : streams_) streams.push_back(stream);
    later.swap(later_);
    std::erase_if(feeds_, [](const auto& feed) { return feed.expired(); });
    std::erase_if(met_, [](const auto& one) { return one.second.expired(); });
  }
  for (auto& stream : later) CatchUp(std::move(stream));
  for (const auto& stream : streams) {
    if (stream->IsStalled(options_.stalled_after) &&
        stream->End(ToStatus(runtime::ReaderTooSlow()))) {
      ++too_slow_;
    }
    if (stream->IsOver()) stream->End(ToStatus(CredentialExpired()));
  }
}

}  // namespace throughline::platform
