// What is on record of a process that begins: how it is configured, without secrets.
#pragma once

#include <CLI/CLI.hpp>

#include "throughline/audit/v1/audit_record.pb.h"

namespace throughline::platform {

// The options that were given, by flag, variable or file, as `name=value`. Of one that may hold a
// secret only that it was given, of an address nothing of user and password.
audit::v1::AuditRecord StartedRecord(const CLI::App& command);

}  // namespace throughline::platform
