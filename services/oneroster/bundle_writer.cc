#include "oneroster/bundle_writer.h"

#include <csv.h>
#include <fmt/format.h>

#include <fstream>
#include <functional>

#include "oneroster/errors.h"

namespace throughline::oneroster {
namespace {

using Values = std::map<std::string_view, std::string>;

std::string Join(const std::vector<std::string>& parts) {
  return fmt::format("{}", fmt::join(parts, ","));
}

std::string Text(const std::optional<core::Date>& date) {
  return date ? core::FormatDate(*date) : "";
}

std::string Text(double number) { return fmt::format("{}", number); }

// A field, quoted where it must be.
void AppendField(std::string& line, std::string_view field) {
  if (field.find_first_of(",\"\r\n") == std::string_view::npos) {
    line += field;
    return;
  }
  std::string quoted(2 * field.size() + 2, '\0');
  quoted.resize(csv_write(quoted.data(), quoted.size(), field.data(), field.size()));
  line += quoted;
}

}  // namespace

class BundleWriter::Output {
 public:
  Output(std::filesystem::path folder, std::string system_name, MetadataColumns metadata)
      : folder_(std::move(folder)),
        system_name_(std::move(system_name)),
        metadata_(std::move(metadata)) {}

  void Add(BundleFile file, const Row& row, Values values) {
    values["sourcedId"] = row.sourced_id;
    values["status"] = row.status == RowStatus::kToBeDeleted ? "tobedeleted" : "";  // bulk
    if (row.modified_at) values["dateLastModified"] = core::FormatInstant(*row.modified_at);
    std::string line;
    for (std::string_view column : SpecOf(file).written) {
      if (!line.empty()) line += ',';
      auto value = values.find(column);
      if (value != values.end()) AppendField(line, value->second);
    }
    for (const std::string& name : metadata_[file]) {
      line += ',';
      auto value = row.metadata.find(name);
      if (value != row.metadata.end()) AppendField(line, value->second);
    }
    FileOf(file) << line << "\r\n";
  }

  core::Result<void> Finish() {
    std::string manifest =
        "propertyName,value\r\nmanifest.version,1.0\r\noneroster.version,1.2\r\n";
    for (BundleFile file : kBundleFiles) {
      manifest += fmt::format("{},{}\r\n", SpecOf(file).property,
                              files_.contains(file) ? "bulk" : "absent");
    }
    manifest += "source.systemName,";
    AppendField(manifest, system_name_);
    manifest += "\r\n";
    bool written = true;
    for (auto& [file, out] : files_) {
      out.close();
      written = written && !out.fail();
    }
    std::ofstream out(folder_ / "manifest.csv", std::ios::binary);
    out << manifest;
    out.close();
    if (!written || out.fail()) return core::Refuse(FolderNotWritable(folder_));
    return {};
  }

 private:
  std::ofstream& FileOf(BundleFile file) {
    auto [out, first] = files_.try_emplace(file);
    if (first) {
      out->second.open(folder_ / SpecOf(file).name, std::ios::binary);
      std::string header;
      for (std::string_view column : SpecOf(file).written) {
        if (!header.empty()) header += ',';
        header += column;
      }
      for (const std::string& name : metadata_[file]) header += ",metadata." + name;
      out->second << header << "\r\n";
    }
    return out->second;
  }

  std::filesystem::path folder_;
  std::string system_name_;
  MetadataColumns metadata_;
  std::map<BundleFile, std::ofstream> files_;
};

BundleWriter::BundleWriter(std::unique_ptr<Output> output) : output_(std::move(output)) {}
BundleWriter::BundleWriter(BundleWriter&&) noexcept = default;
BundleWriter& BundleWriter::operator=(BundleWriter&&) noexcept = default;
BundleWriter::~BundleWriter() = default;

core::Result<BundleWriter> BundleWriter::Create(const std::filesystem::path& folder,
                                                std::string system_name, MetadataColumns metadata) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (!std::filesystem::is_directory(folder, error)) {
    return core::Refuse(FolderNotWritable(folder));
  }
  std::filesystem::remove(folder / "manifest.csv", error);
  return BundleWriter(
      std::make_unique<Output>(folder, std::move(system_name), std::move(metadata)));
}

