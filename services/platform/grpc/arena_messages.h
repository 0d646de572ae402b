// Requests and responses of a method, each pair in an arena: for methods whose requests are large,
// so that their many parts are not allocated and freed one by one. Thread-safe; outlives the
// server.
#pragma once

#include <google/protobuf/arena.h>
#include <grpcpp/support/message_allocator.h>

namespace throughline::platform {

template <class Request, class Response>
class ArenaMessages final : public grpc::MessageAllocator<Request, Response> {
 public:
  grpc::MessageHolder<Request, Response>* AllocateMessages() override { return new Pair; }

 private:
  class Pair final : public grpc::MessageHolder<Request, Response> {
   public:
    Pair() {
      this->set_request(google::protobuf::Arena::CreateMessage<Request>(&arena_));
      this->set_response(google::protobuf::Arena::CreateMessage<Response>(&arena_));
    }
    void Release() override { delete this; }

   private:
    google::protobuf::Arena arena_;
  };
};

}  // namespace throughline::platform
