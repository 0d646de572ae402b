#include "gateway/oneroster/gradebook_routes.h"

#include <memory>

#include "core/ids.h"
#include "gateway/intake/errors.h"
#include "gateway/intake/push.h"
#include "gateway/oneroster/assessment_pages.h"
#include "gateway/oneroster/errors.h"
#include "gateway/oneroster/gradebook_json.h"

namespace throughline::gateway::oneroster {

namespace v1 = evidence::v1;

namespace {

constexpr size_t kBodyAtMost = 1 << 20;
constexpr size_t kResultsAtMost = 500;
constexpr std::string_view kDefine = "throughline.evidence.v1.EvidenceService.DefineAssessments";
constexpr std::string_view kList = "throughline.evidence.v1.EvidenceService.ListAssessments";
const std::string kBase = "/ims/oneroster/gradebook/v1p2";

http::Response Created(const Json& body) {
  return {201, {{"Content-Type", "application/json"}}, body.dump()};
}

// Everything that is asked of the door; a method a kind of request.
class Gradebook {
 public:
  explicit Gradebook(UnaryCalls& calls) : calls_(calls) {}

  http::Task<http::Response> PutResult(http::Exchange& exchange, const Caller& caller,
                                       std::string_view wrapper) const {
    const core::Result<Json> object = co_await ReadObject(exchange, wrapper);
    if (!object) co_return ToResponse(object.error());
    const std::string& sourced_id = exchange.request().Captured("sourcedId");
    Pushed pushed{.source = kSource, .items = {}};
    pushed.items.push_back(ReadResult(*object, sourced_id));
    co_return co_await PushOne(exchange, caller, pushed);
  }

  http::Task<http::Response> DeleteResult(http::Exchange& exchange, const Caller& caller) const {
    v1::Result result;
    result.set_source_id(exchange.request().Captured("sourcedId"));
    result.set_retracted(true);
    Pushed pushed{.source = kSource, .items = {}};
    pushed.items.emplace_back(std::move(result));
    http::Response response = co_await PushOne(exchange, caller, pushed);
    if (response.status == 200 || response.status == 201) response = http::Response{.status = 204};
    co_return response;
  }

  http::Task<http::Response> PostResults(http::Exchange& exchange, const Caller& caller) const {
    const core::Result<Json> results = co_await ReadObject(exchange, "results");
    if (!results) co_return ToResponse(results.error());
    if (!results->is_array()) co_return ToResponse(FieldInvalid("results", "a list"));
    if (results->size() > kResultsAtMost) co_return ToResponse(TooManyItems(kResultsAtMost));
    const std::string& line_item = exchange.request().Captured("sourcedId");
    Pushed pushed{.source = kSource, .items = {}};
    for (const Json& object : *results) pushed.items.push_back(ReadResultOf(object, line_item));
    const std::string request_id = RequestIdOf(exchange);
    const core::Result<std::vector<ItemOutcome>> outcomes =
        co_await Push(calls_, caller, pushed, request_id);
    if (!outcomes) co_return ToResponse(outcomes.error());
    co_return Pairs(*results, pushed, *outcomes);
  }

  using Read = core::Result<v1::DefineAssessmentsRequest> (*)(const Json&, std::string_view);
  http::Task<http::Response> PutLineItem(http::Exchange& exchange, const Caller& caller,
                                         std::string_view wrapper, Read read) const {
    const core::Result<Json> object = co_await ReadObject(exchange, wrapper);
    if (!object) co_return ToResponse(object.error());
    core::Result<v1::DefineAssessmentsRequest> request =
        read(*object, exchange.request().Captured("sourcedId"));
    if (!request) co_return ToResponse(request.error());
    request->set_district(caller.district);
    request->set_request_id(RequestIdOf(exchange));
    const core::Result<v1::DefineAssessmentsResponse> answer =
        co_await Ask<v1::DefineAssessmentsResponse>(calls_, caller, kDefine, *request);
    if (!answer) co_return ToResponse(answer.error());
    ItemOutcome outcome{.outcome = answer->changed() > 0 ? v1::RESULT_OUTCOME_ACCEPTED
                                                         : v1::RESULT_OUTCOME_DUPLICATE};
    co_return ToResponse(outcome);
  }

