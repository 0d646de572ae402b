// What one look of `throughline doctor` found. Plain values; functions are pure.
#pragma once

#include <string>
#include <vector>

namespace throughline::doctor {

enum class Standing { kOk, kWarning, kFault };

struct Finding {
  Standing standing = Standing::kOk;
  std::string what;  // was looked at, such as "Kafka topic events.plans"
  std::string said;  // how it is, in sentences
  std::string next;  // what to do about it, in sentences; empty when all is well
};
using Findings = std::vector<Finding>;

Finding Ok(std::string what, std::string said);
// Works, and will not for ever or not in every case.
Finding Warning(std::string what, std::string said, std::string next);
// Does not work, or loses something.
Finding Fault(std::string what, std::string said, std::string next);

void Append(Findings& to, Findings more);
bool HasFault(const Findings& findings);

// A line each: how it stands, what, how it is, and what to do.
std::string TextOf(const Findings& findings);
// The same as objects, one a line: {"standing": "ok", "what": "…", "said": "…", "next": "…"}.
std::string JsonLinesOf(const Findings& findings);

}  // namespace throughline::doctor
