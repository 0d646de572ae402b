#include "throughline/failure.h"

#include <map>
#include <string_view>

namespace throughline {

namespace {

std::string NextStep(const core::Error& error) {
  static const std::map<std::string_view, std::string_view> by_reason = {
      {"DISTRICT_UNKNOWN",
       "Check --district; `throughline import PATH --district ID --new-district` makes a new one."},
      {"ASSESSMENT_UNKNOWN",
       "`throughline show assessments --district ID` lists the assessments there are."},
      {"NO_DATA", "Check --data; `throughline import PATH --district ID --data DIR` makes one."},
      {"SUPPRESSED",
       "Numbers about so few students are not shown; ask for a larger group of them."},
      {"PLAN_UNKNOWN", "`throughline show plan --district ID` lists the plans there are."},
      {"ID_INVALID", "An id is 1 to 64 letters, digits, or any of . _ : -"},
      {"TOKEN_INVALID", "Leave --after out to begin at the beginning, or give --new."},
      {"TIME_ZONE_UNKNOWN", "Give --time-zone a name such as America/Chicago."},
      {"SCALE_CHANGED",
       "An assessment keeps its scale; give one with another scale another id "
       "(lineItems.csv, metadata.assessment)."},
      {"MANIFEST_MISSING",
       "PATH is a folder, or a zip, with a manifest.csv in it: a OneRoster 1.2 CSV bundle."},
      {"HEADER_UNUSABLE", "Add the columns that the lines above name, and try again."},
      {"CREDENTIAL_MISSING", "Give --token FILE, a file with the token."},
      {"CREDENTIAL_EXPIRED", "Put a new token into the file of --token and try again."},
      {"TOKEN_UNPROTECTED", "Give --tls-ca FILE, too."},
      {"DIRECTORY_NOT_EMPTY", "Give one that is not there yet."},
      {"JOURNAL_CORRUPT",
       "See to the disk. `throughline check --data DIR` says what is damaged, once nothing serves "
       "it;\n  bring a backup back into a new directory: `throughline restore --from BACKUP --data "
       "NEW`."},
      {"JOURNAL_IN_USE",
       "Stop it first. To check what it serves, check a backup: `throughline backup --data DIR "
       "--to "
       "BACKUP`, then `throughline check --data BACKUP`."},
      {"SECRET_UNUSABLE", "Restore the file from a copy, and start again."},
      {"SECRETS_NOT_THOSE", "Put the keys of that time into the backup, or restore another one."},
      {"NO_BACKUP", "Make one: `throughline backup --data DIR --to BACKUP`."},
      {"BACKUP_DAMAGED",
       "`throughline check --data BACKUP` says what is damaged; restore another backup."},
      {"CANNOT_LISTEN", "Give --listen another address, or port 0 for any that is free."},
  };
  auto found = by_reason.find(error.reason);
  if (found != by_reason.end()) return std::string(found->second);
  if (error.reason == "NOT_CONNECTED") return "";
  if (error.code == core::Code::kUnavailable || error.code == core::Code::kResourceExhausted) {
    return "Try again in a moment; what was done already is not done twice.";
  }
  return "";
}

}  // namespace

std::string Describe(const core::Error& error) {
  std::string text = "throughline: " + error.message;
  if (!error.message.empty() && error.message.back() != '.') text += '.';
  text += " (" + error.reason;
  if (!error.field.empty()) text += ", field " + error.field;
  text += ")\n";
  const std::string next = NextStep(error);
  if (!next.empty()) text += "  " + next + "\n";
  return text;
}

}  // namespace throughline
