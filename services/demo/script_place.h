// A place in the demo's script: a value, and the path that leads to it, such as
// `visits[2].commitments[0]`. What is read there is of the form that is asked for, or the place
// says which one it should have. Names that nobody asks for are wrong, too: they are misspelt.
#pragma once

#include <google/protobuf/message.h>

#include <initializer_list>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/date.h"
#include "throughline/formatting.h"

namespace throughline::demo {

// Says the place and what is wrong there. Thrown while a script is read, and never beyond that.
struct ScriptWrong : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class ScriptPlace {
 public:
  // `json` outlives this and all that is found in it. `file` is the name of the file, without
  // those of its folders.
  ScriptPlace(const nlohmann::json& json, std::string file, std::string path = "")
      : json_(&json), file_(std::move(file)), path_(std::move(path)) {}

  // With the file, for what is refused later: `ou2013.json, visits[2]`.
  std::string place() const { return file_ + ", " + path_; }
  const nlohmann::json& json() const { return *json_; }

  ScriptPlace At(const std::string& name) const;
  std::optional<ScriptPlace> Find(const std::string& name) const;
  // Of a list, in order; At and Find of an object.
  std::vector<ScriptPlace> Each() const;
  // Of a list that may be left out.
  std::vector<ScriptPlace> Each(const std::string& name) const;
  // It is an object, and has no other names than these.
  void HasOnly(std::initializer_list<const char*> names) const;

  std::string Text() const;  // never empty
  std::string TextAt(const std::string& name) const { return At(name).Text(); }
  std::string TextOr(const std::string& name, std::string otherwise) const;
  double Number() const;
  int Whole(int least, int most) const;
  int WholeOr(const std::string& name, int least, int most, int otherwise) const;
  bool FlagOr(const std::string& name, bool otherwise) const;
  core::Date Day() const;
  core::Date DayAt(const std::string& name) const { return At(name).Day(); }

  // A value of an enum by its word: `take up`.
  template <class Enum>
  Enum Word() const {
    return static_cast<Enum>(ValueOfWord(*google::protobuf::GetEnumDescriptor<Enum>()));
  }
  // A message as the API takes it in JSON, without the fields that the script says otherwise.
  template <class Message>
  Message As(std::initializer_list<const char*> without = {}) const {
    Message message;
    Parse(without, message);
    return message;
  }

  [[noreturn]] void Refuse(const std::string& why) const;

 private:
  int ValueOfWord(const google::protobuf::EnumDescriptor& type) const;
  void Parse(std::initializer_list<const char*> without, google::protobuf::Message& message) const;

  const nlohmann::json* json_;
  std::string file_;
  std::string path_;
};

}  // namespace throughline::demo
