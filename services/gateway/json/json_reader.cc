#include "gateway/json/json_reader.h"

#include "gateway/json/errors.h"

namespace throughline::gateway {

namespace {

constexpr std::uint64_t kNumber = 1;  // the subtype of a binary value that is a number's text

// Builds the value; what is refused ends the reading.
class Builder : public nlohmann::json_sax<Json> {
 public:
  explicit Builder(const JsonLimits& limits) : limits_(limits) {}

  bool null() override { return Add(nullptr); }
  bool boolean(bool value) override { return Add(value); }
  bool number_integer(number_integer_t value) override { return Add(value); }
  bool number_unsigned(number_unsigned_t value) override { return Add(value); }
  bool number_float(number_float_t, const string_t& text) override {
    return Add(Json::binary({text.begin(), text.end()}, kNumber));
  }
  bool string(string_t& text) override { return Add(std::move(text)); }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override { return Open(Json::object()); }
  bool key(string_t& name) override {
    if (open_.back()->contains(name)) return Refuse(JsonNameRepeated(name));
    name_ = std::move(name);
    return Count();
  }
  bool end_object() override { return Close(); }
  bool start_array(std::size_t) override { return Open(Json::array()); }
  bool end_array() override { return Close(); }
  bool parse_error(std::size_t position, const std::string&,
                   const nlohmann::detail::exception&) override {
    return Refuse(JsonInvalid(position));
  }

  core::Result<Json> Take() {
    if (error_) return core::Refuse(*std::move(error_));
    return std::move(root_);
  }

 private:
  bool Refuse(core::Error error) {
    if (!error_) error_ = std::move(error);
    return false;
  }
  bool Count() { return ++values_ <= limits_.values || Refuse(JsonTooLarge(limits_.values)); }
  Json* Place(Json value) {
    if (open_.empty()) return &(root_ = std::move(value));
    Json& parent = *open_.back();
    if (parent.is_object()) return &(parent[name_] = std::move(value));
    parent.push_back(std::move(value));
    return &parent.back();
  }
  bool Add(Json value) {
    if (!Count()) return false;
    Place(std::move(value));
    return true;
  }
  bool Open(Json value) {
    if (open_.size() == limits_.depth) return Refuse(JsonTooDeep(limits_.depth));
    if (!Count()) return false;
    open_.push_back(Place(std::move(value)));
    return true;
  }
  bool Close() {
    open_.pop_back();
    return true;
  }

  const JsonLimits limits_;
  Json root_;
  std::vector<Json*> open_;  // the innermost last; a parent does not grow while a child is open
  std::string name_;
  size_t values_ = 0;
  std::optional<core::Error> error_;
};

}  // namespace

core::Result<Json> ReadJson(std::string_view text, const JsonLimits& limits) {
  Builder builder(limits);
  Json::sax_parse(text.begin(), text.end(), &builder);
  return builder.Take();
}

std::optional<std::string> NumberText(const Json& value) {
  if (value.is_number_integer()) return value.dump();
  if (!value.is_binary() || value.get_binary().subtype() != kNumber) return std::nullopt;
  return std::string(value.get_binary().begin(), value.get_binary().end());
}

const Json* Member(const Json& value, std::string_view name) {
  if (!value.is_object()) return nullptr;
  const auto found = value.find(name);
  return found == value.end() ? nullptr : &*found;
}

std::optional<std::string> Text(const Json& value, std::string_view name) {
  const Json* member = Member(value, name);
  if (member == nullptr || !member->is_string()) return std::nullopt;
  return member->get<std::string>();
}

}  // namespace throughline::gateway
