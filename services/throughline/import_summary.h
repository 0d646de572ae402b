// What an import came to, for people; and the problems met on the way. Pure but for
// the stream written to.
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "importing/summary_json.h"

namespace throughline {

using importing::ImportCounts;

// "results.csv, line 17, column score: NOT_A_NUMBER: <sentence> [<start of the value>]"
std::string Sentence(const oneroster::BundleProblem& problem);

// Says the first problems as they come, and keeps them; counts the rest. Not thread-safe.
class ProblemList {
 public:
  // Each line goes to `say`, without its line end.
  explicit ProblemList(std::function<void(const std::string&)> say) : say_(std::move(say)) {}

  void Add(const oneroster::BundleProblem& problem);
  // Says how many more there were.
  void Finish();

  int64_t count() const { return count_; }
  const std::vector<oneroster::BundleProblem>& first() const { return first_; }

 private:
  static constexpr int64_t kSaid = importing::kProblemsReported;
  std::function<void(const std::string&)> say_;
  std::vector<oneroster::BundleProblem> first_;
  int64_t count_ = 0;
};

// What is known by now, in a line, with the results a second.
std::string ProgressText(const ImportCounts& counts);
// What was read, what became of the results and why some were set aside: some lines.
void PrintSummary(const ImportCounts& counts, std::ostream& out);

}  // namespace throughline
