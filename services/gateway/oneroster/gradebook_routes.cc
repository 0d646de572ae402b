#include "gateway/oneroster/gradebook_routes.h"

#include <map>
#include <memory>
#include <tuple>

#include "core/ids.h"
#include "gateway/intake/errors.h"
#include "gateway/intake/push.h"
#include "gateway/oneroster/errors.h"
#include "gateway/oneroster/gradebook_json.h"
#include "gateway/oneroster/gradebook_pages.h"
#include "oneroster/conventions.h"

namespace throughline::gateway::oneroster {

namespace v1 = evidence::v1;
namespace bundle = throughline::oneroster;

namespace {

constexpr size_t kBodyAtMost = 1 << 20;
constexpr size_t kResultsAtMost = 500;
constexpr std::string_view kDefine = "throughline.evidence.v1.EvidenceService.DefineAssessments";
constexpr std::string_view kRemove = "throughline.evidence.v1.EvidenceService.RemoveAssessments";
constexpr std::string_view kGet = "throughline.evidence.v1.EvidenceService.GetAssessment";
constexpr std::string_view kList = "throughline.evidence.v1.EvidenceService.ListAssessments";
constexpr std::string_view kGetItem = "throughline.evidence.v1.EvidenceService.GetLineItem";
constexpr std::string_view kListItems = "throughline.evidence.v1.EvidenceService.ListLineItems";
constexpr int kPerAsk = 1000;
const std::string kBase = "/ims/oneroster/gradebook/v1p2";

http::Response Found(std::string_view wrapper, const Json& object) {
  return {
      200,
      {{"Content-Type", "application/json"}},
      Json{{std::string(wrapper), object}}.dump(-1, ' ', false, Json::error_handler_t::replace)};
}

http::Response Created(const Json& body) {
  return {201, {{"Content-Type", "application/json"}}, body.dump()};
}

// Everything that is asked of the endpoint; a method a kind of request.
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
    if (request->line_items_size() > 0 && !SaysAssessment(*object)) {
      const core::Result<v1::GetLineItemResponse> known =
          co_await AskLineItem(caller, request->line_items(0).line_item());
      // A credential that may put and not read is taken at its word.
      const bool unknown = !known && (known.error().code == core::Code::kNotFound ||
                                      known.error().code == core::Code::kPermissionDenied);
      if (!known && !unknown) co_return ToResponse(known.error());
      if (known) StayWith(known->line_item().assessment(), *request);
    }
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
    const core::Result<Assessments> assessments = co_await AllAssessments(caller);
    if (!assessments) co_return ToResponse(assessments.error());
    GradebookPage page(*question, "assessmentLineItems");
    for (const auto& [id, one] : *assessments) {
      page.Add(id, one.title(), [&one = one] { return ToJson(one); });
    }
    co_return page.Answer(exchange.request());
  }

  http::Task<http::Response> GetAssessmentLineItem(http::Exchange& exchange,
                                                   const Caller& caller) const {
    const std::string id = bundle::IdOf(exchange.request().Captured("sourcedId"));
    const core::Result<v1::GetAssessmentResponse> answer = co_await GetAssessment(caller, id);
    if (!answer) co_return ToResponse(answer.error());
    co_return Found("assessmentLineItem", ToJson(answer->assessment()));
  }

  http::Task<http::Response> ListLineItems(http::Exchange& exchange, const Caller& caller) const {
    const core::Result<PageQuestion> question = ReadPageQuestion(exchange.request());
    if (!question) co_return ToResponse(question.error());
    const core::Result<Assessments> assessments = co_await AllAssessments(caller);
    if (!assessments) co_return ToResponse(assessments.error());
    GradebookPage page(*question, "lineItems");
    v1::ListLineItemsRequest request;
    request.set_district(caller.district);
    request.set_page_size(kPerAsk);
    do {
      const core::Result<v1::ListLineItemsResponse> answer =
          co_await Ask<v1::ListLineItemsResponse>(calls_, caller, kListItems, request);
      if (!answer) co_return ToResponse(answer.error());
      for (const v1::LineItem& item : answer->line_items()) AddTo(page, item, *assessments);
      request.set_page_token(answer->next_page_token());
    } while (!request.page_token().empty());
    co_return page.Answer(exchange.request());
  }

  http::Task<http::Response> GetLineItem(http::Exchange& exchange, const Caller& caller) const {
    const core::Result<v1::GetLineItemResponse> answer =
        co_await AskLineItem(caller, exchange.request().Captured("sourcedId"));
    if (!answer) co_return ToResponse(answer.error());
    const v1::LineItem& item = answer->line_item();
    const core::Result<v1::GetAssessmentResponse> of =
        co_await GetAssessment(caller, item.assessment());
    if (!of && of.error().code != core::Code::kNotFound) co_return ToResponse(of.error());
    co_return Found("lineItem", ToJson(item, of ? &of->assessment() : nullptr));
  }

  http::Task<http::Response> DeleteLineItem(http::Exchange& exchange, const Caller& caller) const {
    v1::RemoveAssessmentsRequest request;
    request.add_line_items(exchange.request().Captured("sourcedId"));
    co_return co_await Remove(exchange, caller, request);
  }

