// What became of the rows of a file, or what would become of them: gathered row by row, told at the
// end. Bounded: rows beyond the first are counted, and no longer named. Not thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "gateway/csv/results.h"
#include "gateway/intake/understood.h"

namespace throughline::gateway::csv {

inline constexpr size_t kRowsNamedAtMost = 100'000;

// Of a push: {"rows": 3, "outcomes": {"accepted": 2, "ignored": 1}, "filtered": 0, "named":
// [{"line": 2, "outcome": "accepted"}, ...], "all_named": true}. What a row replaces of the same
// file has "replaces_line"; of several results of a row each is named, with its "result" from 1.
class Tally {
 public:
  // Of a row that was pushed, or that was none (then `outcome` says why).
  void Add(const Row& row, const ItemOutcome& outcome);
  // `ended` is why the file was not read to its end; the rows before it are taken.
  Answer ToAnswer(int64_t filtered, const core::Error* ended = nullptr) const;

 private:
  int64_t rows_ = 0;
  int64_t results_ = 0;
  std::map<std::string, int64_t> outcomes_;
  Json named_ = Json::array();
};

// Of a dry run: how many results there are, what is wrong with the other rows, which of them
// replace the scores of others, what the results name that the district must know, and the first
// few as they would be pushed.
class Preview {
 public:
  void Add(const Row& row);
  Answer ToAnswer(int64_t filtered, const core::Error* ended = nullptr) const;

  // What evidence has to know for the results to be of use; 1,000 of each at most.
  using Names = std::map<std::string, int64_t>;  // and how many results name it
  const Names& assessments() const { return assessments_; }
  const Names& line_items() const { return line_items_; }
  const Names& classes() const { return classes_; }

 private:
  struct Fault {
    int64_t rows = 0;
    std::string message;
    std::vector<int64_t> lines;  // the first few
  };

  static void Note(Fault& fault, int64_t line);

  int64_t rows_ = 0;
  int64_t results_ = 0;
  int64_t unscored_ = 0;
  Fault ignored_;
  int64_t replacing_ = 0;
  Json replacements_ = Json::array();                            // the first few
  std::map<std::pair<std::string, std::string>, Fault> faults_;  // by reason and field
  Names assessments_, line_items_, classes_, schools_;
  std::string first_day_, last_day_;
  Json sample_ = Json::array();
};

// Reads all rows. The error is what ended the file early.
core::Result<void> TryOut(Results& results, Preview& preview);

}  // namespace throughline::gateway::csv
