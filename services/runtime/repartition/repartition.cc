#include "runtime/repartition/repartition.h"

#include <fmt/format.h>

#include <memory>
#include <string>

#include "runtime/audit_topic.h"
#include "runtime/decision_reader.h"
#include "runtime/envelope.h"
#include "runtime/known_secret.h"
#include "runtime/repartition/errors.h"
#include "runtime/repartition/moved_positions.h"
#include "runtime/repartition/new_log.h"
#include "runtime/repartition/quiet_log.h"
#include "runtime/repartition/service_move.h"

namespace throughline::runtime {

using core::Result;

namespace {

constexpr int32_t kPartitionsAtMost = 1000;
constexpr size_t kCopiedRecords = 1024;
constexpr size_t kCopiedBytes = 4 << 20;

class Move {
 public:
  Move(Log& from, Log& to, const RepartitionOptions& options, const RepartitionProgress& progress)
      : from_(from), log_(to), to_(to), options_(options), progress_(progress) {}

  Result<Repartitioned> Run(const QuietServices& quiet) {
    if (auto empty = CheckEmpty(); !empty) return core::Refuse(empty.error());
    for (const decider::Decider* decider : options_.services) {
      moves_.push_back(std::make_unique<ServiceMove>(from_, *decider, options_.partitions,
                                                     quiet.find(decider->service())->second));
      by_name_[std::string(decider->service())] = moves_.back().get();
    }
    for (const auto step : {&Move::Plan, &Move::Begin, &Move::WriteEvents, &Move::Finish,
                            &Move::CopyTheRest, &Move::Check}) {
      if (auto done = (this->*step)(); !done) return core::Refuse(done.error());
    }
    Repartitioned done;
    for (const auto& move : moves_) done.events += move->events();
    done.records = to_.records();
    return done;
  }

 private:
  Result<void> CheckEmpty() {
    for (const decider::Decider* decider : options_.services) {
      for (int32_t p = 0; p < options_.partitions.after; ++p) {
        for (const std::string& topic :
             {EventsTopic(decider->service()), InboxTopic(decider->service())}) {
          if (auto empty = to_.CheckEmpty({topic, p}); !empty) return empty;
        }
      }
    }
    for (const char* topic : {kFingerprintsTopic, kAuditTopic}) {
      if (auto empty = to_.CheckEmpty({topic, 0}); !empty) return empty;
    }
    return {};
  }

  Result<void> Plan() {
    int64_t before = 0;
    for (const auto& move : moves_) {
      auto planned = move->Plan([&](int64_t events) { progress_("Reading", before + events); });
      if (!planned) return planned;
      before += move->events();
    }
    return {};
  }

  Result<void> Begin() {
    for (const auto& move : moves_) {
      if (auto begun = move->Begin(to_); !begun) return begun;
    }
    return {};
  }

  Result<void> WriteEvents() {
    for (const auto& move : moves_) {
      positions_.push_back(std::make_unique<MovedPositions>(*move, by_name_, options_.partitions));
      auto written = move->WriteEvents(to_, *positions_.back(),
                                       [&](int64_t records) { progress_("Writing", records); });
      if (!written) return written;
    }
    return {};
  }

  Result<void> Finish() {
    int64_t time_ms = 0;
    for (const auto& move : moves_) time_ms = std::max(time_ms, move->time_ms());
    for (const auto& positions : positions_) positions->NoteEnds(to_);
    for (size_t i = 0; i < moves_.size(); ++i) {
      if (auto done = moves_[i]->Finish(to_, *positions_[i], time_ms); !done) return done;
    }
    return to_.Flush();
  }

  // Topics of one partition, which stay as they are.
  Result<void> CopyTheRest() {
    for (const char* topic : {kFingerprintsTopic, kAuditTopic}) {
      int64_t next = 0;
      while (true) {
        auto records = from_.Read({topic, 0}, next, kCopiedRecords, kCopiedBytes);
        if (!records) return core::Refuse(records.error());
        if (records->empty()) break;
        for (StoredRecord& stored : *records) {
          if (stored.offset != next++) {
            return core::Refuse(MoveDiffers(std::string(topic) + " does not have all its records"));
          }
          if (auto done = to_.Append({topic, 0}, std::move(stored.record)); !done) return done;
        }
      }
    }
    return to_.Flush();
  }

  // Reads what was written: each partition is a chain from its first event to its last.
  Result<void> Check() {
    int64_t checked = 0;
    for (const auto& move : moves_) {
      for (int32_t p = 0; p < options_.partitions.after; ++p) {
        DecisionReader reader(log_, {EventsTopic(move->service()), p});
        int64_t events = 0;
        while (true) {
          auto decision = reader.Next();
          if (!decision) return core::Refuse(decision.error());
          if (decision->empty()) break;
          events += static_cast<int64_t>(decision->size());
        }
        if (events != move->RecordsIn(p)) {
          return core::Refuse(MoveDiffers(fmt::format("{}, partition {}, has {} events and not {}",
                                                      EventsTopic(move->service()), p, events,
                                                      move->RecordsIn(p))));
        }
        checked += events;
        progress_("Checking", checked);
      }
    }
    return {};
  }

  Log& from_;
  Log& log_;
  NewLog to_;
  const RepartitionOptions& options_;
  const RepartitionProgress& progress_;
  std::vector<std::unique_ptr<ServiceMove>> moves_;
  std::vector<std::unique_ptr<MovedPositions>> positions_;
  MovedPositions::Moves by_name_;
};

}  // namespace

Result<Repartitioned> Repartition(Log& from, Store& store, Log& to,
                                  const RepartitionOptions& options,
                                  const RepartitionProgress& progress) {
  const Partitions& partitions = options.partitions;
  if (partitions.after < 1 || partitions.after > kPartitionsAtMost) {
    return core::Refuse(PartitionsOutOfRange(kPartitionsAtMost));
  }
  auto quiet = ReadQuiet(from, store, options.services, partitions.before);
  if (!quiet) return core::Refuse(quiet.error());
  auto moved = Move(from, to, options, progress).Run(*quiet);
  if (!moved) return moved;
  // Whoever had served it meanwhile would have left it otherwise.
  auto after = ReadQuiet(from, store, options.services, partitions.before);
  if (!after) return core::Refuse(after.error());
  if (*after != *quiet) return core::Refuse(MoveDiffers("something was recorded meanwhile"));
  return moved;
}

}  // namespace throughline::runtime