  http::Task<http::Response> ListAssessmentLineItems(http::Exchange& exchange,
                                                     const Caller& caller) const {
    const core::Result<PageQuestion> question = ReadPageQuestion(exchange.request());
    if (!question) co_return ToResponse(question.error());
    AssessmentPage page(*question);
    v1::ListAssessmentsRequest request;
    request.set_district(caller.district);
    request.set_page_size(1000);
    do {
      const core::Result<v1::ListAssessmentsResponse> answer =
          co_await Ask<v1::ListAssessmentsResponse>(calls_, caller, kList, request);
      if (!answer) co_return ToResponse(answer.error());
      for (const v1::Assessment& assessment : answer->assessments()) page.Add(assessment);
      request.set_page_token(answer->next_page_token());
    } while (!request.page_token().empty());
    co_return page.Answer(exchange.request());
  }

 private:
  http::Task<core::Result<Json>> ReadObject(http::Exchange& exchange,
                                            std::string_view wrapper) const {
    const core::Result<std::string> body = co_await http::ReadAll(exchange, kBodyAtMost);
    if (!body) co_return core::Refuse(body.error());
    co_return Unwrap(*body, wrapper);
  }

  http::Task<http::Response> PushOne(http::Exchange& exchange, const Caller& caller,
                                     const Pushed& pushed) const {
    const std::string request_id = RequestIdOf(exchange);
    const core::Result<std::vector<ItemOutcome>> outcomes =
        co_await Push(calls_, caller, pushed, request_id);
    if (!outcomes) co_return ToResponse(outcomes.error());
    co_return ToResponse(outcomes->front());
  }

  // Those that were understood; the others are named beside, which the binding leaves room for.
  static http::Response Pairs(const Json& results, const Pushed& pushed,
                              const std::vector<ItemOutcome>& outcomes) {
    Json pairs = Json::array(), told = Json::array();
    for (size_t i = 0; i < outcomes.size(); ++i) {
      Json one{{"index", i}, {"outcome", NameOf(outcomes[i])}};
      if (!outcomes[i].problem.reason.empty()) {
        one["reason"] = outcomes[i].problem.reason;
        one["field"] = outcomes[i].problem.field;
        one["message"] = outcomes[i].problem.message;
      }
      told.push_back(std::move(one));
      if (!pushed.items[i]) continue;
      const std::string& allocated = pushed.items[i]->source_id();
      pairs.push_back({{"suppliedSourcedId", Text(results[i], "sourcedId").value_or(allocated)},
                       {"allocatedSourcedId", allocated}});
    }
    return Created({{"sourcedIdPairs", std::move(pairs)}, {"outcomes", std::move(told)}});
  }

  UnaryCalls& calls_;
};

}  // namespace

void AddGradebookRoutes(http::Routes& routes, Doorkeeper& doorkeeper, UnaryCalls& calls) {
  const auto book = std::make_shared<Gradebook>(calls);
  const auto refuse = [](const core::Error& error) { return ToResponse(error); };
  const auto add = [&](const std::string& method, const std::string& path, DoorHandler handler) {
    const auto of_a_district = [handler = std::move(handler)](
                                   http::Exchange& exchange,
                                   const Caller& caller) -> http::Task<http::Response> {
      if (caller.district.empty()) co_return ToResponse(DistrictMissing());
      if (!IsInScope(caller.principal->scope, exchange.request().method)) {
        co_return ToResponse(ScopeMissing());
      }
      co_return co_await handler(exchange, caller);
    };
    routes.Add(method, kBase + path, doorkeeper.Guard(refuse, of_a_district));
  };
  for (const auto& [path, wrapper] : {std::pair{"/results/{sourcedId}", "result"},
                                      {"/assessmentResults/{sourcedId}", "assessmentResult"}}) {
    add("PUT", path, [book, wrapper = wrapper](http::Exchange& exchange, const Caller& caller) {
      return book->PutResult(exchange, caller, wrapper);
    });
    add("DELETE", path, [book](http::Exchange& exchange, const Caller& caller) {
      return book->DeleteResult(exchange, caller);
    });
  }
  add("POST", "/lineItems/{sourcedId}/results",
      [book](http::Exchange& exchange, const Caller& caller) {
        return book->PostResults(exchange, caller);
      });
  add("PUT", "/lineItems/{sourcedId}", [book](http::Exchange& exchange, const Caller& caller) {
    return book->PutLineItem(exchange, caller, "lineItem", ReadLineItem);
  });
  add("PUT", "/assessmentLineItems/{sourcedId}",
      [book](http::Exchange& exchange, const Caller& caller) {
        return book->PutLineItem(exchange, caller, "assessmentLineItem", ReadAssessmentLineItem);
      });
  add("GET", "/assessmentLineItems", [book](http::Exchange& exchange, const Caller& caller) {
    return book->ListAssessmentLineItems(exchange, caller);
  });
}

}  // namespace throughline::gateway::oneroster
