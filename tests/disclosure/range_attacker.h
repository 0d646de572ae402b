// Knows of every number that was ever shown which scores it is the sum of, and how far rounding may
// have moved that sum; looks for a combination of them that rests on few students and says of them
// more than rounding leaves open.
#pragma once

#include <cstdint>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace throughline::disclosure {

class RangeAttacker {
 public:
  using Terms = std::map<std::string, int64_t>;  // factor by score, `<student>/<which>`

  // The sum of these is known to lie within `uncertainty` of what was shown.
  void See(const Terms& terms, double uncertainty);

  struct Finding {
    std::set<std::string> students;  // the fewest; empty: nothing of few was found
    double uncertainty = 0;          // of the combination, for a score with factor 1
  };
  // Of the combinations on fewer than `smallest` students the one that is known best. Brings what
  // was seen into echelon form, with the scores in many orders.
  Finding Best(size_t smallest, std::mt19937& random, int orders) const;

 private:
  std::map<std::string, size_t> names_;
  std::map<std::map<size_t, int64_t>, double> seen_;  // uncertainty by terms
};

}  // namespace throughline::disclosure
