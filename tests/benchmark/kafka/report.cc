#include "kafka/report.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>

namespace throughline::bench {

namespace {

double LoadAverage() {
  double load = 0;
  getloadavg(&load, 1);
  return load;
}

double WorstOf(const std::vector<double>& values, Better better) {
  return better == Better::kMore ? *std::min_element(values.begin(), values.end())
                                 : *std::max_element(values.begin(), values.end());
}

std::vector<double> RatiosOf(const Finding& finding) {
  std::vector<double> ratios;
  for (size_t i = 0; i < std::min(finding.ours.size(), finding.theirs.size()); ++i) {
    ratios.push_back(finding.ours[i] / finding.theirs[i]);
  }
  return ratios;
}

bool Reaches(double value, double goal, Better better) {
  return better == Better::kMore ? value >= goal : value <= goal;
}

// By the median; nullopt when there is no goal.
std::optional<bool> Met(const Finding& finding) {
  if (!finding.goal && !finding.goal_absolute) return std::nullopt;
  bool met = true;
  if (finding.goal) met = Reaches(MedianOf(RatiosOf(finding)), *finding.goal, finding.better);
  if (finding.goal_absolute) {
    met = met && Reaches(MedianOf(finding.ours), *finding.goal_absolute, finding.better);
  }
  return met;
}

std::string Figure(double value) {
  return value >= 1000 ? fmt::format("{:.0f}", value) : fmt::format("{:.2f}", value);
}

std::string Pair(const std::vector<double>& values, Better better) {
  return Figure(MedianOf(values)) + " (worst " + Figure(WorstOf(values, better)) + ")";
}

std::string CpuText(const Finding& finding) {
  std::string text;
  double all = 0;
  for (const auto& [part, seconds] : finding.cpu) {
    const double each = seconds / finding.events * 1e6;
    if (part != "client") all += each;
    text += fmt::format(" {} {:.1f}", part, each);
  }
  return fmt::format("    CPU us a {}: {:.1f} without the client:{}\n", finding.event, all, text);
}

std::string TextOf(const Finding& finding) {
  std::string text = fmt::format("{:<34} {} {}", finding.measure,
                                 Pair(finding.ours, finding.better), finding.unit);
  if (!finding.theirs.empty()) {
    text +=
        fmt::format("   {} {}   ratio {}", finding.against, Pair(finding.theirs, finding.better),
                    Pair(RatiosOf(finding), finding.better));
  }
  const char* sign = finding.better == Better::kMore ? ">=" : "<=";
  if (finding.goal) text += fmt::format("   goal {} {}", sign, *finding.goal);
  if (finding.goal_absolute) {
    text += fmt::format("   goal {} {} {}", sign, *finding.goal_absolute, finding.unit);
  }
  if (auto met = Met(finding)) text += *met ? "   met" : "   MISSED";
  text += "\n";
  if (!finding.cpu.empty()) text += CpuText(finding);
  if (!finding.note.empty()) text += "    " + finding.note + "\n";
  return text;
}

nlohmann::ordered_json JsonOf(const std::vector<double>& values, Better better) {
  return {{"median", MedianOf(values)}, {"worst", WorstOf(values, better)}, {"rounds", values}};
}

nlohmann::ordered_json JsonOf(const Finding& finding) {
  nlohmann::ordered_json json = {{"measure", finding.measure},
                                 {"unit", finding.unit},
                                 {"ours", JsonOf(finding.ours, finding.better)}};
  if (!finding.theirs.empty()) {
    json["against"] = JsonOf(finding.theirs, finding.better);
    json["against"]["what"] = finding.against;
    json["ratio"] = JsonOf(RatiosOf(finding), finding.better);
  }
  if (finding.goal) json["goal_ratio"] = *finding.goal;
  if (finding.goal_absolute) json["goal"] = *finding.goal_absolute;
  if (auto met = Met(finding)) json["met"] = *met;
  for (const auto& [part, seconds] : finding.cpu) {
    json["cpu_us_per_" + finding.event][part] = seconds / finding.events * 1e6;
  }
  if (!finding.note.empty()) json["note"] = finding.note;
  return json;
}

}  // namespace

double MedianOf(std::vector<double> values) { return PercentileOf(std::move(values), 0.5); }

double PercentileOf(std::vector<double> values, double share) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  return values[static_cast<size_t>(share * static_cast<double>(values.size() - 1))];
}

void Report::Add(Finding finding) {
  fmt::print(json_ ? stderr : stdout, "{}", TextOf(finding));
  std::fflush(stdout);
  findings_.push_back(std::move(finding));
}

void Report::Say(const std::string& sentence) const {
  fmt::print(json_ ? stderr : stdout, "{} [load {:.1f}]\n", sentence, LoadAverage());
  std::fflush(stdout);
}

void Report::Finish() const {
  if (!json_) return;
  nlohmann::ordered_json all = {{"processors", sysconf(_SC_NPROCESSORS_ONLN)},
                                {"load_average", LoadAverage()},
                                {"measures", nlohmann::ordered_json::array()}};
  for (const Finding& finding : findings_) all["measures"].push_back(JsonOf(finding));
  fmt::print("{}\n", all.dump(2));
}

}  // namespace throughline::bench
