// Who stands behind a pseudonym: the only place that knows, sealed under a data key of the
// district.
//
// A student's pseudonym is a keyed hash under the district's latest data key when a roster first
// names the student, and from then on the one that is on record. So two replicas that meet a
// student at the same time come to the same one, and once a data key is destroyed, nothing derives
// the pseudonyms of before: neither the installation's key nor any dictionary of ids.
//
// Erasing students destroys the district's data key: everybody else is sealed with a new one first.
// The wrapped data keys are kept apart from what they seal (identity_store.h), and never in a
// backup, so that neither a log that is not compacted yet nor an old backup brings anybody back.
//
// Thread-safe. What is asked of it (Of, Find) is answered from memory; it follows the store.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "identities/identity_store.h"
#include "identities/naming_keys.h"
#include "runtime/secret_file.h"
#include "throughline/identities/v1/identity.pb.h"

namespace throughline::identities {

// A student as a roster names them.
struct Named {
  std::string student;       // the SIS's id
  std::string display_name;  // empty: not said; what is on record stays
};

// What erasing came to.
struct Erased {
  int students = 0;
  int destroyed_key = 0;  // number of the district's data key that is gone
};

// An erasure that nobody has acknowledged yet.
struct NotedErasure {
  std::string about;
  int students = 0;
  int destroyed_key = 0;
};

class Vault {
 public:
  virtual ~Vault() = default;

  // Pseudonyms of one district, with all that they need at hand.
  class District {
   public:
    virtual ~District() = default;
    // 26 characters a-z and 2-7: the one on record, or the one that the student would get. Cheap:
    // as long as nobody was erased, a hash and nothing else.
    virtual std::string Of(std::string_view student) const = 0;
    // What ids that may name a student are concealed with in this district.
    virtual const NamingKeys& naming() const = 0;
    // Whether the data key is not the district's first: as long as it is, nobody was erased.
    virtual bool had_another_key() const = 0;
    // Whether the district was there before the vault, and students may be in the rows who are not
    // on record.
    virtual bool has_key_of_before() const = 0;
    // Whether anybody is on record under the pseudonym.
    virtual bool IsOnRecord(std::string_view pseudonym) const = 0;
  };
  // For a batch: it must not outlive the vault. UNAVAILABLE when the district's keys can neither be
  // read nor made.
  virtual core::Result<std::shared_ptr<const District>> In(std::string_view district) = 0;

  // Puts on record who these are, and that a roster has them on this day (days since 1970-01-01).
  // Returns their pseudonyms, in order: of two that are put on record at the same time the first
  // counts, here and at every replica. Writes only what differs from what is on record; a day is
  // moved once a month.
  virtual core::Result<std::vector<std::string>> Enter(std::string_view district,
                                                       const std::vector<Named>& students,
                                                       int32_t day) = 0;

  // Who that is; nullopt: nobody on record.
  virtual core::Result<std::optional<v1::Identity>> Find(std::string_view district,
                                                         std::string_view pseudonym) = 0;
  // The pseudonym of a student who is on record; nullopt: nobody is under this id.
  virtual core::Result<std::optional<std::string>> PseudonymOnRecord(std::string_view district,
                                                                     std::string_view student) = 0;
  // Pseudonyms of all who no roster has had since before this day.
  virtual core::Result<std::vector<std::string>> GoneSince(std::string_view district,
                                                           int32_t day) = 0;

  // Destroys who they are. Returns when nothing leads back any more; what was begun and not
  // finished (the process ended) is finished by whoever opens the vault next. Those who are not on
  // record are passed over. What it came to is noted with `about`, which names nobody, until it is
  // acknowledged; empty: nothing is noted.
  virtual core::Result<Erased> Erase(std::string_view district,
                                     const std::vector<std::string>& pseudonyms,
                                     std::string_view about = "") = 0;
  // Erasures that are noted, in the order in which they were begun; what another process has begun,
  // and may have ended in, is done first.
  virtual core::Result<std::vector<NotedErasure>> Unacknowledged(std::string_view district) = 0;
  // It is on record elsewhere.
  virtual core::Result<void> Acknowledge(std::string_view district, std::string_view about) = 0;
  // Districts that have keys.
  virtual core::Result<std::vector<std::string>> Districts() = 0;
  // Whether whoever is put on record next gets a pseudonym that follows from the installation's
  // key: in districts that were there before the vault, until a data key is replaced for the first
  // time.
  virtual core::Result<bool> DerivesAsBefore(std::string_view district) = 0;
  // A new data key for the district, and everything sealed with it.
  virtual core::Result<void> Rotate(std::string_view district) = 0;

  // Seals texts that may name a student (a result that was set aside, as it came), bound to what it
  // is about, under the latest data key: what was sealed before somebody was erased opens no more.
  virtual core::Result<std::string> Seal(std::string_view district, std::string_view about,
                                         std::string_view text) = 0;
  virtual std::optional<std::string> Open(std::string_view district, std::string_view about,
                                          std::string_view sealed) = 0;
};

struct VaultOptions {
  // Whether a district that has no keys yet had students before there was a vault: they are known
  // under pseudonyms that follow from the installation's key, and keep them. Null: none has.
  std::function<core::Result<bool>(std::string_view district)> had_students = nullptr;
  // Fills in random bytes. Null: the system's; a test that is to run the same again gives its own.
  std::function<void(unsigned char* to, size_t bytes)> random = nullptr;
};

// On a store, with the installation's key; finishes what erasures were begun. `store` must outlive
// it. UNAVAILABLE when the store cannot be read; KEY_RING_LOST, FAILED_PRECONDITION, when it has
// records and no keys for them; KEY_RING_OTHER when its keys are of another installation.
core::Result<std::unique_ptr<Vault>> OpenVault(IdentityStore& store, const runtime::Secret& key,
                                               VaultOptions options = {});

}  // namespace throughline::identities
