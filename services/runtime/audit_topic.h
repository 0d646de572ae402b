// The topic of the audit trail: one partition, kept for ever, never compacted. What is in it is
// another room's.
#pragma once

namespace throughline::runtime {

inline constexpr char kAuditTopic[] = "audit.trail";

}  // namespace throughline::runtime
