// What was measured, and how it is told: a line of text each, or JSON. Not thread-safe.
//
// Every figure is a list, one a round; told are its median and its worst, which is the smallest of
// rates and the greatest of times. Ratios are of the same round.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "kafka/deployment.h"

namespace throughline::bench {

enum class Better { kMore, kLess };

struct Finding {
  std::string measure;  // results recorded
  std::string unit;     // /s, ms, us
  Better better = Better::kMore;
  std::vector<double> ours;
  std::string against = {};  // bare librdkafka, …; empty: nothing
  std::vector<double> theirs = {};
  std::optional<double> goal = {};           // of the ratio ours to theirs
  std::optional<double> goal_absolute = {};  // of ours
  Cpu cpu = {};                              // seconds, of all rounds
  double events = 0;                         // that the seconds were spent on
  std::string event = {};                    // what they are: result, command, …
  std::string note = {};
};

class Report {
 public:
  // Prints to stderr as it goes when it is to be JSON in the end.
  explicit Report(bool json) : json_(json) {}
  void Add(Finding finding);
  // A sentence of no measure.
  void Say(const std::string& sentence) const;
  // All as one JSON object to stdout, when that was asked for.
  void Finish() const;

 private:
  bool json_;
  std::vector<Finding> findings_;
};

double MedianOf(std::vector<double> values);
double PercentileOf(std::vector<double> values, double share);

}  // namespace throughline::bench
