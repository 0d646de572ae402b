#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <set>

#include "platform/metrics/labelled.h"
#include "platform/metrics/metric.h"
#include "platform/metrics/process_readings.h"

namespace throughline::platform {
namespace {

using ::testing::ElementsAre;

std::string KindOf(const Metric& metric) {
  if (metric.kind == kCounter) return "counter";
  return metric.kind == kGauge ? "gauge" : "histogram";
}

// name, type, labels, meaning, as a row of the table.
std::string RowOf(const Metric& metric) {
  std::string labels;
  for (const char c : metric.labels) labels += c == ',' ? "`, `" : std::string(1, c);
  if (!labels.empty()) labels = "`" + labels + "`";
  return "`" + std::string(metric.name) + "` " + KindOf(metric) + " " + labels + " " +
         std::string(metric.help);
}

std::vector<std::string> CellsOf(std::string_view row) {
  std::vector<std::string> cells;
  if (!row.starts_with("| ") || !row.ends_with("|")) return cells;
  row.remove_prefix(1);
  while (!row.empty()) {
    std::string_view cell = row.substr(0, row.find('|'));
    row.remove_prefix(std::min(cell.size() + 1, row.size()));
    while (cell.starts_with(' ')) cell.remove_prefix(1);
    while (cell.ends_with(' ')) cell.remove_suffix(1);
    cells.emplace_back(cell);
  }
  return cells;
}

TEST(Metrics, TheReadmeListsThemAll) {
  std::ifstream readme("services/platform/metrics/README.md");
  std::vector<std::string> listed, all;
  for (std::string line; std::getline(readme, line);) {
    const std::vector<std::string> cells = CellsOf(line);
    const std::set<std::string> kinds = {"counter", "gauge", "histogram"};
    if (cells.size() != 5 || !kinds.contains(cells[1])) continue;
    listed.push_back(cells[0] + " " + cells[1] + " " + cells[2] + " " + cells[4]);
  }
  for (const Metric& metric : kMetrics) all.push_back(RowOf(metric));
  EXPECT_EQ(listed, all);
}

TEST(Metrics, NoneHasALabelThatCouldNameSomebody) {
  const std::set<std::string> allowed = {
      "channel",   "code",   "end",      "group",       "kind",    "origin", "outcome",
      "partition", "reason", "revision", "rpc_service", "service", "status", "version"};
  for (const Metric& metric : kMetrics) {
    std::istringstream labels{std::string(metric.labels)};
    for (std::string label; std::getline(labels, label, ',');) {
      EXPECT_TRUE(allowed.contains(label)) << metric.name << " " << label;
    }
  }
}

TEST(Metrics, AHistogramCountsWhatIsAtMostEachBound) {
  static constexpr double kBounds[] = {1, 10};
  runtime::Histogram histogram(kBounds);
  for (const double value : {0.5, 1.0, 1.5, 10.0, 11.0}) histogram.Observe(value);
  const auto reading = histogram.Read();
  EXPECT_THAT(reading.counts, ElementsAre(2, 2, 1));
  EXPECT_DOUBLE_EQ(reading.sum, 24.0);
}

TEST(Metrics, EachCombinationOfLabelsIsCountedByItself) {
  LabelledCounter calls(MetricNamed("throughline_grpc_calls_total"));
  calls.Add({"EvidenceService", "write", "OK"});
  calls.Add({"EvidenceService", "write", "OK"});
  calls.Add({"EvidenceService", "write", "ABORTED"});
  std::vector<Reading> readings;
  calls.AppendTo(readings);
  ASSERT_EQ(readings.size(), 2);
  EXPECT_EQ(readings[0].labels.back(), "ABORTED");
  EXPECT_EQ(readings[0].value, 1);
  EXPECT_EQ(readings[1].value, 2);
}

TEST(Metrics, TheProcessSaysWhatItUses) {
  std::set<std::string_view> names;
  for (const Reading& reading : ProcessReadings()) {
    names.insert(reading.metric->name);
    EXPECT_GT(reading.value, 0) << reading.metric->name;
  }
  EXPECT_EQ(names.size(), 8);
}

}  // namespace
}  // namespace throughline::platform
