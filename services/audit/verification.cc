#include "audit/verification.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/date.h"

namespace throughline::audit {

namespace {

constexpr size_t kFaultsAtMost = 1000;
// A head covers what was there when it was signed; in between only what others wrote meanwhile
// comes.
constexpr size_t kRecentAtMost = 1 << 16;
constexpr size_t kLongestWriter = 64;
constexpr size_t kHash = 32;
// Of one gap no more numbers are remembered, in case they come later.
constexpr int64_t kMissingAtMost = 10'000;

std::string When(const v1::SignedHead& head) {
  return core::FormatInstant(core::FromMillis(head.time_ms()));
}

bool IsWellFormed(const v1::ChainedRecord& record) {
  const bool first = record.sequence() == 1;
  return record.sequence() > 0 && !record.writer().empty() &&
         record.writer().size() <= kLongestWriter &&
         record.previous().size() == (first ? 0 : kHash) && record.hash().size() == kHash &&
         record.has_head() == record.record().empty();
}

}  // namespace

Verification::Verification(std::string public_key, std::vector<v1::SignedHead> known)
    : public_key_(std::move(public_key)), known_(std::move(known)) {
  std::sort(known_.begin(), known_.end(),
            [](const auto& a, const auto& b) { return a.records() < b.records(); });
  Remember();
}

void Verification::Report(std::string_view kind, int64_t offset, std::string what) {
  ++verified_.faults;
  if (verified_.first_faults.size() >= kFaultsAtMost) return;
  verified_.first_faults.push_back({std::string(kind), offset, std::move(what)});
}

void Verification::Remember() {
  Digest digest;
  std::copy(digest_.value().begin(), digest_.value().end(), digest.begin());
  recent_.push_back(digest);
  if (recent_.size() > kRecentAtMost) recent_.pop_front();
  CheckKnown();
}

void Verification::CheckKnown() {
  while (next_known_ < known_.size() && known_[next_known_].records() <= verified_.records) {
    const v1::SignedHead& head = known_[next_known_++];
    if (!CheckKey(head, verified_.records)) continue;
    if (head.records() == verified_.records && head.digest() == digest_.value()) continue;
    ReportDiffering(head, verified_.records);
  }
}

void Verification::ReportDiffering(const v1::SignedHead& head, int64_t offset) {
  if (spoiled_) {
    ++spoiled_->later_heads;
    return;
  }
  const int64_t sound = verified_.last_head ? verified_.last_head->records() : 0;
  spoiled_ = Spoiled{.fault = verified_.first_faults.size()};
  Report("HEAD_DIFFERS", offset,
         fmt::format("the first {} records are not those that were signed at {}; {}",
                     head.records(), When(head),
                     sound == 0 ? "no earlier head says from where on"
                                : fmt::format("the first {} are as they were signed", sound)));
}

void Verification::SayWhatElseDiffers() {
  if (!spoiled_) return;
  const Spoiled spoiled = *std::exchange(spoiled_, std::nullopt);
  if (spoiled.later_heads == 0 || spoiled.fault >= verified_.first_faults.size()) return;
  verified_.first_faults[spoiled.fault].what +=
      fmt::format("; {} that cover them differ by that, too",
                  spoiled.later_heads == 1 ? "1 later head"
                                           : fmt::format("{} later heads", spoiled.later_heads));
}

void Verification::Trust(const v1::SignedHead& head) {
  SayWhatElseDiffers();
  if (!verified_.last_head || verified_.last_head->records() <= head.records()) {
    verified_.last_head = head;
  }
}

void Verification::Check(const runtime::StoredRecord& stored) {
  if (stored.offset != next_offset_) {
    Report("MISSING", stored.offset,
           fmt::format("nothing is at {} to {} of the topic", next_offset_, stored.offset - 1));
  }
  next_offset_ = stored.offset + 1;
  v1::ChainedRecord record;
  const bool readable = record.ParseFromString(stored.record.value);
  if (!readable || !IsWellFormed(record)) {
    Report("CHANGED", stored.offset, "this cannot be read");
  } else {
    if (HashOf(record) != record.hash()) {
      Report("CHANGED", stored.offset,
             fmt::format("number {} of writer {} is not what its hash says", record.sequence(),
                         record.writer()));
    }
    CheckPlace(record, stored.offset);
    if (record.has_head()) CheckHead(record.head(), stored.offset);
  }
  // Where records are missing, no digest can be right any more.
  ++verified_.records;
  digest_.Add(record.hash());
  Remember();
}

void Verification::NoteMissing(const v1::ChainedRecord& record, Writer& writer, int64_t offset) {
  const int64_t first = std::max(writer.last + 1, record.sequence() - kMissingAtMost);
  for (int64_t number = first; number < record.sequence(); ++number) {
    writer.missing[number] = offset;
  }
}

void Verification::CheckPlace(const v1::ChainedRecord& record, int64_t offset) {
  Writer& writer = writers_[record.writer()];
  if (record.sequence() <= writer.last) {
    const bool late = writer.missing.erase(record.sequence()) > 0;
    Report(late ? "OUT_OF_ORDER" : "REPEATED", offset,
           fmt::format("number {} of writer {} comes after number {}", record.sequence(),
                       record.writer(), writer.last));
    return;
  }
  if (record.sequence() != writer.last + 1) {
    NoteMissing(record, writer, offset);
  } else if (record.previous() != writer.last_hash) {
    Report("NOT_FOLLOWING", offset,
           fmt::format("number {} of writer {} follows another record than the one before it",
                       record.sequence(), record.writer()));
  }
  writer.last = record.sequence();
  writer.last_hash = record.hash();
}

bool Verification::CheckKey(const v1::SignedHead& head, int64_t offset) {
  if (public_key_.empty()) public_key_ = head.public_key();
  if (head.public_key() == public_key_ && IsSigned(head)) return true;
  Report("FOREIGN_HEAD", offset,
         fmt::format("the head of {} was not signed with the installation's key", When(head)));
  return false;
}

void Verification::CheckHead(const v1::SignedHead& head, int64_t offset) {
  ++verified_.heads;
  if (!CheckKey(head, offset)) return;
  const int64_t oldest = verified_.records - static_cast<int64_t>(recent_.size()) + 1;
  const bool in_reach = head.records() >= oldest && head.records() <= verified_.records;
  const Digest* digest =
      in_reach ? &recent_[static_cast<size_t>(head.records() - oldest)] : nullptr;
  if (digest == nullptr || head.digest() != std::string_view(digest->data(), digest->size())) {
    return ReportDiffering(head, offset);
  }
  Trust(head);
}

Verified Verification::Finish() {
  SayWhatElseDiffers();
  for (const auto& [name, writer] : writers_) {
    for (auto gap = writer.missing.begin(); gap != writer.missing.end();) {
      const auto [first, offset] = *gap;
      int64_t last = first;
      for (++gap; gap != writer.missing.end() && gap->first == last + 1; ++gap) ++last;
      Report(
          "MISSING", offset,
          fmt::format("numbers {} to {} of writer {} are missing before this", first, last, name));
    }
  }
  for (; next_known_ < known_.size(); ++next_known_) {
    const v1::SignedHead& head = known_[next_known_];
    if (!CheckKey(head, verified_.records)) continue;
    Report("CUT", verified_.records,
           fmt::format("{} records were signed at {}, and {} are here", head.records(), When(head),
                       verified_.records));
  }
  verified_.writers = static_cast<int64_t>(writers_.size());
  verified_.public_key = public_key_;
  std::sort(verified_.first_faults.begin(), verified_.first_faults.end(),
            [](const Fault& a, const Fault& b) { return a.offset < b.offset; });
  return std::move(verified_);
}

}  // namespace throughline::audit
