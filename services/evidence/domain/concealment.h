// What may name a student is hashed or encrypted before anything is written: the ids that source
// systems give to results, what they call versions of them, and the words they say besides scores.
// It happens on entry to the service (result_routing.h). What was written before it did - events
// and commands that do not say `hidden` - is concealed here on its way into the state, in the same
// way, so that old results are found under the same keys as new ones; the old events stay in the
// log as they are.
//
// Pure: the same text always comes to the same.
#pragma once

#include <string>
#include <string_view>

#include "throughline/evidence/v1/evidence_events.pb.h"
#include "throughline/evidence/v1/evidence_service.pb.h"
#include "throughline/evidence/v1/rows.pb.h"

namespace throughline::evidence {

// Between a source id and the name of a part.
inline constexpr std::string_view kPartMark = "//";

// The two things that need keys of the district. Thread-safe.
class Concealment {
 public:
  virtual ~Concealment() = default;
  // A keyed hash: 26 characters a-z and 2-7.
  virtual std::string Hash(std::string_view district, std::string_view text) const = 0;
  // Encrypted, so that it opens only as what it is `about`.
  virtual std::string Seal(std::string_view district, std::string_view about,
                           std::string_view text) const = 0;
};

// Id of the quarantine entry of a result.
std::string EntryOf(std::string_view source, std::string_view source_id);

// A source id with its parts, each hashed by itself: a result still begins as what it is a part of.
// Parts that differ in their last two characters at most, as where a source counts its ids up, are
// hashed to the same beginning: rows of results that come together are stored together, and a batch
// is written to a few pages instead of to one for each result. So whoever sees hashed ids learns
// which of them are neighbours.
std::string HashedId(std::string_view district, std::string_view source_id,
                     const Concealment& concealment);

// Conceals results of a district one after the other: the ids of those that come together are
// mostly of one neighbourhood, which is hashed once. Both must outlive it.
class ResultConcealment {
 public:
  ResultConcealment(std::string_view district, const Concealment& concealment)
      : district_(district), concealment_(concealment) {}

  // In place: its ids, versions and words. A score, scale or date that is none becomes `?`, which
  // is none either.
  void Conceal(v1::Result& result);
  std::string HashedId(std::string_view source_id);

 private:
  std::string HashedPart(std::string_view part);

  const std::string_view district_;
  const Concealment& concealment_;
  std::string neighbourhood_, hashed_;  // of the part that was hashed last
};
// What is encrypted of a result that was set aside.
std::string SealOriginal(std::string_view district, std::string_view entry,
                         const v1::Original& original, const Concealment& concealment);

// The same as if it had been concealed on entry.
void Conceal(const Concealment& concealment, v1::IngestResultsRequest& request);
void Conceal(const Concealment& concealment, v1::ResultsRecorded& recorded);

}  // namespace throughline::evidence
