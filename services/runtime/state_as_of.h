// The rows of a service as they stood at a moment, of one district or whatever its subjects begin
// with: each partition's own events, folded from the first up to the last that is not after the
// moment. A partition is folded when its rows are first asked for, from the log alone: nobody who
// serves notices.
//
// What readers were shown at the moment is part of what is folded, being a function of the events:
// nothing is shown of a moment that was not shown then. Not thread-safe.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/date.h"
#include "decider/decider.h"
#include "runtime/decision_reader.h"
#include "runtime/journal.h"

namespace throughline::runtime {

// Which events are folded, besides those about the subject itself.
enum class AlsoFolded {
  kBeneath,  // about what is beneath it, "<subject>/…": for all rows of a district
  kAbove,    // about what it is beneath: for single rows of a school, as a district changes them
};

class StateAsOf : public RowReader {
 public:
  // `log` and `decider` must outlive this. When the rows come to more than so many bytes,
  // AS_OF_TOO_LARGE.
  StateAsOf(RecordReader& log, const decider::Decider& decider, core::Instant moment,
            std::string subject, AlsoFolded also, size_t bytes_at_most);
  ~StateAsOf() override;

  core::Instant moment() const { return moment_; }
  const std::string& subject() const { return subject_; }
  // Asked again and again while partitions are folded: whether nobody wants the rows any more. Then
  // reads are refused with AS_OF_ABANDONED.
  void AbandonWhen(std::function<bool()> is_unwanted) { is_unwanted_ = std::move(is_unwanted); }
  // Called after every event that is folded from here on, with the first event of
  // its decision and the state after it. May be empty.
  using Observer = std::function<void(const v1::Packed& event, const v1::Packed& first,
                                      const decider::State& state)>;
  void Observe(Observer observer) { observer_ = std::move(observer); }
  // When something about the subject is first said in a partition; nullopt: it never is.
  core::Result<std::optional<core::Instant>> Beginning(int32_t partition);

  core::Result<std::vector<std::optional<std::string>>> Load(
      const StorePartition& from, const std::vector<decider::RowKey>& keys,
      const std::optional<std::string>& expected_token = {}) override;
  core::Result<std::vector<std::pair<std::string, std::string>>> Scan(
      const StorePartition& from, std::string_view table, std::string_view prefix,
      std::string_view after, size_t limit,
      const std::optional<std::string>& expected_token = {}) override;

 private:
  struct Folded;

  bool IsFolded(const v1::Envelope& event) const;
  Folded& At(int32_t partition);
  core::Result<Folded*> Fold(int32_t partition);
  void Apply(Folded& folded, const std::vector<v1::Packed>& decision) const;
  core::Result<void> Keep(Folded& folded);

  RecordReader& log_;
  const decider::Decider& decider_;
  const core::Instant moment_;
  const std::string subject_;
  const AlsoFolded also_;
  const size_t bytes_at_most_;
  size_t bytes_ = 0;
  std::function<bool()> is_unwanted_;
  Observer observer_;
  std::map<int32_t, std::unique_ptr<Folded>> partitions_;
};

}  // namespace throughline::runtime
