#include "throughline/doctor/finding.h"

#include <fmt/format.h>
#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>

#include <algorithm>

namespace throughline::doctor {

namespace {

const char* NameOf(Standing standing) {
  switch (standing) {
    case Standing::kOk:
      return "ok";
    case Standing::kWarning:
      return "warning";
    case Standing::kFault:
      return "fault";
  }
  return "";
}

std::string Quoted(const std::string& text) {
  google::protobuf::Value value;
  value.set_string_value(text);
  std::string quoted;
  static_cast<void>(google::protobuf::util::MessageToJsonString(value, &quoted));
  return quoted;
}

}  // namespace

Finding Ok(std::string what, std::string said) {
  return {Standing::kOk, std::move(what), std::move(said), ""};
}

Finding Warning(std::string what, std::string said, std::string next) {
  return {Standing::kWarning, std::move(what), std::move(said), std::move(next)};
}

Finding Fault(std::string what, std::string said, std::string next) {
  return {Standing::kFault, std::move(what), std::move(said), std::move(next)};
}

void Append(Findings& to, Findings more) {
  std::move(more.begin(), more.end(), std::back_inserter(to));
}

bool HasFault(const Findings& findings) {
  return std::any_of(findings.begin(), findings.end(),
                     [](const Finding& one) { return one.standing == Standing::kFault; });
}

std::string TextOf(const Findings& findings) {
  std::string text;
  for (const Finding& one : findings) {
    text += fmt::format("{:<8} {}: {}{}{}\n", NameOf(one.standing), one.what, one.said,
                        one.next.empty() ? "" : " ", one.next);
  }
  return text;
}

std::string JsonLinesOf(const Findings& findings) {
  std::string lines;
  for (const Finding& one : findings) {
    std::string line =
        fmt::format("{{\"standing\": {}, \"what\": {}, \"said\": {}", Quoted(NameOf(one.standing)),
                    Quoted(one.what), Quoted(one.said));
    line += one.next.empty() ? "}" : fmt::format(", \"next\": {}}}", Quoted(one.next));
    lines += line + "\n";
  }
  return lines;
}

}  // namespace throughline::doctor
