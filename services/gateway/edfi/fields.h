// Reads the properties of an Ed-Fi document. What is wrong with them is gathered, by JSON path, so
// that a sender learns of all of it at once; what can be read is read all the same. Refers to the
// document and to the problem, which have to outlive it. Not thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "gateway/edfi/errors.h"
#include "gateway/json/json_reader.h"

namespace throughline::gateway::edfi {

// Characters of what documents name each other by.
constexpr size_t kIdentifierAtMost = 60;
constexpr size_t kNamespaceAtMost = 255;
constexpr size_t kDescriptorAtMost = 306;  // 255 of a namespace, 50 of a code value

class Fields {
 public:
  // Of a whole document.
  Fields(const Json& document, Problem& problem);

  // A text of 1 to `at_most` characters; empty when it is missing, null, something else or too
  // long. Only a missing Optional is no fault.
  std::string Required(std::string_view name, size_t at_most) const;
  std::string Optional(std::string_view name, size_t at_most) const;
  // A number as it was written, or a text; empty when it is missing or something else.
  std::string Number(std::string_view name) const;
  bool False(std::string_view name) const;  // whether it is there, and false
  // An object that has to be there.
  Fields Object(std::string_view name) const;
  // Calls visit(Fields) for every object of a list; a list that is missing or null is empty.
  template <class Visit>
  void ForEach(std::string_view name, Visit visit) const {
    for (size_t i = 0; i < CountOf(name); ++i) visit(Item(name, i));
  }

  void Fault(std::string_view name, std::string_view what) const;
  // Where it stands itself: $.scores[2]
  const std::string& path() const { return path_; }
  // $.assessmentReference.namespace
  std::string PathOf(std::string_view name) const;

 private:
  Fields(const Json* value, std::string path, Problem& problem)
      : value_(value), path_(std::move(path)), problem_(problem) {}
  std::string TextOf(const Json& value, std::string_view name, size_t at_most) const;
  size_t CountOf(std::string_view name) const;
  Fields Item(std::string_view name, size_t index) const;

  const Json* value_;  // null: there is none, and that was said
  std::string path_;
  Problem& problem_;
};

}  // namespace throughline::gateway::edfi
