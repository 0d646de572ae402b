#include "gateway/oneroster/gradebook_pages.h"

#include <charconv>

#include "gateway/intake/errors.h"
#include "gateway/oneroster/errors.h"

namespace throughline::gateway::oneroster {

using platform::http::Request;
using platform::http::Response;

namespace {

// Of the header `Link`, four links at most: what clients and proxies take of a head is little more.
constexpr size_t kLinksAtMost = 6 << 10;
constexpr size_t kLinks = 4;
constexpr size_t kOfALinkBesides = 64;

std::string_view PathAsSent(const Request& request) {
  const std::string_view target = request.target;
  return target.substr(0, target.find_first_of("?#"));
}

core::Result<size_t> ReadNumber(const Request& request, std::string_view name, size_t otherwise,
                                size_t lowest, size_t highest) {
  const auto text = request.Query(name);
  if (!text) return otherwise;
  size_t number = 0;
  const auto read = std::from_chars(text->data(), text->data() + text->size(), number);
  if (read.ec != std::errc() || read.ptr != text->data() + text->size() || number < lowest ||
      number > highest) {
    return core::Refuse(FieldInvalid(
        name, "a number from " + std::to_string(lowest) + " to " + std::to_string(highest)));
  }
  return number;
}

}  // namespace

core::Result<PageQuestion> ReadPageQuestion(const Request& request) {
  PageQuestion question;
  auto limit = ReadNumber(request, "limit", 100, 1, 1000);
  if (!limit) return core::Refuse(limit.error());
  question.limit = *limit;
  auto offset = ReadNumber(request, "offset", 0, 0, 1'000'000'000);
  if (!offset) return core::Refuse(offset.error());
  question.offset = *offset;
  const auto filter = request.Query("filter");
  if (!filter) return question;
  const size_t link =
      PathAsSent(request).size() + platform::http::PercentEncode(*filter).size() + kOfALinkBesides;
  if (kLinks * link > kLinksAtMost) return core::Refuse(FilterTooLong());
  const size_t sign = filter->find_first_of("=~");
  if (sign == std::string::npos) return core::Refuse(FilterInvalid(*filter));
  question.field = filter->substr(0, sign);
  question.is_contained = (*filter)[sign] == '~';
  const std::string value = filter->substr(sign + 1);
  if ((question.field != "sourcedId" && question.field != "title") || value.size() < 2 ||
      value.front() != '\'' || value.back() != '\'') {
    return core::Refuse(FilterInvalid(*filter));
  }
  question.value = value.substr(1, value.size() - 2);
  return question;
}

void GradebookPage::Add(std::string_view sourced_id, std::string_view title,
                        const std::function<Json()>& object) {
  if (!question_.field.empty()) {
    const std::string_view text = question_.field == "title" ? title : sourced_id;
    const bool fits = question_.is_contained ? text.find(question_.value) != std::string_view::npos
                                             : text == question_.value;
    if (!fits) return;
  }
  const size_t at = total_++;
  if (at >= question_.offset && at < question_.offset + question_.limit) {
    items_.push_back(object());
  }
}

std::string GradebookPage::LinkTo(const Request& request, size_t offset,
                                  std::string_view relation) const {
  std::string target = std::string(PathAsSent(request)) +
                       "?limit=" + std::to_string(question_.limit) +
                       "&offset=" + std::to_string(offset);
  if (const auto filter = request.Query("filter")) {
    target += "&filter=" + platform::http::PercentEncode(*filter);
  }
  return "<" + target + ">; rel=\"" + std::string(relation) + "\"";
}

Response GradebookPage::Answer(const Request& request) const {
  const size_t limit = question_.limit, offset = question_.offset;
  const size_t last = total_ == 0 ? 0 : (total_ - 1) / limit * limit;
  std::string links = LinkTo(request, 0, "first");
  if (offset > 0) links += ", " + LinkTo(request, offset > limit ? offset - limit : 0, "prev");
  if (offset + limit < total_) links += ", " + LinkTo(request, offset + limit, "next");
  links += ", " + LinkTo(request, last, "last");
  return {200,
          {{"Content-Type", "application/json"},
           {"X-Total-Count", std::to_string(total_)},
           {"Link", links}},
          Json{{list_, items_}}.dump()};
}

}  // namespace throughline::gateway::oneroster
