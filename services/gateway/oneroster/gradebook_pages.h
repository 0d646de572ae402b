// A page of assessmentLineItems or lineItems as the binding asks for one: limit, offset, filter.
// Pure.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "core/result.h"
#include "gateway/json/json_reader.h"
#include "platform/http/message.h"

namespace throughline::gateway::oneroster {

struct PageQuestion {
  size_t limit = 100;  // 1 to 1000
  size_t offset = 0;
  std::string field = {};     // sourcedId or title; empty: no filter
  std::string value = {};     // is it
  bool is_contained = false;  // or is in it (`~`)
};

// FIELD_INVALID or FILTER_INVALID.
core::Result<PageQuestion> ReadPageQuestion(const platform::http::Request& request);

// Given all objects in their order, keeps those of the page.
class GradebookPage {
 public:
  // `list` is what the answer calls them, as lineItems.
  GradebookPage(PageQuestion question, std::string list)
      : question_(std::move(question)), list_(std::move(list)) {}
  // `object` is asked for only when it is on the page.
  void Add(std::string_view sourced_id, std::string_view title,
           const std::function<Json()>& object);
  // With X-Total-Count, and Link to the first, previous, next and last page.
  platform::http::Response Answer(const platform::http::Request& request) const;

 private:
  std::string LinkTo(const platform::http::Request& request, size_t offset,
                     std::string_view relation) const;

  const PageQuestion question_;
  const std::string list_;
  Json items_ = Json::array();
  size_t total_ = 0;
};

}  // namespace throughline::gateway::oneroster
