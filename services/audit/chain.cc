#include "audit/chain.h"

#include <sodium.h>

#include "runtime/envelope.h"
#include "throughline/runtime/v1/protocol.pb.h"

namespace throughline::audit {

namespace {

constexpr size_t kHashBytes = 32;
constexpr std::string_view kSigned = "throughline audit head";
constexpr std::string_view kKeyPurpose = "audit trail: signed heads";

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* Bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

std::string LittleEndian(int64_t number) {
  std::string bytes(8, '\0');
  for (char& byte : bytes) {
    byte = static_cast<char>(static_cast<uint64_t>(number) & 0xFFU);
    number = static_cast<int64_t>(static_cast<uint64_t>(number) >> 8U);
  }
  return bytes;
}

std::string Hash(std::initializer_list<std::string_view> parts) {
  crypto_generichash_state state;
  crypto_generichash_init(&state, nullptr, 0, kHashBytes);
  for (const std::string_view part : parts) {
    crypto_generichash_update(&state, Bytes(part), part.size());
  }
  std::string hash(kHashBytes, '\0');
  crypto_generichash_final(&state, Bytes(hash), hash.size());
  return hash;
}

std::string WithLength(std::string_view text) {
  std::string with(1, static_cast<char>(text.size()));
  return with.append(text);
}

std::string SignedTextOf(const v1::SignedHead& head) {
  return std::string(kSigned) + LittleEndian(head.time_ms()) + LittleEndian(head.records()) +
         head.digest();
}

}  // namespace

std::string HashOf(const v1::ChainedRecord& record) {
  const std::string head = record.has_head() ? record.head().SerializeAsString() : "";
  return Hash({record.has_head() ? "h" : "r", WithLength(record.previous()),
               WithLength(record.writer()), LittleEndian(record.sequence()),
               record.has_head() ? std::string_view(head) : std::string_view(record.record())});
}

void RunningDigest::Add(std::string_view hash) { digest_ = Hash({digest_, hash}); }

Chain::Chain() {
  std::string random(16, '\0');
  randombytes_buf(random.data(), random.size());
  writer_.assign(2 * random.size() + 1, '\0');
  sodium_bin2hex(writer_.data(), writer_.size(), Bytes(random), random.size());
  writer_.pop_back();  // the zero at its end
}

v1::ChainedRecord Chain::Next(const v1::AuditRecord& record) {
  v1::ChainedRecord next;
  next.set_record(record.SerializeAsString());
  return Place(std::move(next));
}

v1::ChainedRecord Chain::Next(const v1::SignedHead& head) {
  v1::ChainedRecord next;
  *next.mutable_head() = head;
  return Place(std::move(next));
}

v1::ChainedRecord Chain::Place(v1::ChainedRecord record) {
  record.set_writer(writer_);
  record.set_sequence(++sequence_);
  record.set_previous(previous_);
  record.set_hash(HashOf(record));
  previous_ = record.hash();
  return record;
}

runtime::Record ToRecord(const v1::ChainedRecord& record, int64_t time_ms,
                         const std::string& district) {
  runtime::v1::Envelope envelope;
  envelope.set_type(record.GetDescriptor()->full_name());
  envelope.set_time_ms(time_ms);
  envelope.set_subject(district);
  envelope.set_request_id(record.writer() + "." + std::to_string(record.sequence()));
  return {envelope.SerializeAsString(), record.SerializeAsString()};
}

Signer::Signer(const runtime::Secret& secret)
    : public_key_(crypto_sign_PUBLICKEYBYTES, '\0'),
      private_key_(crypto_sign_SECRETKEYBYTES, '\0') {
  std::array<unsigned char, crypto_sign_SEEDBYTES> seed;
  crypto_generichash(seed.data(), seed.size(), Bytes(kKeyPurpose), kKeyPurpose.size(),
                     secret.data(), secret.size());
  crypto_sign_seed_keypair(Bytes(public_key_), Bytes(private_key_), seed.data());
  sodium_memzero(seed.data(), seed.size());
}

v1::SignedHead Signer::Sign(int64_t time_ms, int64_t records, const std::string& digest) const {
  v1::SignedHead head;
  head.set_time_ms(time_ms);
  head.set_records(records);
  head.set_digest(digest);
  head.set_public_key(public_key_);
  const std::string text = SignedTextOf(head);
  std::string signature(crypto_sign_BYTES, '\0');
  crypto_sign_detached(Bytes(signature), nullptr, Bytes(text), text.size(), Bytes(private_key_));
  head.set_signature(signature);
  return head;
}

bool IsSigned(const v1::SignedHead& head) {
  const std::string text = SignedTextOf(head);
  return head.signature().size() == crypto_sign_BYTES &&
         head.public_key().size() == crypto_sign_PUBLICKEYBYTES &&
         crypto_sign_verify_detached(Bytes(head.signature()), Bytes(text), text.size(),
                                     Bytes(head.public_key())) == 0;
}

}  // namespace throughline::audit
