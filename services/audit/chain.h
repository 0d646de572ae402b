// How records of the audit trail hang together: each writer's records are chained by their hashes,
// and a signed head covers everything in the topic up to where it says. Pure.
//
//   hash    BLAKE2b, 256 bits, of: "r" or "h", the length of `previous` (1 byte), `previous`, the
//           length of `writer` (1 byte), `writer`, `sequence` (8 bytes, little-endian), and the
//           record's or the head's bytes
//   digest  of n records: BLAKE2b, 256 bits, of the digest of n-1 and the hash of the last
//   signature  Ed25519 over "throughline audit head", time_ms and records (8 bytes each,
//           little-endian), and the digest
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "runtime/audit_topic.h"
#include "runtime/journal.h"
#include "runtime/secret_file.h"
#include "throughline/audit/v1/audit_record.pb.h"

namespace throughline::audit {

inline const runtime::TopicPartition kTrail{runtime::kAuditTopic, 0};

std::string HashOf(const v1::ChainedRecord& record);

// The digest of all records so far.
class RunningDigest {
 public:
  RunningDigest() : digest_(32, '\0') {}
  explicit RunningDigest(std::string digest) : digest_(std::move(digest)) {}
  void Add(std::string_view hash);
  const std::string& value() const { return digest_; }

 private:
  std::string digest_;
};

// Gives records the places of one writer. Not thread-safe.
class Chain {
 public:
  // Under a random name.
  Chain();
  // The bytes of the record, or of the signed head, in its place.
  v1::ChainedRecord Next(const v1::AuditRecord& record);
  v1::ChainedRecord Next(const v1::SignedHead& head);

 private:
  v1::ChainedRecord Place(v1::ChainedRecord record);

  std::string writer_;
  int64_t sequence_ = 0;
  std::string previous_;
};

// As it stands in the topic.
runtime::Record ToRecord(const v1::ChainedRecord& record, int64_t time_ms,
                         const std::string& district);

// Signs heads with a key that is derived from the installation's audit secret.
class Signer {
 public:
  explicit Signer(const runtime::Secret& secret);
  v1::SignedHead Sign(int64_t time_ms, int64_t records, const std::string& digest) const;
  const std::string& public_key() const { return public_key_; }

 private:
  std::string public_key_;
  std::string private_key_;
};

// Whether the head was signed by the key that it names.
bool IsSigned(const v1::SignedHead& head);

}  // namespace throughline::audit
