#include "plans/survey_keys.h"

#include <sodium.h>

#include <algorithm>

#include "core/ids.h"
#include "core/key.h"

namespace throughline::plans {

using core::Result;
using identities::Secret;

namespace {

constexpr int kAttempts = 20;
constexpr char kReplaced[] = "KEYS_REPLACED";

auto FindIn(v1::SurveyKeys& keys, const RoundPlace& place) {
  return std::find_if(keys.mutable_keys()->begin(), keys.mutable_keys()->end(),
                      [&](const v1::SurveyKeys::RoundKey& one) {
                        return one.school() == place.school && one.round() == place.round;
                      });
}

// nullopt for what is no key.
std::optional<Secret> SecretOf(const std::string& bytes) {
  Secret secret;
  if (bytes.size() != secret.size()) return std::nullopt;
  std::copy(bytes.begin(), bytes.end(), secret.begin());
  return secret;
}

}  // namespace

RoundKey::RoundKey(const RoundPlace& place, const Secret& key)
    : place_(place),
      raters_(identities::Hash(key, "raters of a survey")),
      ballots_(identities::Hash(key, "ballots of a survey")) {}

std::string RoundKey::PseudonymOf(std::string_view rater) const {
  const Secret hash = identities::Hash(raters_, rater);
  return core::DerivedId({{reinterpret_cast<const char*>(hash.data()), hash.size()}});
}

std::string RoundKey::BoundTo(std::string_view pseudonym) const {
  return core::JoinKey(place_.district, place_.school, place_.round, pseudonym);
}

std::string RoundKey::Seal(std::string_view pseudonym, const v1::SurveyBallot& ballot,
                           const identities::Randomness& random) const {
  return identities::Seal(ballots_, BoundTo(pseudonym), ballot.SerializeAsString(), random);
}

std::optional<v1::SurveyBallot> RoundKey::Open(std::string_view pseudonym,
                                               std::string_view sealed) const {
  const auto text = identities::Open(ballots_, BoundTo(pseudonym), sealed);
  v1::SurveyBallot ballot;
  if (!text || !ballot.ParseFromString(*text)) return std::nullopt;
  return ballot;
}

SurveyKeys::SurveyKeys(std::unique_ptr<identities::IdentityStore> store,
                       identities::Randomness random)
    : store_(std::move(store)),
      random_(random == nullptr ? identities::Randomness(randombytes_buf) : std::move(random)) {}

Result<SurveyKeys::Stored> SurveyKeys::Read(const std::string& district) {
  auto all = store_->Keys();
  if (!all) return core::Refuse(all.error());
  Stored stored;
  for (auto& [name, text] : *all) {
    if (name != district) continue;
    stored.keys.ParseFromString(text);
    stored.text = std::move(text);
  }
  return stored;
}

Result<void> SurveyKeys::Change(const std::string& district,
                                const std::function<bool(v1::SurveyKeys& keys)>& change) {
  Result<void> replaced;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    auto stored = Read(district);
    if (!stored) return core::Refuse(stored.error());
    if (!change(stored->keys)) return {};
    replaced = store_->ReplaceKeys(district, stored->text, stored->keys.SerializeAsString());
    if (replaced || replaced.error().reason != kReplaced) return replaced;
  }
  return replaced;
}

Result<RoundKey> SurveyKeys::FindOrMake(const RoundPlace& place) {
  Secret key;
  const auto find_or_add = [&](v1::SurveyKeys& keys) {
    const auto found = FindIn(keys, place);
    if (found != keys.mutable_keys()->end()) {
      if (const auto known = SecretOf(found->key())) {
        key = *known;
        return false;
      }
      keys.mutable_keys()->erase(found);
    }
    random_(key.data(), key.size());
    v1::SurveyKeys::RoundKey& made = *keys.add_keys();
    made.set_school(place.school);
    made.set_round(place.round);
    made.set_key(key.data(), key.size());
    return true;
  };
  auto changed = Change(place.district, find_or_add);
  if (!changed) return core::Refuse(changed.error());
  return RoundKey(place, key);
}

Result<std::optional<RoundKey>> SurveyKeys::Find(const RoundPlace& place) {
  auto stored = Read(place.district);
  if (!stored) return core::Refuse(stored.error());
  const auto found = FindIn(stored->keys, place);
  if (found == stored->keys.mutable_keys()->end()) return std::nullopt;
  const auto secret = SecretOf(found->key());
  if (!secret) return std::nullopt;
  return RoundKey(place, *secret);
}

Result<void> SurveyKeys::Destroy(const std::string& district,
                                 const std::vector<RoundPlace>& places) {
  return Change(district, [&](v1::SurveyKeys& keys) {
    const int before = keys.keys_size();
    for (const RoundPlace& place : places) {
      const auto found = FindIn(keys, place);
      if (found != keys.mutable_keys()->end()) keys.mutable_keys()->erase(found);
    }
    return keys.keys_size() < before;
  });
}

Result<std::vector<RoundPlace>> SurveyKeys::Rounds() {
  auto all = store_->Keys();
  if (!all) return core::Refuse(all.error());
  std::vector<RoundPlace> rounds;
  for (const auto& [district, text] : *all) {
    v1::SurveyKeys keys;
    keys.ParseFromString(text);
    for (const auto& key : keys.keys()) rounds.push_back({district, key.school(), key.round()});
  }
  return rounds;
}

}  // namespace throughline::plans
