#include "gateway/xapi/statements.h"

#include <algorithm>
#include <map>
#include <set>

#include "gateway/intake/errors.h"
#include "gateway/xapi/errors.h"
#include "gateway/xapi/formats.h"
#include "gateway/xapi/statement.h"

namespace throughline::gateway::xapi {

namespace {

// The latest patch of each version that is spoken.
constexpr std::string_view kLatest1 = "1.0.3";
constexpr std::string_view kLatest2 = "2.0.0";

tl::unexpected<Problems> RefuseAll(core::Error error) {
  return tl::make_unexpected(Problems{{std::nullopt, std::move(error)}});
}

core::Result<void> CheckHead(const Request& request) {
  const std::string_view version = request.version;
  if (version.empty()) return core::Refuse(VersionMissing());
  if (!IsSupportedVersion(version)) return core::Refuse(VersionNotSupported());
  if (request.media_type != "application/json") return core::Refuse(MediaTypeNotSupported());
  return {};
}

// Every statement is looked at, whatever is wrong with those before it.
tl::expected<Batch, Problems> ReadAll(const Json& list, const SourceSettings& settings,
                                      std::string_view occasion) {
  if (list.empty()) return RefuseAll(NoStatements());
  if (list.size() > kItemsAtMost) return RefuseAll(TooManyItems(kItemsAtMost));
  Batch batch;
  batch.understood.pushed.source = settings.source;
  Problems problems;
  std::set<std::string> given;
  for (size_t index = 0; index < list.size(); ++index) {
    const std::string place = std::string(occasion) + "/" + std::to_string(index);
    auto statement = ReadStatement(list[index], settings, place);
    if (!statement) {
      problems.push_back({index, statement.error()});
      continue;
    }
    if (statement->id_given && !given.insert(statement->id).second) {
      problems.push_back({index, StatementIdRepeated()});
      continue;
    }
    if (statement->result) {
      batch.understood.Add(*std::move(statement->result));
    } else {
      batch.understood.Ignore();
    }
    batch.ids.push_back(std::move(statement->id));
  }
  if (!problems.empty()) return tl::make_unexpected(std::move(problems));
  return batch;
}

void AddHeaders(const Request& request, Answer& answer) {
  const std::string_view latest = request.version.starts_with("2.") ? kLatest2 : kLatest1;
  answer.headers.emplace_back("X-Experience-API-Version", latest);
}

// "accepted=2, ignored=1", by name.
std::string CountsOf(const Batch& batch, const std::vector<ItemOutcome>& outcomes) {
  std::map<std::string_view, size_t> counts;
  for (const ItemOutcome& outcome : outcomes) ++counts[NameOf(outcome)];
  if (batch.understood.ignored() > 0) counts["ignored"] = batch.understood.ignored();
  std::string text;
  for (const auto& [name, count] : counts) {
    if (!text.empty()) text += ", ";
    text.append(name).append("=").append(std::to_string(count));
  }
  return text;
}

Answer Describe(const Request& request, int status, const Problems& problems) {
  Json named = Json::array();
  for (const Problem& problem : problems) {
    Json one = ErrorJson(problem.error);
    if (problem.index) one["index"] = *problem.index;
    named.push_back(std::move(one));
  }
  Answer answer{.status = status, .body = Written(Json{{"problems", std::move(named)}})};
  AddHeaders(request, answer);
  return answer;
}

// The statements that evidence refused.
Problems RefusedOf(const Batch& batch, const std::vector<ItemOutcome>& outcomes) {
  Problems refused;
  for (size_t i = 0; i < outcomes.size(); ++i) {
    if (outcomes[i].rejected()) {
      refused.push_back({batch.understood.places[i], outcomes[i].problem});
    }
  }
  return refused;
}

Answer Answered(const Request& request, const Batch& batch,
                const std::vector<ItemOutcome>& outcomes, Answer good) {
  const Problems refused = RefusedOf(batch, outcomes);
  Answer answer = refused.empty() ? std::move(good) : Describe(request, 409, refused);
  if (refused.empty()) AddHeaders(request, answer);
  answer.headers.emplace_back("Throughline-Outcomes", CountsOf(batch, outcomes));
  return answer;
}

}  // namespace

tl::expected<Batch, Problems> ReadPost(const Request& request, const SourceSettings& settings) {
  if (auto head = CheckHead(request); !head) return RefuseAll(head.error());
  if (!request.query.empty()) return RefuseAll(ParameterUnknown(request.query[0].first));
  auto body = ReadJson(request.body);
  if (!body) return RefuseAll(body.error());
  if (body->is_array()) return ReadAll(*body, settings, request.occasion);
  if (!body->is_object()) return RefuseAll(NoStatements());
  return ReadAll(Json::array({*std::move(body)}), settings, request.occasion);
}

tl::expected<Batch, Problems> ReadPut(const Request& request, const SourceSettings& settings) {
  if (auto head = CheckHead(request); !head) return RefuseAll(head.error());
  std::string id;
  for (const auto& [name, value] : request.query) {
    if (name != "statementId") return RefuseAll(ParameterUnknown(name));
    id = value;
  }
  if (!IsUuid(id)) return RefuseAll(StatementIdMissing());
  auto body = ReadJson(request.body);
  if (!body) return RefuseAll(body.error());
  if (!body->is_object()) return RefuseAll(NotOneStatement());
  const auto own = Text(*body, "id");
  if (own && LowerCase(*own) != LowerCase(id)) return RefuseAll(StatementIdDiffers());
  if (!body->contains("id")) (*body)["id"] = id;
  return ReadAll(Json::array({*std::move(body)}), settings, request.occasion);
}

Answer AnswerTo(const Request& request, const Problems& problems) {
  const bool too_large = std::any_of(problems.begin(), problems.end(), [](const Problem& problem) {
    return problem.error.code == core::Code::kResourceExhausted;
  });
  return Describe(request, too_large ? 413 : 400, problems);
}

Answer AnswerToPost(const Request& request, const Batch& batch,
                    const std::vector<ItemOutcome>& outcomes) {
  return Answered(request, batch, outcomes, {.status = 200, .body = Written(Json(batch.ids))});
}

Answer AnswerToPut(const Request& request, const Batch& batch,
                   const std::vector<ItemOutcome>& outcomes) {
  return Answered(request, batch, outcomes, {.status = 204});
}

Answer About() {
  const Json about = {{"version", {"2.0.0", "1.0.3", "1.0.2", "1.0.1", "1.0.0"}}};
  return {.status = 200,
          .body = Written(about),
          .headers = {{"X-Experience-API-Version", std::string(kLatest2)}}};
}

void Fuzz(std::string_view body) {
  SourceSettings settings;
  settings.source = "xapi";
  Request request{.version = "1.0.3", .media_type = "application/json", .body = body};
  const auto answer = [&](const tl::expected<Batch, Problems>& read) {
    if (!read) return AnswerTo(request, read.error());
    const ItemOutcome accepted{evidence::v1::RESULT_OUTCOME_ACCEPTED, {}};
    return AnswerToPost(request, *read,
                        std::vector<ItemOutcome>(read->understood.pushed.items.size(), accepted));
  };
  answer(ReadPost(request, settings));
  request.query = {{"statementId", "00000000-0000-4000-8000-000000000000"}};
  answer(ReadPut(request, settings));
}

}  // namespace throughline::gateway::xapi
