#include "history/history_query.h"

#include <charconv>

#include "core/errors.h"
#include "core/ids.h"
#include "disclosure/disclose.h"
#include "history/errors.h"
#include "history/field_changes.h"
#include "platform/grpc/errors.h"
#include "platform/grpc/pages.h"
#include "runtime/envelope.h"

namespace throughline::history {

using common::v1::HistoryEntry;
using core::Result;
using google::protobuf::Message;

namespace {

bool IsOnDistrict(At at) { return at == At::kDistrict || at == At::kInDistrict; }

std::string KeyOf(At at, const Place& place) {
  switch (at) {
    case At::kDistrict:
      return place.district;
    case At::kInDistrict:
      return core::JoinKey(place.district, place.id);
    case At::kSchool:
      return core::JoinKey(place.district, place.school);
    case At::kInSchool:
      return core::JoinKey(place.district, place.school, place.id);
    case At::kTeam:
      return core::JoinKey(place.district, place.school, place.team);
    case At::kInTeam:
    case At::kInTeamOrSchool:
      return core::JoinKey(place.district, place.school, place.team, place.id);
  }
  return "";
}

// Of what a school and the district have, the one that is asked for.
const KeptAggregate* Find(common::v1::Aggregate of, const Place& place,
                          const std::vector<KeptAggregate>& kept) {
  const KeptAggregate* found = nullptr;
  for (const KeptAggregate& one : kept) {
    if (one.of != of) continue;
    if (found == nullptr || IsOnDistrict(one.at) == place.school.empty()) found = &one;
  }
  return found;
}

std::optional<core::Error> CheckPlace(At at, const Place& place) {
  const bool of_team = at == At::kTeam || at == At::kInTeam;
  const bool of_school = of_team || at == At::kSchool || at == At::kInTeamOrSchool;
  const bool has_id = at == At::kInDistrict || at == At::kInSchool || at == At::kInTeam ||
                      at == At::kInTeamOrSchool;
  return core::CheckIds({{"district", place.district},
                         {"school", place.school, !of_school},
                         {"team", place.team, !of_team},
                         {"id", place.id, !has_id}});
}

common::v1::HistoryCause CauseOf(const runtime::v1::Envelope& event) {
  if (!event.timer().empty()) return common::v1::HISTORY_CAUSE_TIME;
  return event.request_id().empty() ? common::v1::HISTORY_CAUSE_EVENT
                                    : common::v1::HISTORY_CAUSE_CALL;
}

// Without what changed.
HistoryEntry EntryOf(const runtime::RowVersion& version) {
  const runtime::v1::Envelope& event = version.event.envelope();
  HistoryEntry entry;
  entry.set_event(version.id);
  entry.set_at_ms(event.time_ms());
  entry.set_what(event.type().substr(event.type().rfind('.') + 1));
  entry.set_cause(CauseOf(event));
  if (entry.cause() != common::v1::HISTORY_CAUSE_CALL) {
    entry.set_caused_by(event.cause());
    return entry;
  }
  entry.set_request_id(event.request_id());
  const runtime::v1::Actor& actor = version.first.actor();
  if (actor.subject().empty()) return entry;
  entry.mutable_by()->set_subject(actor.subject());
  entry.mutable_by()->set_role(platform::RoleOf(actor.role()));
  return entry;
}

// Whether the reader is told who else did something; whoever needs no credential is.
bool IsToldWho(common::v1::Role reader) {
  return reader == common::v1::ROLE_UNSPECIFIED ||
         reader == common::v1::ROLE_DISTRICT_ADMINISTRATOR ||
         reader == common::v1::ROLE_DISTRICT_LEADER || reader == common::v1::ROLE_SCHOOL_LEADER ||
         reader == common::v1::ROLE_PRIVACY_OFFICER;
}

}  // namespace

Result<std::shared_ptr<HistoryQuery>> HistoryQuery::Of(Asked asked,
                                                       const std::vector<KeptAggregate>& kept) {
  const KeptAggregate* found = Find(asked.of, asked.place, kept);
  if (found == nullptr) return core::Refuse(AggregateElsewhere(asked.of));
  if (auto error = CheckPlace(found->at, asked.place)) return core::Refuse(*error);
  if (asked.page_size < 0 || asked.page_size > platform::kPageAtMost) {
    return core::Refuse(platform::PageInvalid());
  }
  std::shared_ptr<HistoryQuery> query(new HistoryQuery(std::move(asked), *found));
  const std::string& token = query->asked_.page_token;
  if (token.empty()) return query;
  const auto after = platform::KeyOfPageToken(query->TokenScope(), token);
  if (!after) return core::Refuse(platform::PageTokenInvalid());
  std::from_chars(after->data(), after->data() + after->size(), query->after_);
  return query;
}

HistoryQuery::HistoryQuery(Asked asked, const KeptAggregate& kept)
    : asked_(std::move(asked)), kept_(kept), key_(KeyOf(kept.at, asked_.place)) {
  size_ = asked_.page_size == 0 ? platform::kPageWhenNotSaid : asked_.page_size;
}

std::string HistoryQuery::subject() const {
  if (IsOnDistrict(kept_.at)) return asked_.place.district;
  return core::Key{asked_.place.district, asked_.place.school}.Text();
}

std::string HistoryQuery::TokenScope() const {
  return core::JoinKey("history", common::v1::Aggregate_Name(asked_.of), key_);
}

std::optional<std::string> HistoryQuery::RowIn(const decider::State& state) const {
  return kept_.find(state, key_);
}

std::unique_ptr<Message> HistoryQuery::Parse(const std::optional<std::string>& row) const {
  if (!row) return nullptr;
  std::unique_ptr<Message> message(kept_.row->New());
  message->ParseFromString(*row);
  return message;
}

bool HistoryQuery::MayRead(const runtime::RowVersion& version) const {
  if (!kept_.may_read) return true;
  const auto row = Parse(version.after ? version.after : version.before);
  return row != nullptr && kept_.may_read(*row, asked_.place, reader_);
}

std::optional<HistoryEntry> HistoryQuery::EntryFor(const runtime::RowVersion& version) const {
  const runtime::v1::Packed& packed = version.event;
  const auto event = runtime::ParseMessage(packed.envelope().type(), packed.value());
  if (event == nullptr || !disclosure::IsTold(*event)) return std::nullopt;
  HistoryEntry entry = EntryOf(version);
  bool is_seen = entry.cause() == common::v1::HISTORY_CAUSE_CALL;
  for (auto& change : ChangesBetween(Parse(version.before).get(), Parse(version.after).get())) {
    is_seen = is_seen || !change.held_back();
    *entry.add_changes() = std::move(change);
  }
  for (auto& word : WordsOf(*event)) *entry.add_changes() = std::move(word);
  // Numbers that moved by themselves are no news where they are held back.
  if (!is_seen) return std::nullopt;
  const bool told = IsToldWho(reader_.role) || entry.by().subject() == reader_.subject;
  if (entry.has_by() && !told) entry.mutable_by()->clear_subject();
  return entry;
}

void HistoryQuery::Take(const runtime::RowVersion& version) {
  if (!version.after && kept_.erased_in_passing) return;
  if (!page_.next.empty()) return;
  const int64_t sequence = version.event.envelope().sequence();
  const bool is_earlier = sequence <= after_;  // on an earlier page, if it is shown
  if ((is_earlier && is_known_) || !MayRead(version)) return;
  is_known_ = true;
  if (is_earlier) return;
  std::optional<HistoryEntry> entry = EntryFor(version);
  if (!entry) return;
  if (page_.entries.size() >= size_) {
    page_.next = platform::PageTokenOf(TokenScope(), std::to_string(last_shown_));
    return;
  }
  last_shown_ = sequence;
  page_.entries.push_back(*std::move(entry));
}

Result<HistoryQuery::Page> HistoryQuery::Finish() {
  if (!is_known_) return core::Refuse(AggregateUnknown(asked_.of, asked_.place.id));
  return std::move(page_);
}

}  // namespace throughline::history
