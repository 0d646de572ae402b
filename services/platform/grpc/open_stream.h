// One open stream of events.
//
// The holder of the stream's turn decides what it writes next, and is the only one to touch what it
// reads with: gRPC while a write is in flight, its feed while it waits there, one of the catching
// threads otherwise. With the turn goes everything; there is no other way to get at it. Only the
// end can come from anywhere and at any time: it is said once, under the lock, and gRPC hears of it
// when no write is just being begun. The holder of the turn then lets it go.
//
// Lives until gRPC is done with it and nobody has the turn any more.
#pragma once

#include <chrono>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "platform/grpc/event_stream.h"

namespace throughline::platform {

class OpenStream final : public grpc::ServerWriteReactor<grpc::ByteBuffer>,
                         public FeedMember,
                         public std::enable_shared_from_this<OpenStream> {
 public:
  OpenStream(EventStreams& streams, StreamRequest request);

  // From here on gRPC owns it, until OnDone.
  void Begin() {
    std::lock_guard lock(mutex_);
    self_ = shared_from_this();
  }
  // Once; later ones are not heard, and false. From anywhere.
  bool End(const grpc::Status& status);
  // Whether the reader has taken nothing for so long.
  bool IsStalled(std::chrono::milliseconds stalled_after) const;
  // Whether the reader's credential has expired.
  bool IsOver() const { return request_.is_over && request_.is_over(); }

  // Gives it up before gRPC has it.
  void Abandon() { self_.reset(); }

  // Both with the turn: reads by itself, towards the feed; goes on as a member of it. What is
  // thrown on the way ends the stream.
  void CatchUp() { Guard(&OpenStream::ReadByItself); }
  void GoOn() override { Guard(&OpenStream::WriteOn); }

  void OnWriteDone(bool ok) override;
  void OnCancel() override { End(grpc::Status::CANCELLED); }
  void OnDone() override;

 private:
  void Guard(void (OpenStream::*turn)());
  void ReadByItself();
  void WriteOn();
  bool HasEnded() const;
  bool IsAtItsEnd();
  bool Reopen();
  void SendPosition();
  bool WriteNext();
  void Approach();
  void AwaitFeed();
  bool Read(const runtime::ReadPlaces* until);
  void ReadTowards(const runtime::ReadPlaces& meeting);
  void Found();
  bool FoundInsteadOf(const EventFeed* other);
  void Meet();
  void Join(std::shared_ptr<EventFeed> feed, int64_t number, std::string here);
  void LeaveFeed();
  void SetFeed(std::shared_ptr<EventFeed> feed);
  void Write(StreamMessagePtr message);
  void FinishWhenDue();

  EventStreams& streams_;
  const StreamRequest request_;
  const std::string key_;  // of what may share a feed
  const std::chrono::steady_clock::time_point opened_ = std::chrono::steady_clock::now();

  // With the turn only.
  std::string after_;  // where to open the reader; of a member: where it joined
  std::optional<runtime::EventReader> reader_;  // when by itself
  std::deque<runtime::ReadEvent> read_;         // by it, not written
  EventFeed::Meeting meeting_;                  // that it makes for
  bool is_member_ = false;
  int64_t number_ = 0;     // of a member: the next message
  StreamMessagePtr last_;  // taken

  mutable std::mutex mutex_;
  std::shared_ptr<EventFeed> feed_;  // changed with the turn only
  bool writing_ = false;
  std::chrono::steady_clock::time_point since_;  // writing
  int beginning_ = 0;                            // calls of gRPC that begin something, under way
  bool position_sent_ = false;
  std::optional<grpc::Status> end_;
  bool finished_ = false;
  std::shared_ptr<OpenStream> self_;
};

}  // namespace throughline::platform
