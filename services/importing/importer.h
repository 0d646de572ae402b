// Brings a OneRoster bundle into a district through the services' own calls.
//
// Importing the same bundle again adds nothing: what is there already is not sent, and results that
// are there already are duplicates. Within one import, batches of results have request ids made
// from the occasion, the bundle, their place in it and what they say, so that one whose answer was
// lost is sent again safely.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "core/result.h"
#include "importing/services.h"
#include "oneroster/bundle_problem.h"
#include "oneroster/bundle_reader.h"
#include "oneroster/results_file.h"

namespace throughline::importing {

struct ImportOptions {
  std::string district = "";
  std::string name = "";                      // of a district that is new; empty: as in the bundle
  std::string time_zone = "America/Chicago";  // of a district that is new
  std::string source = "oneroster";
  // Part of the request ids of results: on another occasion the same results are looked at anew,
  // and what has changed meanwhile goes back to what they say. Empty: ImportBundle is one of its
  // own.
  std::string occasion = "";
  bool only_references = false;  // ImportBundle leaves the results alone
  // However many enrolments a bulk no longer has, they are over.
  bool confirm_removal = false;
};

struct ImportCounts {
  int64_t schools = 0, teams = 0, classes = 0, students = 0, assessments = 0, line_items = 0;
  int64_t line_items_removed = 0;
  // Of the schools that a bulk names: enrolments that the district has, those of them that the bulk
  // no longer has, and those of these that were ended.
  int64_t enrolments_known = 0, enrolments_missing = 0, enrolments_ended = 0;
  int64_t results = 0;                      // that the services have answered for
  double seconds = 0;                       // that this took
  std::map<std::string, int64_t> outcomes;  // "accepted", "duplicate", …
  std::map<std::string, int64_t> reasons;   // of what was set aside, by the services
  int64_t problems = 0;                     // that were given to the problem sink
  int64_t files_unread = 0;                 // of these, those that are about a whole file
  // Digest of everything but the results, as it was found; empty: nothing but results.
  std::string references;
};

// Told of progress every so many things; on the calling thread.
using Progress = std::function<void(const ImportCounts&)>;

// Everything but the results: the district when it is new, schools, teams, rosters, assessments.
// What a service refuses is a problem, and is set aside; the rest is unharmed. What a district has
// said itself of its schools and teams since (closures, teams that rest) stays.
//
// A bulk says all that there is of the schools that it names: enrolments that it no longer has are
// over. When they are more than the policy's share of the district's, or when rows that may have
// named them could not be read, that has to be confirmed; until then nobody is taken out of a class
// but whom the bundle says to be gone, and the problem REMOVAL_UNCONFIRMED says how many they are.
// Sessions are added to the district's calendar, which keeps those that it has.
//
// Of a delta, only what changed is sent. What is `tobedeleted` is taken back, in a bulk, too: whose
// enrolment it is leaves the class, who it is leaves every school, a class that it is has nobody in
// it any more, a line item that it is takes no more results. What is recorded stays.
core::Result<void> ImportReferences(oneroster::BundleReader& bundle, const ImportOptions& options,
                                    const Services& services,
                                    const oneroster::ProblemSink& problems, ImportCounts& counts,
                                    const Progress& progress = nullptr);

// The results of a bundle or of a file alone, in batches of 500, several under way at a time;
// memory does not grow with the file.
core::Result<void> ImportResults(oneroster::ResultsFile results, const ImportOptions& options,
                                 const Services& services, const Progress& progress,
                                 ImportCounts& counts);

// Both, as an occasion of its own.
core::Result<void> ImportBundle(oneroster::BundleReader& bundle, const ImportOptions& options,
                                const Services& services, const oneroster::ProblemSink& problems,
                                const Progress& progress, ImportCounts& counts);

// A result as a SIS's row says it.
evidence::v1::Result ResultOf(const oneroster::ResultRow& row);

// "accepted" for RESULT_OUTCOME_ACCEPTED.
std::string NameOf(evidence::v1::ResultOutcome outcome);

}  // namespace throughline::importing
