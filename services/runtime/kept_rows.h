// The rows of a state that is folded in memory: those that are not hot, as bytes, in order of table
// and key. For questions about the past, whose states nobody stores. Not thread-safe.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "decider/state.h"

namespace throughline::runtime {

class KeptRows : public decider::RowSource {
 public:
  std::vector<std::optional<std::string>> Load(const std::vector<decider::RowKey>& keys) override;
  std::vector<std::pair<std::string, std::string>> Scan(std::string_view table,
                                                        std::string_view prefix) override;
  // Those that come after `after`, at most `limit`.
  std::vector<std::pair<std::string, std::string>> Scan(std::string_view table,
                                                        std::string_view prefix,
                                                        std::string_view after, size_t limit) const;

  // Takes over what changed in the state, whose source this is; of its rows at most so many stay
  // hot.
  void Keep(decider::State& state, size_t hot_at_most);
  // What is kept takes about so much memory.
  size_t bytes() const { return bytes_; }

 private:
  std::map<decider::RowKey, std::string> rows_;
  size_t bytes_ = 0;
};

}  // namespace throughline::runtime
