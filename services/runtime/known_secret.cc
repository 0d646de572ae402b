#include "runtime/known_secret.h"

#include <google/protobuf/wrappers.pb.h>
#include <sodium.h>

#include <iterator>
#include <optional>
#include <string>
#include <utility>

#include "runtime/envelope.h"

namespace throughline::runtime {

namespace {

using core::Result;

constexpr size_t kFingerprintBytes = 32;
constexpr size_t kRecordsAtOnce = 100;
constexpr size_t kBytesAtOnce = 1 << 16;

core::Error SecretLost(const std::filesystem::path& file, std::string_view purpose) {
  return {
      core::Code::kFailedPrecondition, "SECRET_LOST",
      "The secret for " + std::string(purpose) + ", " + file.string() +
          ", is gone, and what is recorded here was made with it. Restore the file from a copy "
          "and start again; a new one would turn every name that was made with it into another.",
      ""};
}

core::Error SecretOther(const std::filesystem::path& file, std::string_view purpose) {
  return {core::Code::kFailedPrecondition, "SECRET_OTHER",
          "The secret for " + std::string(purpose) + " in " + file.string() +
              " is not the one that what is recorded here was made with. Restore the file that was "
              "used before from a copy and start again.",
          ""};
}

std::string FingerprintOf(const Secret& secret, std::string_view purpose) {
  const std::string what = "fingerprint of " + std::string(purpose);
  std::string digest(kFingerprintBytes, '\0');
  crypto_generichash(reinterpret_cast<unsigned char*>(digest.data()), digest.size(),
                     reinterpret_cast<const unsigned char*>(what.data()), what.size(),
                     secret.data(), secret.size());
  return digest;
}

// The one that counts of these under the name; nullopt when there is none.
std::optional<std::string> CurrentOf(const std::vector<StoredRecord>& records,
                                     std::string_view purpose) {
  std::optional<std::string> current;
  for (const StoredRecord& one : records) {
    const auto envelope = ParseEnvelope(one.record);
    google::protobuf::BytesValue value;
    if (!envelope || envelope->subject() != purpose || !value.ParseFromString(one.record.value)) {
      continue;
    }
    const std::string& said = value.value();
    if (!current) current = said.substr(0, kFingerprintBytes);
    if (said.size() == 2 * kFingerprintBytes && said.starts_with(*current)) {
      current = said.substr(kFingerprintBytes);
    }
  }
  return current;
}

// The one that counts under the name in the log; nullopt when it has none.
Result<std::optional<std::string>> Recorded(Log& log, std::string_view purpose) {
  const TopicPartition at{kFingerprintsTopic, 0};
  auto end = log.End(at);
  if (!end) return core::Refuse(end.error());
  std::vector<StoredRecord> all;
  for (int64_t offset = 0; offset < *end;) {
    auto records = log.Read(at, offset, kRecordsAtOnce, kBytesAtOnce);
    if (!records) return core::Refuse(records.error());
    if (records->empty()) break;
    offset = records->back().offset + 1;
    std::move(records->begin(), records->end(), std::back_inserter(all));
  }
  return CurrentOf(all, purpose);
}

Result<void> Append(Log& log, std::string_view purpose, const std::string& fingerprint) {
  v1::Envelope envelope;
  envelope.set_type(google::protobuf::BytesValue::descriptor()->full_name());
  envelope.set_subject(std::string(purpose));
  envelope.set_request_id(std::string(purpose));
  google::protobuf::BytesValue value;
  value.set_value(fingerprint);
  auto appended = log.Append(
      {{{kFingerprintsTopic, 0}, {{envelope.SerializeAsString(), value.SerializeAsString()}}}});
  if (!appended) return core::Refuse(appended.error());
  // Other replicas may have appended at the same time: readers here are to see all of it.
  log.Expect({kFingerprintsTopic, 0}, appended->front().end);
  return {};
}

}  // namespace

Result<void> CheckSecretIsNotLost(Log& log, const std::filesystem::path& file,
                                  std::string_view purpose) {
  std::error_code unreadable;  // is said by who reads it
  if (std::filesystem::exists(file, unreadable) || unreadable) return {};
  auto recorded = Recorded(log, purpose);
  if (!recorded) return core::Refuse(recorded.error());
  if (*recorded) return core::Refuse(SecretLost(file, purpose));
  return {};
}

Result<void> CheckSecret(Log& log, const Secret& secret, const std::filesystem::path& file,
                         std::string_view purpose) {
  const std::string fingerprint = FingerprintOf(secret, purpose);
  auto recorded = Recorded(log, purpose);
  if (recorded && !*recorded) {
    if (auto appended = Append(log, purpose, fingerprint); !appended) return appended;
    recorded = Recorded(log, purpose);  // of replicas that start at once, one was first
  }
  if (!recorded) return core::Refuse(recorded.error());
  if (*recorded != fingerprint) return core::Refuse(SecretOther(file, purpose));
  return {};
}

Result<void> ReplaceKnownSecret(Log& log, const Secret& before, const Secret& next,
                                const std::filesystem::path& file, std::string_view purpose) {
  const std::string old = FingerprintOf(before, purpose), wanted = FingerprintOf(next, purpose);
  auto recorded = Recorded(log, purpose);
  if (recorded && *recorded == old) {
    if (auto appended = Append(log, purpose, old + wanted); !appended) return appended;
    recorded = Recorded(log, purpose);
  }
  if (!recorded) return core::Refuse(recorded.error());
  if (*recorded != wanted) return core::Refuse(SecretOther(file, purpose));
  return {};
}

Result<Secret> KnownSecretFromFile(Log& log, const std::filesystem::path& file,
                                   std::string_view purpose) {
  if (auto there = CheckSecretIsNotLost(log, file, purpose); !there) {
    return core::Refuse(there.error());
  }
  auto secret = SecretFromFile(file, purpose);
  if (!secret) return secret;
  if (auto checked = CheckSecret(log, *secret, file, purpose); !checked) {
    return core::Refuse(checked.error());
  }
  return secret;
}

Result<void> CheckSecretAgainst(const std::vector<StoredRecord>& fingerprints,
                                const std::filesystem::path& file, std::string_view purpose) {
  const auto known = CurrentOf(fingerprints, purpose);
  if (!known) return {};
  std::error_code unreadable;  // is said by who reads it
  if (!std::filesystem::exists(file, unreadable) && !unreadable) {
    return core::Refuse(SecretLost(file, purpose));
  }
  auto secret = SecretFromFile(file, purpose);
  if (!secret) return core::Refuse(secret.error());
  if (*known != FingerprintOf(*secret, purpose)) return core::Refuse(SecretOther(file, purpose));
  return {};
}

}  // namespace throughline::runtime
