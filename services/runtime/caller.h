// Who waits for the answer to a command, and takes one of the places for those who may wait until
// it is answered. It is answered once; dropped without an answer, it is answered with UNEXPECTED.
#pragma once

#include <atomic>
#include <utility>

#include "runtime/commands.h"
#include "runtime/guarded.h"
#include "runtime/request_key.h"

namespace throughline::runtime {

class Caller {
 public:
  // `waiting` counts the places taken, and must outlive this. Takes `done` unless it throws.
  Caller(std::atomic<int64_t>& waiting, const v1::RequestDigest& digest, AnswerCallback& done)
      : waiting_(waiting), digest_(digest), done_(std::exchange(done, nullptr)) {
    ++waiting_;
  }
  ~Caller() { Answer(core::Refuse(Unexpected())); }
  Caller(const Caller&) = delete;
  Caller& operator=(const Caller&) = delete;

  // Of what was asked.
  const v1::RequestDigest& digest() const { return digest_; }
  void Answer(const core::Result<std::string>& answer) noexcept {
    if (!done_) return;
    --waiting_;
    Guarded("an answer", [&] { std::exchange(done_, nullptr)(answer); });
  }

 private:
  std::atomic<int64_t>& waiting_;
  const v1::RequestDigest digest_;
  AnswerCallback done_;
};

}  // namespace throughline::runtime
