// Records a log for the tests of every later version, and sums up what a recorded log folds to.
//
//   throughline_recorder record FOLDER       writes recorded-VERSION.bin.gz and its .state.json
//   throughline_recorder summarize FILE...   folds recorded logs and writes their .state.json anew
//   throughline_recorder spell FILE          prints every row that it folds to, one a line
#include <fstream>
#include <iostream>
#include <string>

#include "recorded_district.h"
#include "state_summary.h"

namespace throughline::compatibility {

namespace {

std::filesystem::path SummaryOf(std::filesystem::path recording) {
  return recording.replace_extension().replace_extension(".state.json");
}

core::Result<bool> Summarize(const std::filesystem::path& file) {
  auto recording = Read(file);
  if (!recording) return core::Refuse(recording.error());
  std::ofstream(SummaryOf(file)) << SummarizeState(QuietServices(*recording));
  return true;
}

core::Result<bool> Record(const std::filesystem::path& folder) {
  QuietServices services(kRecordedPartitions, FirstMorning());
  LiveAnAutumn(services);
  const auto file = folder / ("recorded-" THROUGHLINE_VERSION ".bin.gz");
  if (auto written = Write(services.Recorded(), file); !written) return written;
  return Summarize(file);
}

core::Result<bool> Spell(const std::filesystem::path& file) {
  auto recording = Read(file);
  if (!recording) return core::Refuse(recording.error());
  std::cout << SpellOutState(QuietServices(*recording));
  return true;
}

int Run(const std::vector<std::string>& words) {
  core::Result<bool> done = true;
  if (words.size() == 2 && words[0] == "record") {
    done = Record(words[1]);
  } else if (words.size() == 2 && words[0] == "spell") {
    done = Spell(words[1]);
  } else if (words.size() > 1 && words[0] == "summarize") {
    for (size_t i = 1; i < words.size() && done; ++i) done = Summarize(words[i]);
  } else {
    std::cerr << "usage: throughline_recorder record FOLDER | summarize FILE... | spell FILE\n";
    return 2;
  }
  if (!done) std::cerr << done.error().message << '\n';
  return done ? 0 : 1;
}

}  // namespace

}  // namespace throughline::compatibility

int main(int argc, char** argv) { return throughline::compatibility::Run({argv + 1, argv + argc}); }