void BundleWriter::Add(const Org& row) {
  output_->Add(BundleFile::kOrgs, row,
               {{"name", row.name},
                {"type", row.type},
                {"identifier", row.identifier},
                {"parentSourcedId", row.parent}});
}

void BundleWriter::Add(const AcademicSession& row) {
  output_->Add(BundleFile::kAcademicSessions, row,
               {{"title", row.title},
                {"type", row.type},
                {"startDate", core::FormatDate(row.start)},
                {"endDate", core::FormatDate(row.end)},
                {"parentSourcedId", row.parent},
                {"schoolYear", row.school_year}});
}

void BundleWriter::Add(const Course& row) {
  output_->Add(BundleFile::kCourses, row,
               {{"schoolYearSourcedId", row.school_year_session},
                {"title", row.title},
                {"courseCode", row.code},
                {"grades", Join(row.grades)},
                {"orgSourcedId", row.org},
                {"subjects", Join(row.subjects)}});
}

void BundleWriter::Add(const ClassRow& row) {
  output_->Add(BundleFile::kClasses, row,
               {{"title", row.title},
                {"grades", Join(row.grades)},
                {"courseSourcedId", row.course},
                {"classCode", row.code},
                {"classType", row.type},
                {"schoolSourcedId", row.school},
                {"termSourcedIds", Join(row.terms)},
                {"subjects", Join(row.subjects)}});
}

void BundleWriter::Add(const User& row) {
  output_->Add(BundleFile::kUsers, row,
               {{"enabledUser", row.enabled ? "true" : "false"},
                {"givenName", row.given_name},
                {"familyName", row.family_name},
                {"grades", Join(row.grades)},
                {"preferredGivenName", row.preferred_given_name},
                {"preferredFamilyName", row.preferred_family_name}});
}

void BundleWriter::Add(const UserRole& row) {
  output_->Add(BundleFile::kRoles, row,
               {{"userSourcedId", row.user},
                {"roleType", "primary"},
                {"role", row.role},
                {"orgSourcedId", row.org}});
}

void BundleWriter::Add(const Demographics& row) {
  Values values = {{"sex", row.sex}};
  for (std::string_view column : SpecOf(BundleFile::kDemographics).written) {
    for (const std::string& flag : row.flags) {
      if (flag == column) values[column] = "true";
    }
  }
  output_->Add(BundleFile::kDemographics, row, std::move(values));
}

void BundleWriter::Add(const Enrollment& row) {
  output_->Add(BundleFile::kEnrollments, row,
               {{"classSourcedId", row.class_id},
                {"schoolSourcedId", row.school},
                {"userSourcedId", row.user},
                {"role", row.role},
                {"beginDate", Text(row.begin)},
                {"endDate", Text(row.end)}});
}

void BundleWriter::Add(const Category& row) {
  output_->Add(BundleFile::kCategories, row, {{"title", row.title}});
}

void BundleWriter::Add(const LineItem& row) {
  output_->Add(BundleFile::kLineItems, row,
               {{"title", row.title},
                {"description", row.description},
                {"assignDate", Text(row.assigned)},
                {"dueDate", Text(row.due)},
                {"classSourcedId", row.class_id},
                {"categorySourcedId", row.category},
                {"resultValueMin", Text(row.value_min)},
                {"resultValueMax", Text(row.value_max)},
                {"schoolSourcedId", row.school},
                {"academicSessionSourcedId", row.session}});
}

void BundleWriter::Add(const ResultRow& row) {
  output_->Add(BundleFile::kResults, row,
               {{"lineItemSourcedId", row.line_item},
                {"studentSourcedId", row.student},
                {"scoreStatus", std::string(ScoreStatusName(row.score_status))},
                {"score", row.score ? Text(*row.score) : ""},
                {"scoreDate", Text(row.score_date)},
                {"classSourcedId", row.class_id}});
}

core::Result<void> BundleWriter::Finish() { return output_->Finish(); }

}  // namespace throughline::oneroster
