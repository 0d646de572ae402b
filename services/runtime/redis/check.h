// What is made sure of, once, before a Redis is used. A function without state; blocks for as long
// as Redis takes to answer.
#pragma once

#include "core/result.h"
#include "runtime/redis/connection_pool.h"

namespace throughline::runtime::redis {

// That it answers, keeps what it is given, and lets the user do what a store does: all of it is
// done once, on a partition that nobody has. A right that is missing is better known before the
// first commit.
core::Result<void> Check(ConnectionPool& pool);

// That the user may do what a store does; what is made for it is gone again.
Attempt<bool> DoEverythingOnce(Connection& on);

// The value of a line "name:value" of what INFO answers; empty: there is no such line.
std::string_view InfoOf(std::string_view info, std::string_view name);

// Unique among all that talk to a Redis at the same time.
std::string NewId();

}  // namespace throughline::runtime::redis
