// Knows of every number that was ever shown which students' scores it is the sum of, and looks for
// a combination of them that rests on few students. More than a true attacker knows.
#pragma once

#include <cstdint>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace throughline::disclosure {

class Attacker {
 public:
  // The sum of these: a score is named by its student, a slash, and what tells it from the
  // student's other scores.
  void See(const std::set<std::string>& scores);
  // Of a combination that rests on fewest students of those that were looked for: the students;
  // empty when nothing was seen. Brings what was seen into echelon form, which is made of such
  // combinations, with the scores in many orders.
  std::set<std::string> FewestStudents(std::mt19937& random, int orders) const;

 private:
  std::map<std::string, int> names_;
  std::set<std::set<int>> seen_;
};

}  // namespace throughline::disclosure
