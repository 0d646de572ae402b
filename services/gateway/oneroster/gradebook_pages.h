// A page of assessmentLineItems as the binding asks for one: limit, offset, filter. Pure.
#pragma once

#include <optional>
#include <string>

#include "core/result.h"
#include "gateway/json/json_reader.h"
#include "runtime/http/message.h"
#include "throughline/evidence/v1/assessment.pb.h"

namespace throughline::gateway::oneroster {

struct PageQuestion {
  size_t limit = 100;  // 1 to 1000
  size_t offset = 0;
  std::string field = {};     // sourcedId or title; empty: no filter
  std::string value = {};     // is it
  bool is_contained = false;  // or is in it (`~`)
};

// FIELD_INVALID or FILTER_INVALID.
core::Result<PageQuestion> ReadPageQuestion(const runtime::http::Request& request);

// Given all assessments in their order, keeps those of the page.
class AssessmentPage {
 public:
  explicit AssessmentPage(PageQuestion question) : question_(std::move(question)) {}
  void Add(const evidence::v1::Assessment& assessment);
  // With X-Total-Count, and Link to the first, previous, next and last page.
  runtime::http::Response Answer(const runtime::http::Request& request) const;

 private:
  std::string LinkTo(const runtime::http::Request& request, size_t offset,
                     std::string_view relation) const;

  const PageQuestion question_;
  Json items_ = Json::array();
  size_t total_ = 0;
};

}  // namespace throughline::gateway::oneroster
