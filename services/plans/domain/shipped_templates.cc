#include "plans/domain/shipped_templates.h"

#include <google/protobuf/text_format.h>

#include <algorithm>
#include <cstdlib>

#include "plans/domain/shipped_texts.h"

namespace throughline::plans {

namespace {

constexpr std::string_view kSurvey = "twelve-factors";

std::vector<v1::Template> Parse() {
  std::vector<v1::Template> templates;
  for (const char* text : kShippedTexts) {
    v1::Template& one = templates.emplace_back();
    // A test reads them all: what cannot be read was never released.
    if (!google::protobuf::TextFormat::ParseFromString(text, &one)) std::abort();
    one.set_shipped(true);
  }
  std::sort(templates.begin(), templates.end(),
            [](const auto& one, const auto& other) { return one.template_() < other.template_(); });
  return templates;
}

}  // namespace

const std::vector<v1::Template>& ShippedTemplates() {
  static const std::vector<v1::Template>* templates = new std::vector<v1::Template>(Parse());
  return *templates;
}

const v1::Template* FindShipped(std::string_view id) {
  const auto& all = ShippedTemplates();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.template_() == id; });
  return found == all.end() ? nullptr : &*found;
}

const v1::Rubric& ShippedSurvey() { return FindShipped(kSurvey)->survey(); }

}  // namespace throughline::plans
