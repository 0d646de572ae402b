// The path of a route, as google.api.http writes it. Grammar, of which a route may use all:
//
//   template = "/" segment *( "/" segment ) [ ":" verb ]
//   segment  = literal / "{" field *( "." field ) "}"
//
// A variable takes one segment whole. `*`, `**` and patterns of variables are not used here.
// Values; never changed once made.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace throughline::gateway {

class PathTemplate {
 public:
  // nullopt when it is none of the grammar above.
  static std::optional<PathTemplate> Of(std::string_view text);

  // What the variables stand for in `path`, still percent-encoded and in their order; nullopt when
  // it does not match. `path` is that of a request as it was sent, without the query: a colon that
  // belongs to an id is told from one before a verb by being encoded, where that matters.
  std::optional<std::vector<std::string_view>> Match(std::string_view path) const;

  // Paths of the fields that the variables name, in order.
  std::vector<std::string> variables() const;
  // The template without the names of its variables: two of one shape match the same paths.
  std::string Shape() const;
  // Whether this is to be tried before `other`: it has a verb and the other has none, or it has the
  // first literal where the other has a variable.
  bool ComesBefore(const PathTemplate& other) const;

 private:
  struct Segment {
    bool variable = false;
    std::string text;  // the literal, or the field's path
  };

  std::vector<Segment> segments_;
  std::string verb_;
};

// The text that is percent-encoded; nullopt when it is not, or no UTF-8.
std::optional<std::string> DecodedText(std::string_view text);

}  // namespace throughline::gateway
