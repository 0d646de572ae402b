// Records a log for the tests of every later version, and sums up what a recorded log folds to.
//
//   throughline_recorder record FOLDER       writes recorded-VERSION.bin.gz and its .state.json
//   throughline_recorder summarize FILE...   folds recorded logs and writes their .state.json anew
//   throughline_recorder spell FILE          prints every row that it folds to, one a line
//   throughline_recorder events FILE         prints every record as it would be on Kafka, one a
//   line:
//                                            topic, partition, key, value in base64, then each
//                                            header as name=value; a tab between any two
#include <fstream>
#include <iostream>
#include <string>

#include "recorded_district.h"
#include "runtime/base64.h"
#include "runtime/envelope.h"
#include "runtime/kafka/cloud_events.h"
#include "state_summary.h"

namespace throughline::compatibility {

namespace {

std::filesystem::path SummaryOf(std::filesystem::path recording) {
  return recording.replace_extension().replace_extension(".state.json");
}

core::Result<void> Summarize(const std::filesystem::path& file) {
  auto recording = Read(file);
  if (!recording) return core::Refuse(recording.error());
  std::ofstream(SummaryOf(file)) << SummarizeState(QuietServices(*recording));
  return {};
}

core::Result<void> Record(const std::filesystem::path& folder) {
  QuietServices services(kRecordedPartitions, FirstMorning());
  LiveAnAutumn(services);
  const auto file = folder / ("recorded-" THROUGHLINE_VERSION ".bin.gz");
  if (auto written = Write(services.Recorded(), file); !written) return written;
  return Summarize(file);
}

core::Result<void> Spell(const std::filesystem::path& file) {
  auto recording = Read(file);
  if (!recording) return core::Refuse(recording.error());
  std::cout << SpellOutState(QuietServices(*recording));
  return {};
}

// Records that are no events are left out.
core::Result<void> PrintEvents(const std::filesystem::path& file) {
  auto recording = Read(file);
  if (!recording) return core::Refuse(recording.error());
  for (const auto& [place, records] : recording->records) {
    for (const runtime::Record& record : records) {
      auto envelope = runtime::ParseEnvelope(record);
      if (!envelope) continue;
      std::cout << place.topic << '\t' << place.partition << '\t' << envelope->subject() << '\t'
                << runtime::ToBase64(record.value, runtime::Base64::kStandard);
      for (const auto& [name, value] : runtime::kafka::ToHeaders(place, *envelope)) {
        std::cout << '\t' << name << '=' << value;
      }
      std::cout << '\n';
    }
  }
  return {};
}

int Run(const std::vector<std::string>& words) {
  core::Result<void> done;
  if (words.size() == 2 && words[0] == "record") {
    done = Record(words[1]);
  } else if (words.size() == 2 && words[0] == "spell") {
    done = Spell(words[1]);
  } else if (words.size() == 2 && words[0] == "events") {
    done = PrintEvents(words[1]);
  } else if (words.size() > 1 && words[0] == "summarize") {
    for (size_t i = 1; i < words.size() && done; ++i) done = Summarize(words[i]);
  } else {
    std::cerr << "usage: throughline_recorder record FOLDER | summarize FILE... | spell FILE | "
                 "events FILE\n";
    return 2;
  }
  if (!done) std::cerr << done.error().message << '\n';
  return done ? 0 : 1;
}

}  // namespace

}  // namespace throughline::compatibility

int main(int argc, char** argv) { return throughline::compatibility::Run({argv + 1, argv + argc}); }
