// What a signed head would say now: follows the topic from the last head that was signed with the
// same key, so that an old trail is not read again at each start. Not thread-safe.
#pragma once

#include <optional>
#include <string>

#include "audit/chain.h"
#include "core/result.h"
#include "runtime/journal.h"

namespace throughline::audit {

class Coverage {
 public:
  // `log` must outlive this.
  Coverage(runtime::Log& log, std::string public_key)
      : log_(log), public_key_(std::move(public_key)) {}

  // Reads what is new.
  core::Result<void> CatchUp();
  int64_t records() const { return next_; }
  const std::string& digest() const { return digest_.value(); }
  // When the last head was signed, milliseconds since the epoch; 0: never.
  int64_t last_head_ms() const { return last_head_ms_; }
  // Whether there is a record that no head covers.
  bool HasMore() const { return last_record_ >= covered_; }

 private:
  core::Result<void> BeginAtLastHead();
  core::Result<std::optional<v1::SignedHead>> LastHeadIn(int64_t first, int64_t end);
  bool IsOwn(const v1::ChainedRecord& record) const;

  runtime::Log& log_;
  const std::string public_key_;
  bool begun_ = false;
  int64_t next_ = 0;
  RunningDigest digest_;
  int64_t last_head_ms_ = 0;
  int64_t covered_ = 0;       // records that the last head covers
  int64_t last_record_ = -1;  // offset of the last that is no head
};

}  // namespace throughline::audit
