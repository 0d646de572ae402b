// The keys of survey rounds: one a round and school, random, made when somebody first answers, and
// destroyed when the round is counted or cancelled. Answers are sealed with it, and pseudonyms of
// raters are made with it, so that afterwards neither the log nor a list of all staff tells who
// said what. Keys are kept apart from the log and in no backup, where nothing outlasts its deletion
// (identities/identity_store.h). Thread-safe.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "identities/identity_store.h"
#include "identities/sealing.h"
#include "throughline/plans/v1/survey_keys.pb.h"

namespace throughline::plans {

// Which round.
struct RoundPlace {
  std::string district;
  std::string school;
  std::string round;
  bool operator==(const RoundPlace&) const = default;
};

// What follows from the key of one round.
class RoundKey {
 public:
  RoundKey(const RoundPlace& place, const identities::Secret& key);

  // 26 characters a-z and 2-7, the same for the same rater of this round.
  std::string PseudonymOf(std::string_view rater) const;
  std::string Seal(std::string_view pseudonym, const v1::SurveyBallot& ballot,
                   const identities::Randomness& random) const;
  // nullopt when it was not sealed with this key for this rater.
  std::optional<v1::SurveyBallot> Open(std::string_view pseudonym, std::string_view sealed) const;

 private:
  std::string BoundTo(std::string_view pseudonym) const;

  const RoundPlace place_;
  const identities::Secret raters_, ballots_;
};

class SurveyKeys {
 public:
  // Null `random`: the system's.
  explicit SurveyKeys(std::unique_ptr<identities::IdentityStore> store,
                      identities::Randomness random = nullptr);

  // Made when there is none: only for a round that is open.
  core::Result<RoundKey> FindOrMake(const RoundPlace& place);
  core::Result<std::optional<RoundKey>> Find(const RoundPlace& place);
  // Those of rounds of one district, at once; gone when it returns.
  core::Result<void> Destroy(const std::string& district, const std::vector<RoundPlace>& places);
  // Of which rounds there are keys.
  core::Result<std::vector<RoundPlace>> Rounds();
  const identities::Randomness& random() const { return random_; }

 private:
  // The keys of a district, and what they are stored as; nullopt: none are.
  struct Stored {
    std::optional<std::string> text;
    v1::SurveyKeys keys;
  };
  core::Result<Stored> Read(const std::string& district);
  // Changes the keys of a district, again when somebody else has meanwhile; `change` returns
  // whether there is anything to write.
  core::Result<void> Change(const std::string& district,
                            const std::function<bool(v1::SurveyKeys& keys)>& change);

  const std::unique_ptr<identities::IdentityStore> store_;
  const identities::Randomness random_;
};

}  // namespace throughline::plans
