#include "runtime/repartition/quiet_log.h"

#include <fmt/format.h>

#include <algorithm>

#include "runtime/envelope.h"
#include "runtime/input_progress.h"
#include "runtime/repartition/errors.h"

namespace throughline::runtime {

using core::Result;

namespace {

class Look {
 public:
  Look(Log& log, Store& store) : log_(log), store_(store) {}

  Result<void> At(const decider::Decider& decider, int32_t partition, QuietService& service) {
    const std::string name(decider.service());
    auto stored = store_.Head({name, partition});
    if (!stored) return core::Refuse(stored.error());
    v1::Head head;
    if (*stored) head.ParseFromString(**stored);
    auto end = log_.End({EventsTopic(name), partition});
    if (!end) return core::Refuse(end.error());
    if (*end != head.log_end()) {
      Say(EventsTopic(name), partition, *end - head.log_end(), "the store of " + name);
    } else if (!head.outbox().empty()) {
      missing_.push_back(fmt::format("{} may have events that are not in {}, partition {}.", name,
                                     EventsTopic(name), partition));
    }
    service.last_sequence = std::max(service.last_sequence, head.sequence());
    InputProgress progress;
    progress.Restore(head.positions());
    const std::string inbox = InboxTopic(name);
    std::vector<std::string> inputs{inbox};
    for (const std::string& upstream : decider.upstream()) inputs.push_back(EventsTopic(upstream));
    for (const std::string& input : inputs) {
      auto there = log_.End({input, partition});
      if (!there) return core::Refuse(there.error());
      const int64_t left = *there - progress.NextOffset(input);
      if (left != 0) Say(input, partition, left, name);
      if (input == inbox) {
        service.commands_until = std::max(service.commands_until, progress.Before(inbox) + *there);
      }
    }
    return {};
  }

  const std::vector<std::string>& missing() const { return missing_; }

 private:
  void Say(const std::string& topic, int32_t partition, int64_t left, const std::string& who) {
    missing_.push_back(fmt::format("{} of {}, partition {}, by {}.",
                                   left == 1 ? "1 record" : fmt::format("{} records", left), topic,
                                   partition, who));
  }

  Log& log_;
  Store& store_;
  std::vector<std::string> missing_;
};

}  // namespace

Result<QuietServices> ReadQuiet(Log& log, Store& store,
                                const std::vector<const decider::Decider*>& services,
                                int32_t partitions) {
  QuietServices quiet;
  Look look(log, store);
  for (const decider::Decider* decider : services) {
    QuietService& service = quiet[std::string(decider->service())];
    for (int32_t p = 0; p < partitions; ++p) {
      if (auto looked = look.At(*decider, p, service); !looked) return core::Refuse(looked.error());
    }
  }
  if (!look.missing().empty()) return core::Refuse(NotQuiet(look.missing()));
  return quiet;
}

}  // namespace throughline::runtime
