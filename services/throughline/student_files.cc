#include "throughline/student_files.h"

#include <csv.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <google/protobuf/util/json_util.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "core/date.h"
#include "throughline/formatting.h"

namespace throughline {

using core::Result;

namespace {

constexpr char kLineEnd[] = "\r\n";  // of RFC 4180

core::Error FilesExist(const std::filesystem::path& path) {
  return {core::Code::kFailedPrecondition, "FILES_EXIST",
          fmt::format("There is something at {} already. Say a directory that is not there yet: "
                      "nothing is written over.",
                      path.string()),
          "to"};
}

core::Error FileNotWritten(const std::filesystem::path& path) {
  return {core::Code::kUnavailable, "FILE_NOT_WRITTEN",
          fmt::format("{} cannot be written: {}.", path.string(), std::strerror(errno)), "to"};
}

// What a spreadsheet would take for a formula is text to it.
std::string Cell(std::string text) {
  if (!text.empty() && std::strchr("=+-@\t\r", text.front()) != nullptr) text.insert(0, "'");
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted(2 * text.size() + 2, '\0');
  quoted.resize(csv_write(quoted.data(), quoted.size(), text.data(), text.size()));
  return quoted;
}

std::string Row(const std::vector<std::string>& cells) {
  std::string row;
  for (size_t i = 0; i < cells.size(); ++i) row += (i == 0 ? "" : ",") + Cell(cells[i]);
  return row + kLineEnd;
}

std::string DayText(bool is_known, int32_t day) {
  return is_known ? core::FormatDate(core::FromDays(day)) : "";
}

std::string PercentText(bool is_known, double percent) {
  return is_known ? fmt::format("{}", percent) : "";
}

std::string JsonText(const evidence::v1::StudentRecord& record) {
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = true;
  std::string text;
  const auto printed = google::protobuf::util::MessageToJsonString(record, &text, options);
  return printed.ok() ? text : "";
}

// What a source said besides a score.
std::string Besides(const google::protobuf::RepeatedPtrField<evidence::v1::KeptScore>& kept) {
  std::vector<std::string> all;
  for (const auto& one : kept) {
    std::vector<std::string> said;
    for (const std::string& text : {one.method(), one.kind(), one.value()}) {
      if (!text.empty()) said.push_back(text);
    }
    all.push_back(fmt::format("{}", fmt::join(said, ": ")));
  }
  return fmt::format("{}", fmt::join(all, "; "));
}

std::string Results(const evidence::v1::StudentRecord& record) {
  std::string text =
      Row({"school", "class", "day", "assessment", "title", "score", "percent_of_scale", "source",
           "indicators", "taken_back", "besides", "besides_lost"});
  for (const auto& one : record.results()) {
    text +=
        Row({one.school(), one.class_id(), one.day(), one.assessment(), one.title(), one.score(),
             PercentText(one.has_percent(), one.percent()), one.source(),
             fmt::format("{}", fmt::join(one.indicators(), " ")), one.retracted() ? "yes" : "no",
             Besides(one.kept()), fmt::format("{}", one.kept_lost())});
  }
  return text;
}

std::string SetAside(const evidence::v1::StudentRecord& record) {
  std::string text = Row({"school", "class", "day", "assessment", "score", "source", "source_id",
                          "besides", "set_aside_at", "reason", "message"});
  for (const auto& one : record.set_aside()) {
    const evidence::v1::Result& result = one.result();
    const bool as_number = result.score_text().empty() && result.has_score();
    text += Row({one.school(), result.class_id(), result.date(), result.assessment(),
                 as_number ? fmt::format("{}", result.score()) : result.score_text(), one.source(),
                 result.source_id(), Besides(result.kept()),
                 core::FormatInstant(core::FromMillis(one.quarantined_at_ms())),
                 one.problem().reason(), one.problem().message()});
  }
  return text;
}

std::string Enrolments(const evidence::v1::StudentRecord& record) {
  std::string text = Row({"class", "first_day", "over_on"});
  for (const auto& one : record.enrolments()) {
    text += Row({one.class_id(), DayText(one.has_first(), one.first()),
                 DayText(one.has_over(), one.over())});
  }
  // Those of which no days are known.
  for (const std::string& class_id : record.student().class_ids()) {
    const bool has_days =
        std::any_of(record.enrolments().begin(), record.enrolments().end(),
                    [&](const auto& enrolment) { return enrolment.class_id() == class_id; });
    if (!has_days) text += Row({class_id, "", ""});
  }
  return text;
}

std::string Indicators(const evidence::v1::StudentRecord& record) {
  std::string text = Row({"indicator", "team", "cycle", "latest_day", "percent_of_scale"});
  for (const auto& one : record.indicators()) {
    text += Row({one.indicator(), one.team(), one.cycle(), one.day(),
                 PercentText(one.has_percent(), one.percent())});
  }
  return text;
}

Result<void> Write(const std::filesystem::path& path, const std::string& text) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (file < 0) return core::Refuse(FileNotWritten(path));
  size_t done = 0;
  while (done < text.size()) {
    const ssize_t wrote = ::write(file, text.data() + done, text.size() - done);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) break;
    done += static_cast<size_t>(wrote);
  }
  const bool written = done == text.size();
  if (::close(file) != 0 || !written) return core::Refuse(FileNotWritten(path));
  return {};
}

}  // namespace

std::vector<std::pair<std::string, std::string>> StudentFiles(
    const evidence::v1::StudentRecord& record) {
  return {{"student.json", JsonText(record)},
          {"results.csv", Results(record)},
          {"set_aside.csv", SetAside(record)},
          {"enrolments.csv", Enrolments(record)},
          {"indicators.csv", Indicators(record)}};
}

Result<void> MakeStudentDirectory(const std::filesystem::path& directory) {
  if (::mkdir(directory.c_str(), 0700) == 0) return {};
  return core::Refuse(errno == EEXIST ? FilesExist(directory) : FileNotWritten(directory));
}

Result<std::vector<std::string>> WriteStudentFiles(const evidence::v1::StudentRecord& record,
                                                   const std::filesystem::path& directory) {
  std::vector<std::string> names;
  for (const auto& [name, text] : StudentFiles(record)) {
    names.push_back(name);
    auto written = Write(directory / name, text);
    if (written) continue;
    std::error_code left;
    for (const std::string& one : names) std::filesystem::remove(directory / one, left);
    return core::Refuse(written.error());
  }
  return names;
}

}  // namespace throughline
