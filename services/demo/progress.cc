#include "demo/progress.h"

#include <fstream>

namespace throughline::demo {

namespace {

constexpr char kFile[] = "demo-progress";

core::Error Unusable(const std::filesystem::path& file) {
  return {
      core::Code::kUnavailable, "PROGRESS_UNUSABLE",
      file.string() + " cannot be read or written. Is there room, and may this user write there?",
      "data"};
}

}  // namespace

core::Result<std::optional<core::Date>> ReadDemoProgress(const std::filesystem::path& directory) {
  const std::filesystem::path file = directory / kFile;
  if (!std::filesystem::exists(file)) return std::optional<core::Date>();
  std::string text;
  std::ifstream(file) >> text;
  auto day = core::ParseDate(text);
  if (!day) return core::Refuse(Unusable(file));
  return day;
}

core::Result<void> WriteDemoProgress(const std::filesystem::path& directory, core::Date day) {
  const std::filesystem::path file = directory / kFile,
                              next = directory / (kFile + std::string("~"));
  std::ofstream out(next);
  out << core::FormatDate(day) << "\n";
  out.close();
  std::error_code failed;
  if (!out.fail()) std::filesystem::rename(next, file, failed);
  if (out.fail() || failed) return core::Refuse(Unusable(file));
  return {};
}

}  // namespace throughline::demo