  http::Task<http::Response> DeleteAssessmentLineItem(http::Exchange& exchange,
                                                      const Caller& caller) const {
    v1::RemoveAssessmentsRequest request;
    request.add_assessments(bundle::IdOf(exchange.request().Captured("sourcedId")));
    co_return co_await Remove(exchange, caller, request);
  }

 private:
  using Assessments = std::map<std::string, v1::Assessment, std::less<>>;

  http::Task<core::Result<Assessments>> AllAssessments(const Caller& caller) const {
    Assessments all;
    v1::ListAssessmentsRequest request;
    request.set_district(caller.district);
    request.set_page_size(kPerAsk);
    do {
      const core::Result<v1::ListAssessmentsResponse> answer =
          co_await Ask<v1::ListAssessmentsResponse>(calls_, caller, kList, request);
      if (!answer) co_return core::Refuse(answer.error());
      for (const v1::Assessment& one : answer->assessments()) all[one.assessment()] = one;
      request.set_page_token(answer->next_page_token());
    } while (!request.page_token().empty());
    co_return all;
  }

  http::Task<core::Result<v1::GetAssessmentResponse>> GetAssessment(const Caller& caller,
                                                                    const std::string& id) const {
    v1::GetAssessmentRequest request;
    request.set_district(caller.district);
    request.set_assessment(id);
    co_return co_await Ask<v1::GetAssessmentResponse>(calls_, caller, kGet, request);
  }

  http::Task<core::Result<v1::GetLineItemResponse>> AskLineItem(const Caller& caller,
                                                                const std::string& id) const {
    v1::GetLineItemRequest request;
    request.set_district(caller.district);
    request.set_line_item(id);
    co_return co_await Ask<v1::GetLineItemResponse>(calls_, caller, kGetItem, request);
  }

  static void AddTo(GradebookPage& page, const v1::LineItem& item, const Assessments& assessments) {
    const auto of = assessments.find(item.assessment());
    const v1::Assessment* assessment = of == assessments.end() ? nullptr : &of->second;
    page.Add(item.line_item(), assessment == nullptr ? "" : assessment->title(),
             [&] { return ToJson(item, assessment); });
  }

  http::Task<http::Response> Remove(http::Exchange& exchange, const Caller& caller,
                                    v1::RemoveAssessmentsRequest& request) const {
    request.set_district(caller.district);
    request.set_request_id(RequestIdOf(exchange));
    const core::Result<v1::RemoveAssessmentsResponse> answer =
        co_await Ask<v1::RemoveAssessmentsResponse>(calls_, caller, kRemove, request);
    if (!answer) co_return ToResponse(answer.error());
    if (answer->removed() == 0) {
      co_return ToResponse(ObjectUnknown(exchange.request().Captured("sourcedId")));
    }
    co_return http::Response{.status = 204};
  }

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

void AddGradebookRoutes(http::Routes& routes, RequestGuard& guard, UnaryCalls& calls) {
  const auto book = std::make_shared<Gradebook>(calls);
  const auto refuse = [](const core::Error& error) { return ToResponse(error); };
  const auto add = [&](const std::string& method, const std::string& path, GuardedHandler handler) {
    const bool reads = method == "GET";
    const auto of_a_district = [handler = std::move(handler), reads](
                                   http::Exchange& exchange,
                                   const Caller& caller) -> http::Task<http::Response> {
      if (caller.district.empty()) co_return ToResponse(DistrictMissing());
      if (!IsInScope(caller.principal->scope, exchange.request().method)) {
        co_return ToResponse(ScopeMissing());
      }
      const auto& query = exchange.request().query;
      if (!reads && !query.empty()) co_return ToResponse(QueryUnknown(query.front().first));
      co_return co_await handler(exchange, caller);
    };
    routes.Add(method, kBase + path, guard.Protect(refuse, of_a_district));
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
  add("PUT", "/lineItems/{sourcedId}", [book](http::Exchange& exchange, const Caller& caller) {
    return book->PutLineItem(exchange, caller, "lineItem", ReadLineItem);
  });
  add("PUT", "/assessmentLineItems/{sourcedId}",
      [book](http::Exchange& exchange, const Caller& caller) {
        return book->PutLineItem(exchange, caller, "assessmentLineItem", ReadAssessmentLineItem);
      });
  using Method = http::Task<http::Response> (Gradebook::*)(http::Exchange&, const Caller&) const;
  const std::tuple<const char*, const char*, Method> plain[] = {
      {"POST", "/lineItems/{sourcedId}/results", &Gradebook::PostResults},
      {"GET", "/lineItems", &Gradebook::ListLineItems},
      {"GET", "/lineItems/{sourcedId}", &Gradebook::GetLineItem},
      {"DELETE", "/lineItems/{sourcedId}", &Gradebook::DeleteLineItem},
      {"GET", "/assessmentLineItems", &Gradebook::ListAssessmentLineItems},
      {"GET", "/assessmentLineItems/{sourcedId}", &Gradebook::GetAssessmentLineItem},
      {"DELETE", "/assessmentLineItems/{sourcedId}", &Gradebook::DeleteAssessmentLineItem},
  };
  for (const auto& [method, path, handle] : plain) {
    add(method, path, [book, handle = handle](http::Exchange& exchange, const Caller& caller) {
      return ((*book).*handle)(exchange, caller);
    });
  }
}

}  // namespace throughline::gateway::oneroster
