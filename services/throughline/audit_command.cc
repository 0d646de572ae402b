#include <fmt/format.h>
#include <google/protobuf/stubs/logging.h>

#include <filesystem>
#include <iostream>

#include "audit/errors.h"
#include "audit/head_file.h"
#include "audit/verification.h"
#include "runtime/errors.h"
#include "runtime/secret_file.h"
#include "throughline/audit_report.h"
#include "throughline/command_line.h"
#include "throughline/commands.h"
#include "throughline/district_clock.h"
#include "throughline/embedded_host.h"
#include "throughline/formatting.h"
#include "throughline/history.h"
#include "throughline/progress_line.h"
#include "throughline/show.h"

namespace throughline {

namespace {

using core::Result;

constexpr size_t kRecordsAtOnce = 10'000;
constexpr size_t kBytesAtOnce = 16 << 20;

struct ListOptions {
  ConnectionOptions connection;
  std::string district, subject, school, student, action, outcome;
  bool json = false;
};

struct TrailFrom {
  std::string data;
  platform::ServingOptions kafka;
};

struct ExportOptions {
  TrailFrom from;
  std::string district;  // empty: all
};

struct VerifyOptions {
  TrailFrom from;
  std::string key;
  std::vector<std::string> heads;
  std::string head_to;
};

// Every record of the trail, in order; of one that is damaged, those before what is.
template <class Each>
Result<void> ReadTrail(const TrailFrom& from, const Each& each) {
  auto history = OpenHistory(from.data, from.kafka);
  if (!history) return core::Refuse(history.error());
  size_t at_once = kRecordsAtOnce;
  for (int64_t offset = 0;;) {
    auto read = (*history)->ReadHistory(audit::kTrail, offset, at_once, kBytesAtOnce);
    if (!read && at_once > 1 && read.error().reason == runtime::JournalCorrupt("").reason) {
      at_once /= 10;  // as close to it as can be
      continue;
    }
    if (!read) return core::Refuse(read.error());
    if (read->empty()) return {};
    for (const runtime::StoredRecord& stored : *read) each(stored);
    offset = read->back().offset + 1;
  }
}

Shown CheckPlacesOf(Connection& connection, const ListOptions& options) {
  plans::v1::GetDistrictRequest request;
  request.set_district(options.district);
  const auto district =
      Call(*connection.plans, &plans::v1::PlansService::Stub::GetDistrict, request);
  if (!district) return core::Refuse(district.error());
  return CheckPlaces(connection, {.district = options.district, .school = options.school});
}

int List(const ListOptions& options) {
  auto connection = Connection::Open(options.connection);
  if (!connection) return Fail(connection.error());
  audit::v1::ListAuditTrailRequest request;
  request.set_district(options.district);
  request.set_subject(options.subject);
  request.set_about_school(options.school);
  request.set_student(options.student);
  if (!options.action.empty()) {
    request.add_actions(
        static_cast<audit::v1::Action>(ValueOf(*audit::v1::Action_descriptor(), options.action)));
  }
  request.set_outcome(
      static_cast<audit::v1::Outcome>(ValueOf(*audit::v1::Outcome_descriptor(), options.outcome)));
  const auto answer =
      CallPages(*connection->audit, &audit::v1::AuditService::Stub::ListAuditTrail, request);
  if (!answer) return Fail(answer.error());
  // A place that is not there is a mistake to be told of; one that was may still be on record.
  if (answer->records().empty()) {
    if (auto places = CheckPlacesOf(*connection, options); !places) return Fail(places.error());
  }
  if (options.json) {
    PrintJson(*answer, std::cout);
  } else {
    PrintAuditRecords(*answer, "UTC", std::cout);
  }
  return kDone;
}

int Export(const ExportOptions& options) {
  const auto read = ReadTrail(options.from, [&](const runtime::StoredRecord& stored) {
    std::cout << JsonLineOf(stored, options.district);
  });
  std::cout.flush();
  return read ? kDone : Fail(read.error());
}

// The key's file of a directory is in it, and so is its last head.
Result<std::string> PublicKeyOf(const VerifyOptions& options) {
  std::filesystem::path file = options.key;
  std::error_code unreadable;
  if (file.empty() && !options.from.data.empty()) {
    file = std::filesystem::path(options.from.data) / kAuditKey;
    if (!std::filesystem::exists(file, unreadable)) return "";
  }
  if (file.empty()) return "";
  if (!std::filesystem::exists(file, unreadable)) {
    return core::Refuse(core::Error{core::Code::kInvalidArgument, "AUDIT_KEY_MISSING",
                                    "There is no file " + file.string() + ".", "audit-key"});
  }
  auto secret = runtime::SecretFromFile(file, "audit");
  if (!secret) return core::Refuse(secret.error());
  return audit::Signer(*secret).public_key();
}

Result<std::vector<audit::v1::SignedHead>> HeadsOf(const VerifyOptions& options) {
  std::vector<std::filesystem::path> files(options.heads.begin(), options.heads.end());
  if (!options.from.data.empty()) {
    const auto own = std::filesystem::path(options.from.data) / kAuditHead;
    std::error_code unreadable;
    if (std::filesystem::exists(own, unreadable)) files.push_back(own);
  }
  std::vector<audit::v1::SignedHead> heads;
  for (const std::filesystem::path& file : files) {
    auto head = audit::ReadHead(file);
    if (!head) return core::Refuse(head.error());
    heads.push_back(std::move(*head));
  }
  return heads;
}

Result<void> Keep(const std::optional<audit::v1::SignedHead>& head, const std::string& file) {
  if (file.empty() || !head) return {};
  // What is there is replaced by a later head, and by nothing else.
  std::error_code unreadable;
  if (std::filesystem::exists(file, unreadable) && !audit::ReadHead(file)) {
    return core::Refuse(audit::HeadFileUnusable(
        file, "is not a head of a trail: it stays as it is; give another file"));
  }
  return audit::WriteHead(file, *head);
}

int Verify(const VerifyOptions& options) {
  auto key = PublicKeyOf(options);
  if (!key) return Fail(key.error());
  auto heads = HeadsOf(options);
  if (!heads) return Fail(heads.error());
  const google::protobuf::LogSilencer silent;  // what cannot be read is a fault that is said
  const bool key_is_known = !key->empty();
  audit::Verification verification(*std::move(key), *std::move(heads));
  ProgressLine line = ProgressLine::ToStderr();
  const auto begin = std::chrono::steady_clock::now();
  const auto read = ReadTrail(options.from, [&](const runtime::StoredRecord& stored) {
    verification.Check(stored);
    if (stored.offset % kRecordsAtOnce == 0) {
      line.Show([&] { return fmt::format("Verifying: {}", Counted(stored.offset, "record")); });
    }
  });
  line.Clear();
  if (!read) {
    std::cout << ReadInPartText(verification.so_far());
    std::cout.flush();
    return Fail(read.error());
  }
  const audit::Verified verified = verification.Finish();
  std::cout << VerifiedText(verified, key_is_known, std::chrono::steady_clock::now() - begin);
  if (auto kept = Keep(verified.last_head, options.head_to); !kept) return Fail(kept.error());
  return verified.faults == 0 && verified.records > 0 ? kDone : kFailed;
}

void AddTrailFrom(CLI::App& app, TrailFrom& from) {
  app.add_option("--data", from.data, "Directory with the data, also while it is served")
      ->type_name("DIR");
  app.add_option("--kafka", from.kafka.kafka,
                 "Instead of --data: Kafka's brokers, host:port, more after commas")
      ->type_name("ADDRESSES");
  app.add_option("--kafka-setting", from.kafka.kafka_settings,
                 "A property of librdkafka, such as security.protocol=SASL_SSL; may be repeated")
      ->type_name("NAME=VALUE");
}

void AddList(CommandLine& line, CLI::App& parent) {
  auto options = std::make_shared<ListOptions>();
  options->connection.must_exist = true;
  CLI::App& app = line.AddTo(
      parent, "list", "What is on record of a district, the latest first; that it is read is, too",
      "  throughline audit list --district lakeside --connect 127.0.0.1:7400 --token officer\n"
      "  throughline audit list --district lakeside --data ./data --outcome refused",
      [options] { return List(*options); });
  AddDistrict(app, options->district);
  AddConnection(app, options->connection);
  app.add_option("--subject", options->subject, "Only of one person or system")
      ->type_name("SUBJECT");
  app.add_option("--school", options->school, "Only about one school")->type_name("ID");
  app.add_option("--student", options->student,
                 "Only about one student, or naming them, by the SIS's id; for privacy officers")
      ->type_name("ID");
  app.add_option("--action", options->action, "Only what was done so")
      ->check(CLI::IsMember(WordsOf(*audit::v1::Action_descriptor())));
  app.add_option("--outcome", options->outcome, "Only what came to this")
      ->check(CLI::IsMember(WordsOf(*audit::v1::Outcome_descriptor())));
  app.add_flag("--json", options->json, "Prints the records as JSON");
}

void AddExport(CommandLine& line, CLI::App& parent) {
  auto options = std::make_shared<ExportOptions>();
  CLI::App& app =
      line.AddTo(parent, "export", "The whole trail, or that of a district, a JSON object a line",
                 "  throughline audit export --data ./data > trail.jsonl",
                 [options] { return Export(*options); });
  AddTrailFrom(app, options->from);
  app.add_option("--district", options->district, "Only of one district, and the signed heads")
      ->type_name("ID");
}

void AddVerify(CommandLine& line, CLI::App& parent) {
  auto options = std::make_shared<VerifyOptions>();
  CLI::App& app = line.AddTo(
      parent, "verify", "Whether anything of the trail was changed, left out, moved or cut off",
      "  throughline audit verify --data ./data\n"
      "  throughline audit verify --data ./data --head kept.json --head-to newer.json\n"
      "  throughline audit verify --kafka 10.0.0.1:9092 --audit-key audit.key\n"
      "\n"
      "A head that is kept elsewhere shows what nothing in the trail can: that it was cut off, or\n"
      "written anew, with all of its heads. Exit code 1: something was found.",
      [options] { return Verify(*options); });
  AddTrailFrom(app, options->from);
  app.add_option("--audit-key", options->key,
                 "The installation's; without it that of the directory, or of the first head")
      ->type_name("FILE");
  app.add_option("--head", options->heads, "A head that --head-to wrote; may be repeated")
      ->type_name("FILE");
  app.add_option("--head-to", options->head_to, "Writes the last head to a file, to be kept")
      ->type_name("FILE");
}

}  // namespace

void AddAudit(CommandLine& line) {
  CLI::App& app = line.Add("audit", "The audit trail: who read and changed what, and was refused",
                           "  throughline audit verify --data ./data", nullptr);
  app.require_subcommand(1);
  AddList(line, app);
  AddExport(line, app);
  AddVerify(line, app);
}

}  // namespace throughline
