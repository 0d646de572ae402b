// What is written is read back: rows of every file, whatever is in their texts.
#include "oneroster/bundle_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "oneroster/bundle_fixture.h"

namespace throughline::oneroster {
namespace {

using ::testing::IsEmpty;

const BundleWriter::MetadataColumns kMetadata = {
    {BundleFile::kOrgs, {"a"}},
    {BundleFile::kAcademicSessions, {"a"}},
    {BundleFile::kCourses, {"a"}},
    {BundleFile::kClasses, {"team", "a"}},
    {BundleFile::kUsers, {"a"}},
    {BundleFile::kRoles, {"a"}},
    {BundleFile::kResults, {"a"}},
    {BundleFile::kDemographics, {"a"}},
    {BundleFile::kEnrollments, {"a"}},
    {BundleFile::kCategories, {"a"}},
    {BundleFile::kLineItems, {"kind", "a"}},
};

// Draws values; every draw is of the property being checked.
std::string AnyText() {
  const auto parts = *rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
      "a", "B", "7", ",", "\"", "\n", "\r\n", " ", "é", "学", "#", "'"));
  std::string text;
  for (const std::string& part : parts) text += part;
  return text;
}
std::string SomeText() { return AnyText() + "x"; }
std::vector<std::string> Words() {
  return *rc::gen::container<std::vector<std::string>>(
      rc::gen::element<std::string>("K", "05", "say \"hi\"", "é", "a b"));
}
core::Date AnyDate() { return core::FromDays(*rc::gen::inRange(0, 30'000)); }
std::optional<core::Date> MaybeDate() {
  return *rc::gen::arbitrary<bool>() ? std::optional(AnyDate()) : std::nullopt;
}
template <typename RowType>
std::string Pick(const std::vector<RowType>& rows) {
  return (*rc::gen::elementOf(rows)).sourced_id;
}

// A number of rows of one file, at least one, with ids of their own, made by `fill`.
template <typename RowType, typename Fill>
std::vector<RowType> Rows(Fill fill) {
  std::vector<RowType> rows(*rc::gen::inRange<size_t>(1, 4));
  for (size_t i = 0; i < rows.size(); ++i) {
    rows[i].sourced_id = AnyText() + std::to_string(i);
    if (*rc::gen::arbitrary<bool>()) {
      rows[i].modified_at = core::FromMillis(*rc::gen::inRange<int64_t>(0, 2'000'000'000'000));
    }
    if (std::string text = AnyText(); !text.empty()) rows[i].metadata["a"] = text;
    fill(rows[i]);
  }
  return rows;
}

void DrawRoster(Kept& all) {
  all.orgs = Rows<Org>([](Org& row) {
    row.name = SomeText();
    row.type = *rc::gen::element<std::string>("district", "school");
    row.identifier = AnyText();
    row.parent = AnyText();
  });
  all.sessions = Rows<AcademicSession>([](AcademicSession& row) {
    row.title = SomeText();
    row.type = "term";
    row.start = AnyDate();
    row.end = AnyDate();
    row.parent = AnyText();
    row.school_year = "2014";
  });
  all.courses = Rows<Course>([&](Course& row) {
    row.school_year_session = Pick(all.sessions);
    row.title = SomeText();
    row.code = AnyText();
    row.grades = Words();
    row.org = Pick(all.orgs);
    row.subjects = Words();
  });
  all.classes = Rows<ClassRow>([&](ClassRow& row) {
    row.title = SomeText();
    row.grades = Words();
    row.course = Pick(all.courses);
    row.code = AnyText();
    row.type = "homeroom";
    row.school = Pick(all.orgs);
    row.subjects = Words();
    row.metadata["team"] = SomeText();
  });
  all.users = Rows<User>([](User& row) {
    row.enabled = *rc::gen::arbitrary<bool>();
    row.grades = Words();
    row.given_name = AnyText();
    row.preferred_family_name = AnyText();
  });
  all.roles = Rows<UserRole>([&](UserRole& row) {
    row.user = Pick(all.users);
    row.role = SomeText();
    row.org = Pick(all.orgs);
  });
  all.demographics = Rows<Demographics>([](Demographics& row) {
    row.sex = *rc::gen::element<std::string>("", "male", "female", "other");
    if (*rc::gen::arbitrary<bool>()) row.flags.push_back("asian");
    if (*rc::gen::arbitrary<bool>()) row.flags.push_back("white");
  });
  // Their ids are those of users.
  all.demographics.resize(std::min(all.demographics.size(), all.users.size()));
  for (size_t i = 0; i < all.demographics.size(); ++i) {
    all.demographics[i].sourced_id = all.users[i].sourced_id;
  }
  all.enrollments = Rows<Enrollment>([&](Enrollment& row) {
    row.class_id = Pick(all.classes);
    row.school = Pick(all.orgs);
    row.user = Pick(all.users);
    row.role = "student";
    row.begin = MaybeDate();
    row.end = MaybeDate();
  });
}

void DrawResults(Kept& all) {
  all.categories = Rows<Category>([](Category& row) { row.title = SomeText(); });
  all.line_items = Rows<LineItem>([&](LineItem& row) {
    row.title = SomeText();
    row.description = AnyText();
    row.assigned = MaybeDate();
    row.due = MaybeDate();
    row.class_id = Pick(all.classes);
    row.category = Pick(all.categories);
    row.session = Pick(all.sessions);
    row.value_min = *rc::gen::arbitrary<double>();
    row.value_max = *rc::gen::arbitrary<double>();
    row.school = Pick(all.orgs);
    row.metadata["kind"] = SomeText();
  });
  all.results = Rows<ResultRow>([&](ResultRow& row) {
    if (*rc::gen::arbitrary<bool>()) {
      row.status = RowStatus::kToBeDeleted;
      return;
    }
    row.line_item = Pick(all.line_items);
    row.student = Pick(all.users);
    row.class_id = Pick(all.classes);
    row.score_status = *rc::gen::element(ScoreStatus::kUnspecified, ScoreStatus::kExempt,
                                         ScoreStatus::kFullyGraded, ScoreStatus::kNotSubmitted,
                                         ScoreStatus::kPartiallyGraded, ScoreStatus::kSubmitted);
    if (*rc::gen::arbitrary<bool>()) row.score = *rc::gen::arbitrary<double>();
    row.score_date = AnyDate();
  });
}

void Write(const std::filesystem::path& folder, const Kept& all) {
  auto writer = BundleWriter::Create(folder, "SIS, \"the\" one", kMetadata);
  ASSERT_TRUE(writer);
  auto add = [&](const auto& rows) {
    for (const auto& row : rows) writer->Add(row);
  };
  add(all.orgs);
  add(all.sessions);
  add(all.courses);
  add(all.classes);
  add(all.users);
  add(all.roles);
  add(all.demographics);
  add(all.enrollments);
  add(all.categories);
  add(all.line_items);
  add(all.results);
  ASSERT_TRUE(writer->Finish());
}

// Whether the rows are the same but for where they stood.
template <typename RowType>
bool Same(const std::vector<RowType>& written, std::vector<RowType> read) {
  for (RowType& row : read) row.line = 0;
  return written == read;
}

RC_GTEST_PROP(BundleWriter, WritesWhatTheReaderReads, ()) {
  Kept written, read;
  DrawRoster(written);
  DrawResults(written);
  TemporaryFolder folder;
  Write(folder.path(), written);
  RC_ASSERT(ReadBundle(folder.path(), read) == "");
  RC_ASSERT(read.Where() == std::vector<std::string>());
  RC_ASSERT(Same(written.orgs, read.orgs));
  RC_ASSERT(Same(written.sessions, read.sessions));
  RC_ASSERT(Same(written.courses, read.courses));
  RC_ASSERT(Same(written.classes, read.classes));
  RC_ASSERT(Same(written.users, read.users));
  RC_ASSERT(Same(written.roles, read.roles));
  RC_ASSERT(Same(written.demographics, read.demographics));
  RC_ASSERT(Same(written.enrollments, read.enrollments));
  RC_ASSERT(Same(written.categories, read.categories));
  RC_ASSERT(Same(written.line_items, read.line_items));
  RC_ASSERT(Same(written.results, read.results));
}

TEST(BundleWriter, LeavesNoBundleUntilItIsFinished) {
  TemporaryFolder folder;
  WriteFolder(folder.path(), SmallBundle());
  auto writer = BundleWriter::Create(folder.path(), "SIS", {});
  ASSERT_TRUE(writer);
  Kept kept;
  EXPECT_EQ(ReadBundle(folder.path(), kept), "MANIFEST_MISSING");
  ASSERT_TRUE(writer->Finish());
  EXPECT_EQ(ReadBundle(folder.path(), kept), "");
  // Files of the bundle that was there before are none of this one.
  EXPECT_THAT(kept.users, IsEmpty());
}

TEST(BundleWriter, SaysWhenItCannotWrite) {
  TemporaryFolder folder;
  WriteFolder(folder.path(), {{"file", ""}});
  auto writer = BundleWriter::Create(folder.path() / "file" / "below", "SIS", {});
  ASSERT_FALSE(writer);
  EXPECT_EQ(writer.error().reason, "FOLDER_NOT_WRITABLE");

  std::filesystem::create_directories(folder.path() / "out" / "orgs.csv" / "in-the-way");
  writer = BundleWriter::Create(folder.path() / "out", "SIS", {});
  ASSERT_TRUE(writer);
  writer->Add(Org{});
  EXPECT_FALSE(writer->Finish());
}

}  // namespace
}  // namespace throughline::oneroster
