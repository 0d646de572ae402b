#include "evidence/domain/concealment.h"

#include <algorithm>

#include "core/date.h"
#include "core/decimal.h"
#include "core/ids.h"
#include "evidence/domain/evaluation.h"
#include "evidence/domain/kept_scores.h"

namespace throughline::evidence {

namespace {

constexpr char kNone[] = "?";

// A hashed part: characters of its neighbourhood, then of itself; 75 bits.
constexpr size_t kNeighbourhood = 4, kItself = 11;
// Characters by which parts of one neighbourhood differ.
constexpr size_t kCounted = 2;

using Kept = google::protobuf::RepeatedPtrField<v1::KeptScore>;

void Seal(std::string_view district, const Concealment& concealment, v1::KeptScore& kept) {
  kept.clear_sealed();
  std::string sealed = concealment.Seal(district, kAboutKept, kept.SerializeAsString());
  kept.Clear();
  kept.set_sealed(std::move(sealed));
}

void Seal(std::string_view district, const Concealment& concealment, Kept& all) {
  for (v1::KeptScore& kept : all) Seal(district, concealment, kept);
}

void KeepDecimal(std::string& text) {
  if (!text.empty() && !core::Decimal::Parse(text)) text = kNone;
}

// Scores by other methods: numbers, and what is kept of them.
void ConcealOthers(std::string_view district, const Concealment& concealment, v1::Result& result) {
  for (v1::OtherScore& other : *result.mutable_others()) {
    KeepDecimal(*other.mutable_score_text());
    Seal(district, concealment, *other.mutable_as_kept());
  }
  if (result.has_as_kept()) Seal(district, concealment, *result.mutable_as_kept());
}

}  // namespace

std::string EntryOf(std::string_view source, std::string_view source_id) {
  return core::DerivedId({source, source_id});
}

std::string ResultConcealment::HashedPart(std::string_view part) {
  constexpr std::string_view kNeighbourhoodOf = "neighbourhood: ";
  const std::string_view common = part.substr(0, part.size() - std::min(part.size(), kCounted));
  const bool same = !neighbourhood_.empty() &&
                    std::string_view(neighbourhood_).substr(kNeighbourhoodOf.size()) == common;
  if (!same) {
    neighbourhood_ = kNeighbourhoodOf;
    neighbourhood_ += common;
    hashed_ = concealment_.Hash(district_, neighbourhood_);
  }
  const std::string itself = concealment_.Hash(district_, part);
  std::string hashed(hashed_, hashed_.size() - kNeighbourhood);
  hashed.append(itself, itself.size() - kItself);
  return hashed;
}

std::string ResultConcealment::HashedId(std::string_view source_id) {
  std::string hashed;
  while (true) {
    const size_t end = source_id.find(kPartMark);
    hashed += HashedPart(source_id.substr(0, end));
    if (end == std::string_view::npos) return hashed;
    hashed += kPartMark;
    source_id.remove_prefix(end + kPartMark.size());
  }
}

void ResultConcealment::Conceal(v1::Result& result) {
  result.clear_unusable();
  if (!result.source_id().empty()) {
    if (!IsSourceId(result.source_id())) result.set_unusable("source_id");
    result.set_source_id(HashedId(result.source_id()));
  }
  if (!result.source_version().empty()) {
    result.set_source_version(concealment_.Hash(district_, result.source_version()));
  }
  if (!IsKeepable(result)) {
    if (result.unusable().empty()) result.set_unusable("kept");
    result.clear_kept();
    result.clear_others();
    result.clear_as_kept();
  }
  Seal(district_, concealment_, *result.mutable_kept());
  ConcealOthers(district_, concealment_, result);
  if (!result.score_text().empty()) KeepDecimal(*result.mutable_score_text());
  if (!result.scale_min_text().empty()) KeepDecimal(*result.mutable_scale_min_text());
  if (!result.scale_max_text().empty()) KeepDecimal(*result.mutable_scale_max_text());
  if (!result.date().empty() && !core::ParseDate(result.date())) result.set_date(kNone);
}

std::string HashedId(std::string_view district, std::string_view source_id,
                     const Concealment& concealment) {
  return ResultConcealment(district, concealment).HashedId(source_id);
}

std::string SealOriginal(std::string_view district, std::string_view entry,
                         const v1::Original& original, const Concealment& concealment) {
  return concealment.Seal(district, entry, original.SerializeAsString());
}

void Conceal(const Concealment& concealment, v1::IngestResultsRequest& request) {
  ResultConcealment results(request.district(), concealment);
  for (v1::Result& result : *request.mutable_results()) results.Conceal(result);
  request.set_hidden(true);
}

void Conceal(const Concealment& concealment, v1::ResultsRecorded& recorded) {
  ResultConcealment results(recorded.district(), concealment);
  for (v1::RecordedResult& result : *recorded.mutable_results()) {
    result.set_source_id(results.HashedId(result.source_id()));
    if (!result.source_version().empty()) {
      result.set_source_version(concealment.Hash(recorded.district(), result.source_version()));
    }
    Seal(recorded.district(), concealment, *result.mutable_kept());
  }
  for (v1::QuarantinedResult& aside : *recorded.mutable_quarantined()) {
    v1::Original original;
    *original.mutable_result() = aside.result();
    original.mutable_result()->clear_student();  // is a pseudonym
    results.Conceal(*aside.mutable_result());
    std::string entry = EntryOf(aside.source(), aside.result().source_id());
    if (entry != aside.entry()) aside.set_former_entry(aside.entry());
    aside.set_entry(std::move(entry));
    aside.set_sealed(SealOriginal(recorded.district(), aside.entry(), original, concealment));
  }
  recorded.set_hidden(true);
}

}  // namespace throughline::evidence
