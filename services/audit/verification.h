// Finds what was changed, left out, moved or cut off in an audit trail that is read from its
// beginning. Pure; not thread-safe.
//
//   CHANGED        a record is not what its hash says, or cannot be read
//   NOT_FOLLOWING  a record's `previous` is not the hash of the one before it of its writer
//   MISSING        numbers of a writer, or places of the topic, that nothing has
//   OUT_OF_ORDER   a record stands behind a later one of its writer
//   REPEATED       a number of a writer that was there before
//   FOREIGN_HEAD   a head that the installation's key did not sign
//   HEAD_DIFFERS   what is there is not what a head has signed; later heads that cover it are said
//                  with the first of them
//   CUT            a head has signed more than there is
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "audit/chain.h"
#include "runtime/journal.h"

namespace throughline::audit {

struct Fault {
  std::string kind;
  int64_t offset = 0;  // in the topic
  std::string what;    // a sentence
};

struct Verified {
  int64_t records = 0;  // of the topic, heads among them
  int64_t heads = 0;
  int64_t writers = 0;
  std::optional<v1::SignedHead> last_head;  // the one that covers most
  std::string public_key;                   // of the heads; empty: there are none
  int64_t faults = 0;
  std::vector<Fault> first_faults;  // a thousand of them at most
};

class Verification {
 public:
  // `public_key` is the installation's; empty: that of the first head. `known` are heads that were
  // kept elsewhere.
  explicit Verification(std::string public_key = "", std::vector<v1::SignedHead> known = {});

  // The next record of the topic.
  void Check(const runtime::StoredRecord& stored);
  // After the last.
  Verified Finish();
  // What was found until now: when no more can be read.
  const Verified& so_far() const { return verified_; }

 private:
  struct Writer {
    int64_t last = 0;
    std::string last_hash;
    std::map<int64_t, int64_t> missing;  // number -> offset at which that was noticed
  };
  using Digest = std::array<char, 32>;

  void Report(std::string_view kind, int64_t offset, std::string what);
  void CheckPlace(const v1::ChainedRecord& record, int64_t offset);
  void NoteMissing(const v1::ChainedRecord& record, Writer& writer, int64_t offset);
  void CheckHead(const v1::SignedHead& head, int64_t offset);
  void ReportDiffering(const v1::SignedHead& head, int64_t offset);
  void Trust(const v1::SignedHead& head);
  void SayWhatElseDiffers();
  bool CheckKey(const v1::SignedHead& head, int64_t offset);
  void CheckKnown();
  void Remember();

  std::string public_key_;
  std::vector<v1::SignedHead> known_;  // the one that covers least first
  size_t next_known_ = 0;
  int64_t next_offset_ = 0;  // of the record that is to come
  Verified verified_;
  std::unordered_map<std::string, Writer> writers_;
  RunningDigest digest_;
  // Of the head that differed first since one was right: everything after it differs by that alone.
  struct Spoiled {
    size_t fault = 0;  // among first_faults, or behind them
    int64_t later_heads = 0;
  };
  std::optional<Spoiled> spoiled_;
  std::deque<Digest> recent_;  // digests of up to as many records as there are now
};

}  // namespace throughline::audit
