// For the tests of this room: a small bundle that is right, to be spoilt in one place; folders and
// zips to put it in; and a visitor that keeps everything it is given.
#pragma once

#include <archive.h>
#include <archive_entry.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "oneroster/bundle_reader.h"

namespace throughline::oneroster {

// Gone with everything in it at the end of the test.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "oneroster.XXXXXX").string();
    path_ = mkdtemp(name.data());
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

using Files = std::map<std::string, std::string>;

// Two students of one class, one line item, three results.
inline Files SmallBundle() {
  return {
      {"manifest.csv",
       "propertyName,value\nmanifest.version,1.0\noneroster.version,1.2\nfile.orgs,bulk\n"
       "file.academicSessions,bulk\nfile.courses,bulk\nfile.classes,bulk\nfile.users,bulk\n"
       "file.enrollments,bulk\nfile.categories,bulk\nfile.lineItems,bulk\nfile.results,bulk\n"
       "source.systemName,Test SIS\n"},
      {"orgs.csv", "sourcedId,name,type\nd,District,district\ns1,North,school\n"},
      {"academicSessions.csv",
       "sourcedId,title,type,startDate,endDate\nt1,Term,term,2013-08-01,2014-01-15\n"},
      {"courses.csv", "sourcedId,title,orgSourcedId\nm5,Mathematics 5,s1\n"},
      {"classes.csv",
       "sourcedId,title,courseSourcedId,schoolSourcedId,metadata.team\nc1,5a,m5,s1,fives\n"},
      {"users.csv", "sourcedId,metadata.group.language\nu1,learner\nu2,\n"},
      {"enrollments.csv",
       "sourcedId,classSourcedId,schoolSourcedId,userSourcedId,role\n"
       "e1,c1,s1,u1,student\ne2,c1,s1,u2,student\n"},
      {"categories.csv", "sourcedId,title\nk1,Unit tests\n"},
      {"lineItems.csv",
       "sourcedId,title,classSourcedId,categorySourcedId,resultValueMin,resultValueMax,"
       "metadata.indicator\nl1,Fractions,c1,k1,0,20,fractions;reasoning\n"},
      {"results.csv",
       "sourcedId,lineItemSourcedId,studentSourcedId,scoreStatus,score,scoreDate\n"
       "r1,l1,u1,fully graded,12.5,2013-09-02\nr2,l1,u2,fully graded,20,2013-09-02\n"
       "r3,l1,u1,exempt,,2013-09-03\n"},
  };
}

inline void WriteFolder(const std::filesystem::path& folder, const Files& files) {
  for (const auto& [name, text] : files) std::ofstream(folder / name, std::ios::binary) << text;
}

// Entries in the order given, deflated.
inline void WriteZip(const std::filesystem::path& path,
                     const std::vector<std::pair<std::string, std::string>>& entries) {
  archive* zip = archive_write_new();
  archive_write_set_format_zip(zip);
  ASSERT_EQ(archive_write_open_filename(zip, path.c_str()), ARCHIVE_OK);
  for (const auto& [name, text] : entries) {
    archive_entry* entry = archive_entry_new();
    archive_entry_set_pathname(entry, name.c_str());
    archive_entry_set_size(entry, static_cast<la_int64_t>(text.size()));
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    ASSERT_EQ(archive_write_header(zip, entry), ARCHIVE_OK);
    ASSERT_EQ(archive_write_data(zip, text.data(), text.size()),
              static_cast<la_ssize_t>(text.size()));
    archive_entry_free(entry);
  }
  ASSERT_EQ(archive_write_free(zip), ARCHIVE_OK);
}

inline std::vector<std::pair<std::string, std::string>> Below(const std::string& folder,
                                                              const Files& files) {
  std::vector<std::pair<std::string, std::string>> entries;
  for (const auto& [name, text] : files) entries.emplace_back(folder + name, text);
  return entries;
}

struct Kept : BundleVisitor {
  std::vector<Org> orgs;
  std::vector<AcademicSession> sessions;
  std::vector<Course> courses;
  std::vector<ClassRow> classes;
  std::vector<User> users;
  std::vector<UserRole> roles;
  std::vector<Demographics> demographics;
  std::vector<Enrollment> enrollments;
  std::vector<Category> categories;
  std::vector<LineItem> line_items;
  std::vector<ResultRow> results;
  std::vector<BundleProblem> problems;

  void OnOrg(const Org& row) override { orgs.push_back(row); }
  void OnAcademicSession(const AcademicSession& row) override { sessions.push_back(row); }
  void OnCourse(const Course& row) override { courses.push_back(row); }
  void OnClass(const ClassRow& row) override { classes.push_back(row); }
  void OnUser(const User& row) override { users.push_back(row); }
  void OnUserRole(const UserRole& row) override { roles.push_back(row); }
  void OnDemographics(const Demographics& row) override { demographics.push_back(row); }
  void OnEnrollment(const Enrollment& row) override { enrollments.push_back(row); }
  void OnCategory(const Category& row) override { categories.push_back(row); }
  void OnLineItem(const LineItem& row) override { line_items.push_back(row); }
  void OnResult(const ResultRow& row) override { results.push_back(row); }
  void OnProblem(const BundleProblem& problem) override { problems.push_back(problem); }

  // "results.csv:3 score NOT_A_NUMBER", in the order reported.
  std::vector<std::string> Where() const {
    std::vector<std::string> all;
    for (const BundleProblem& one : problems) {
      all.push_back(one.file + ":" + std::to_string(one.line) + " " + one.column + " " +
                    one.reason);
    }
    return all;
  }
};

template <typename RowType>
std::vector<std::string> IdsOf(const std::vector<RowType>& rows) {
  std::vector<std::string> ids;
  for (const RowType& row : rows) ids.push_back(row.sourced_id);
  return ids;
}

// The reason for which the bundle cannot be read; empty when it can.
inline std::string ReadBundle(const std::filesystem::path& path, Kept& kept,
                              const BundleLimits& limits = {}) {
  auto reader = BundleReader::Open(path, limits);
  if (!reader) return reader.error().reason;
  auto read = reader->Read(kept);
  return read ? "" : read.error().reason;
}

inline std::string ReadFiles(const Files& files, Kept& kept, const BundleLimits& limits = {}) {
  TemporaryFolder folder;
  WriteFolder(folder.path(), files);
  return ReadBundle(folder.path(), kept, limits);
}

inline void Replace(std::string& text, const std::string& what, const std::string& with) {
  const size_t at = text.find(what);
  ASSERT_NE(at, std::string::npos) << what;
  text.replace(at, what.size(), with);
}

}  // namespace throughline::oneroster
