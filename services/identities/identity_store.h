// Where the vault keeps its records and, apart from them, its wrapped keys.
//
//   records  by key the latest value; a value can be taken away. Kafka: topic `identities`,
//            compacted. Embedded: a table of `identities.db`, which is in backups.
//   keys     by district; the value before is gone as soon as Replace returns. Kafka: topic
//            `identities.keys`, of which all before the latest is deleted (DeleteRecords).
//            Embedded: `identities.keys`, a file that is written anew, and is in no backup.
//
// Several processes may use one store. Read, End and Keys are answered with all that was done
// before, whoever did it. Thread-safe. Calls block until done; an error means "not known to have
// happened".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/result.h"

namespace throughline::identities {

struct StoredIdentity {
  std::string key;
  std::optional<std::string> value;  // nullopt: taken away
  int64_t position = 0;              // among all records; rises
};

class IdentityStore {
 public:
  virtual ~IdentityStore() = default;

  // Durable on return, in order. Returns the position after the last of them.
  virtual core::Result<int64_t> Put(const std::vector<StoredIdentity>& records) = 0;
  // Records from `position` on, in order, at most `limit`; what was replaced since may be left out.
  // Empty at the end.
  virtual core::Result<std::vector<StoredIdentity>> Read(int64_t position, size_t limit) = 0;
  // The position that the next record will get.
  virtual core::Result<int64_t> End() = 0;

  // Changes whenever records or keys did, as far as this process has heard; costs nothing.
  virtual int64_t Version() = 0;

  // The serialized v1::DistrictKeys of every district, as they are now.
  virtual core::Result<std::vector<std::pair<std::string, std::string>>> Keys() = 0;
  // Puts `value` in place of `expected` (nullopt: there is none); what was there before is gone
  // when it returns. KEYS_REPLACED, ABORTED, when somebody else has been there.
  virtual core::Result<void> ReplaceKeys(const std::string& district,
                                         const std::optional<std::string>& expected,
                                         const std::string& value) = 0;
};

}  // namespace throughline::identities
