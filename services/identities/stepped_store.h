// For tests of the vault: another view of a store, where something may happen at every step.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "identities/identity_store.h"

namespace throughline::identities {

using Ring = std::vector<std::pair<std::string, std::string>>;

class SteppedStore final : public IdentityStore {
 public:
  explicit SteppedStore(IdentityStore& store) : store_(store) {}

  core::Result<int64_t> Put(const std::vector<StoredIdentity>& records) override {
    if (before_put) before_put(++puts, records);
    return At<int64_t>([&] { return store_.Put(records); });
  }
  core::Result<std::vector<StoredIdentity>> Read(int64_t position, size_t limit) override {
    return At<std::vector<StoredIdentity>>([&] { return store_.Read(position, limit); });
  }
  core::Result<int64_t> End() override { return store_.End(); }
  int64_t Version() override { return store_.Version(); }
  core::Result<Ring> Keys() override {
    return At<Ring>([&] { return shown_keys ? *shown_keys : store_.Keys(); });
  }
  core::Result<void> ReplaceKeys(const std::string& district,
                                 const std::optional<std::string>& expected,
                                 const std::string& value) override {
    return At<void>([&] { return store_.ReplaceKeys(district, expected, value); });
  }

  int steps = 0;
  int crash_at = -1;               // from this step on nothing is done any more
  bool done_when_crashed = false;  // what was under way then is done all the same
  std::function<void(int step)> before;
  int puts = 0;
  std::function<void(int put, const std::vector<StoredIdentity>& records)> before_put;  // from 1
  std::optional<Ring> shown_keys;  // in place of those that the store has

 private:
  template <class T>
  core::Result<T> At(const std::function<core::Result<T>()>& act) {
    const int step = steps++;
    if (before) before(step);
    if (crash_at < 0 || step < crash_at) return act();
    if (step == crash_at && done_when_crashed) static_cast<void>(act());
    return core::Refuse(
        core::Error{core::Code::kUnavailable, "CRASHED", "The process is gone.", ""});
  }
  IdentityStore& store_;
};

}  // namespace throughline::identities
