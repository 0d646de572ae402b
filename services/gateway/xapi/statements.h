// Requests to /xapi/statements, understood, and their answers, after xAPI 1.0.3 (Part Three) and
// 2.0: a batch is taken as a whole or not at all, and every statement at fault is named.
//
// A statement that contradicts the one taken before under its id is found by evidence only, when
// the others of its batch are taken already: the answer is then 409 and names it, and the batch
// without it may be sent again as often as one likes.
//
// Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/intake/source_settings.h"
#include "gateway/intake/understood.h"

namespace throughline::gateway::xapi {

// The parts of a request that the endpoint looks at.
struct Request {
  std::string_view version;     // X-Experience-API-Version; empty when there is none
  std::string_view media_type;  // in lower case, without parameters
  std::vector<std::pair<std::string, std::string>> query = {};
  std::string_view body;
  // Tells this request from any other, and is the same when it is sent again; ids of statements
  // that say none are made from it.
  std::string_view occasion = {};
};

struct Batch {
  Understood understood;
  std::vector<std::string> ids;  // of all statements, in order
};

// Why nothing of a request is taken.
struct Problem {
  std::optional<size_t> index;  // of the statement, from 0; nullopt: the request as a whole
  core::Error error;
};
using Problems = std::vector<Problem>;

tl::expected<Batch, Problems> ReadPost(const Request& request, const SourceSettings& settings);
tl::expected<Batch, Problems> ReadPut(const Request& request, const SourceSettings& settings);

// 413 for too large a batch, else 400.
Answer AnswerTo(const Request& request, const Problems& problems);
// 200 with the ids; 409 when a statement contradicts the one before under its id. What became of
// the results is counted in the header Throughline-Outcomes.
Answer AnswerToPost(const Request& request, const Batch& batch,
                    const std::vector<ItemOutcome>& outcomes);
// 204, or 409.
Answer AnswerToPut(const Request& request, const Batch& batch,
                   const std::vector<ItemOutcome>& outcomes);
// Of GET /xapi/about, which anybody may ask in any version.
Answer About();

// For the fuzzer: reads as POST and as PUT, and answers.
void Fuzz(std::string_view body);

}  // namespace throughline::gateway::xapi
