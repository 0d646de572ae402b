#include "platform/grpc/open_stream.h"

#include <algorithm>
#include <utility>

#include "platform/access/errors.h"
#include "runtime/errors.h"
#include "runtime/guarded.h"

namespace throughline::platform {

using std::chrono::steady_clock;

namespace {

constexpr size_t kReadAhead = 16;

// What must be equal for streams to share a feed.
std::string KeyOf(const StreamRequest& request) {
  std::string key = request.view;
  for (const std::string& service : request.query.services) key += '\n' + service;
  return key + "\n\n" + request.query.subject + (request.query.only_this ? "" : "/");
}

enum class Stands { kBefore, kAt, kPast };

// How the reader stands to a meeting. Past it in one partition is past it: it cannot go back.
Stands StandsTo(const runtime::ReadPlaces& meeting, const runtime::ReadPlaces& mine) {
  Stands stands = Stands::kAt;
  for (const auto& [place, at] : mine) {
    const int64_t offset = meeting.find(place)->second.offset;
    if (at.offset > offset) return Stands::kPast;
    if (at.offset < offset) stands = Stands::kBefore;
  }
  return stands;
}

// Whether the feed would take the same records for the next ones as the reader. Where it does not
// know the chain and the reader does, the feed might be led astray by the record that comes next.
bool Agrees(const runtime::ReadPlaces& meeting, const runtime::ReadPlaces& mine) {
  return std::all_of(mine.begin(), mine.end(), [&](const auto& one) {
    const runtime::ReadPlace& at = one.second;
    const runtime::ReadPlace& theirs = meeting.find(one.first)->second;
    return at.anywhere || (!theirs.anywhere && runtime::SameChain(at, theirs, mine.size()));
  });
}

}  // namespace

OpenStream::OpenStream(EventStreams& streams, StreamRequest request)
    : streams_(streams), request_(std::move(request)), key_(KeyOf(request_)) {}

bool OpenStream::End(const grpc::Status& status) {
  {
    std::lock_guard lock(mutex_);
    if (end_) return false;
    end_ = status;
  }
  FinishWhenDue();
  return true;
}

bool OpenStream::HasEnded() const {
  std::lock_guard lock(mutex_);
  return end_.has_value();
}

// Nothing outlives its credential.
bool OpenStream::IsAtItsEnd() {
  if (IsOver()) End(ToStatus(CredentialExpired()));
  return HasEnded();
}

bool OpenStream::IsStalled(std::chrono::milliseconds stalled_after) const {
  std::lock_guard lock(mutex_);
  return writing_ && steady_clock::now() - since_ > stalled_after;
}

void OpenStream::Guard(void (OpenStream::*turn)()) {
  if (!runtime::Guarded("streams: a stream", [&] { (this->*turn)(); }))
    End(ToStatus(runtime::Unexpected()));
}

void OpenStream::ReadByItself() {
  if (IsAtItsEnd()) return;
  if (!reader_ && !Reopen()) return;
  if (!WriteNext()) Approach();
}

// False when it could not, and the turn has been passed on.
bool OpenStream::Reopen() {
  runtime::EventQuery query = request_.query;
  if (!after_.empty()) query.after = after_;
  auto reader = streams_.OpenReader(std::move(query));
  if (reader) {
    reader_ = std::move(*reader);
    SendPosition();
    return true;
  }
  const bool ahead = reader.error().reason == runtime::TokenAhead().reason;
  if (ahead && steady_clock::now() - opened_ < streams_.options_.ahead_at_most) {
    streams_.CatchUpLater(shared_from_this());
  } else {
    End(ToStatus(reader.error()));
  }
  return false;
}

// By the first metadata of the call: from here on its reader misses nothing.
void OpenStream::SendPosition() {
  {
    std::lock_guard lock(mutex_);
    if (end_ || position_sent_ || request_.position_to == nullptr) return;
    position_sent_ = true;
    ++beginning_;
  }
  request_.position_to->AddInitialMetadata(kStreamPlace, reader_->Token());
  request_.position_to->AddInitialMetadata(kStreamView, request_.view);
  StartSendInitialMetadata();
  {
    std::lock_guard lock(mutex_);
    --beginning_;
  }
  FinishWhenDue();
}

// The next message of what was read ahead; false when there is none.
bool OpenStream::WriteNext() {
  while (!read_.empty()) {
    auto message = request_.translate(read_.front());
    read_.pop_front();
    if (message == nullptr) continue;
    Write(std::move(message));
    return true;
  }
  return false;
}

void OpenStream::Approach() {
  auto feed = streams_.FindFeed(key_);
  if (feed != feed_) {
    meeting_ = {};
    SetFeed(std::move(feed));
  }
  if (feed_ == nullptr) return Found();
  if (meeting_.places == nullptr) meeting_ = feed_->meeting();
  switch (StandsTo(*meeting_.places, reader_->places())) {
    case Stands::kBefore:
      return ReadTowards(*meeting_.places);
    case Stands::kAt:
      return Meet();
    case Stands::kPast:
      return AwaitFeed();
  }
}

// Passes the turn to the feed, until it has come further.
void OpenStream::AwaitFeed() {
  const auto feed = feed_;
  const auto since = std::exchange(meeting_, {});
  if (!feed->Await(since, shared_from_this())) return streams_.CatchUp(shared_from_this());
  if (HasEnded()) feed->Forget(this);
}

// Reads the next events; false when it ended or began a write.
bool OpenStream::Read(const runtime::ReadPlaces* until) {
  auto events = reader_->Next(kReadAhead, until);
  if (!events) {
    End(ToStatus(events.error()));
    return false;
  }
  std::move(events->begin(), events->end(), std::back_inserter(read_));
  return !WriteNext();
}

void OpenStream::ReadTowards(const runtime::ReadPlaces& meeting) {
  if (!Read(&meeting)) return;
  // Nothing is left, and yet it is not there: the log is about to show what the feed has seen.
  const bool stuck =
      reader_->caught_up() && StandsTo(meeting, reader_->places()) == Stands::kBefore;
  if (stuck) return streams_.CatchUpLater(shared_from_this());
  streams_.CatchUp(shared_from_this());
}

// There is no feed: the first stream that has read everything starts it.
void OpenStream::Found() {
  if (!Read(nullptr)) return;
  if (!reader_->caught_up() || !FoundInsteadOf(nullptr)) streams_.CatchUp(shared_from_this());
}

bool OpenStream::FoundInsteadOf(const EventFeed* other) {
  std::string here = reader_->Token();
  auto feed = streams_.Found(key_, other, *reader_, request_.translate);
  if (feed == nullptr) return false;
  Join(std::move(feed), 0, std::move(here));
  return true;
}

void OpenStream::Meet() {
  if (feed_->Holds(meeting_.number)) {
    if (Agrees(*meeting_.places, reader_->places())) {
      return Join(feed_, meeting_.number, reader_->Token());
    }
    // A token of another log founds nothing.
    if (auto read = reader_->ReadChains(); !read) {
      End(ToStatus(read.error()));
      return;
    }
    reader_->Learn(*meeting_.places);
    if (FoundInsteadOf(feed_.get())) return;
  }
  meeting_ = {};
  streams_.CatchUp(shared_from_this());
}

void OpenStream::Join(std::shared_ptr<EventFeed> feed, int64_t number, std::string here) {
  SetFeed(std::move(feed));
  after_ = std::move(here);
  reader_.reset();
  meeting_ = {};
  last_ = nullptr;
  number_ = number;
  is_member_ = true;
  GoOn();
}

void OpenStream::WriteOn() {
  if (!is_member_) return streams_.CatchUp(shared_from_this());
  if (IsAtItsEnd()) return;
  const auto feed = feed_;
  StreamMessagePtr message;
  switch (feed->Take(number_, shared_from_this(), message)) {
    case EventFeed::Next::kMessage:
      ++number_;
      return Write(std::move(message));
    case EventFeed::Next::kWaiting:
      // Either the end came before this, or gRPC's OnDone will find it waiting.
      if (HasEnded()) feed->Forget(this);
      return;
    case EventFeed::Next::kPassedBy:
      LeaveFeed();
      return streams_.CatchUp(shared_from_this());
    case EventFeed::Next::kFailed:
      End(ToStatus(*feed->failure()));
  }
}

void OpenStream::LeaveFeed() {
  if (last_ != nullptr) after_ = last_->token;
  is_member_ = false;
  SetFeed(nullptr);
}

void OpenStream::SetFeed(std::shared_ptr<EventFeed> feed) {
  std::lock_guard lock(mutex_);
  feed_.swap(feed);
}

// Passes the turn to gRPC, or lets it fall when the stream has ended.
void OpenStream::Write(StreamMessagePtr message) {
  last_ = std::move(message);
  const grpc::ByteBuffer* bytes = &last_->bytes;
  {
    std::lock_guard lock(mutex_);
    if (end_) return;
    ++beginning_;
    writing_ = true;
    since_ = steady_clock::now();
  }
  StartWrite(bytes);
  {
    std::lock_guard lock(mutex_);
    --beginning_;
  }
  FinishWhenDue();
}

void OpenStream::FinishWhenDue() {
  std::unique_lock lock(mutex_);
  if (!end_ || beginning_ > 0 || finished_) return;
  finished_ = true;
  const grpc::Status status = *end_;
  lock.unlock();
  if (request_.observed != nullptr) request_.observed->End(status.error_code());
  Finish(status);
}

void OpenStream::OnWriteDone(bool ok) {
  {
    std::lock_guard lock(mutex_);
    writing_ = false;
  }
  if (ok) {
    streams_.NoteWritten(*last_, is_member_);
    GoOn();
  } else {
    End(grpc::Status::CANCELLED);
  }
}

void OpenStream::OnDone() {
  std::shared_ptr<EventFeed> feed;
  {
    std::lock_guard lock(mutex_);
    feed = feed_;
  }
  if (feed != nullptr) feed->Forget(this);
  streams_.Remove(this);
  auto last = std::move(self_);  // may delete this
}

}  // namespace throughline::platform
