// The two data sets of the demo as bundles: everything that is in the data is in them, once.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "demo/ou2013_bundle.h"
#include "demo/star_bundle.h"
#include "oneroster/assessment_catalogue.h"
#include "oneroster/bundle_reader.h"

namespace throughline::demo {
namespace {

struct Count : oneroster::BundleVisitor {
  int schools = 0, classes = 0, users = 0, enrollments = 0, results = 0, unscored = 0, exempt = 0;
  oneroster::AssessmentCatalogue catalogue;
  std::vector<oneroster::BundleProblem> problems;
  core::Date last_date{};
  bool in_order = true;

  void OnOrg(const oneroster::Org& org) override { schools += org.type == "school" ? 1 : 0; }
  void OnClass(const oneroster::ClassRow&) override { ++classes; }
  void OnUser(const oneroster::User&) override { ++users; }
  void OnEnrollment(const oneroster::Enrollment&) override { ++enrollments; }
  void OnCategory(const oneroster::Category& category) override { catalogue.AddCategory(category); }
  void OnLineItem(const oneroster::LineItem& item) override {
    catalogue.AddLineItem(item,
                          [this](const oneroster::BundleProblem& problem) { OnProblem(problem); });
  }
  void OnResult(const oneroster::ResultRow& result) override {
    ++results;
    unscored += result.score ? 0 : 1;
    exempt += result.score_status == oneroster::ScoreStatus::kExempt ? 1 : 0;
    in_order = in_order && last_date <= *result.score_date;
    last_date = *result.score_date;
  }
  void OnProblem(const oneroster::BundleProblem& problem) override { problems.push_back(problem); }
};

class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "bundle.XXXXXX").string();
    path_ = mkdtemp(name.data());
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

void Read(const Folder& folder, Count& count) {
  auto reader = oneroster::BundleReader::Open(folder.path());
  ASSERT_TRUE(reader) << reader.error().message;
  ASSERT_TRUE(reader->Read(count));
  EXPECT_TRUE(count.problems.empty())
      << count.problems[0].file << ":" << count.problems[0].line << " " << count.problems[0].reason;
}

// Counts as the data set's own documentation gives them; see deploy/demo/data/ATTRIBUTION.md.
TEST(Ou2013Bundle, HasEveryResultAndEnrolment) {
  Folder folder;
  ASSERT_TRUE(WriteOu2013Bundle("deploy/demo/data", folder.path()));
  Count count;
  Read(folder, count);
  EXPECT_EQ(count.results, 82'842);
  EXPECT_EQ(count.unscored, 84);
  EXPECT_EQ(count.exempt, 720);
  EXPECT_EQ(count.enrollments, 13'529);
  EXPECT_EQ(count.schools, 6);
  EXPECT_EQ(count.catalogue.assessments().size(), 92u);
  EXPECT_TRUE(count.in_order);
}

TEST(StarBundle, HasEveryStudentYear) {
  Folder folder;
  ASSERT_TRUE(WriteStarBundle("deploy/demo/data/star.csv.gz", folder.path()));
  Count count;
  Read(folder, count);
  EXPECT_EQ(count.schools, 80);
  EXPECT_EQ(count.classes, 1'387);
  EXPECT_EQ(count.users, 11'598);
  EXPECT_EQ(count.enrollments, 26'796);
  EXPECT_EQ(count.results, 2 * 26'796);
  EXPECT_EQ(count.catalogue.assessments().size(), 8u);
}

}  // namespace
}  // namespace throughline::demo
