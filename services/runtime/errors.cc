#include "runtime/errors.h"

namespace throughline::runtime {

using core::Code;
using core::Error;

namespace {
constexpr char kJournalUnavailable[] = "JOURNAL_UNAVAILABLE";
constexpr char kBeingRebuilt[] = "BEING_REBUILT";
constexpr char kStoreDamaged[] = "STORE_DAMAGED";
}  // namespace

Error OwnershipLost(std::string_view partition) {
  return {Code::kAborted, "OWNERSHIP_LOST",
          "Another owner has taken over " + std::string(partition) + ".", ""};
}

Error StoreDiffers(std::string_view partition) {
  return {Code::kAborted, "STORE_DIFFERS",
          "The store does not hold what was last committed for " + std::string(partition) +
              ": it lost it, or another owner has taken over.",
          ""};
}

Error JournalUnavailable(std::string_view what) {
  return {Code::kUnavailable, kJournalUnavailable,
          "The journal did not answer: " + std::string(what) + ". Try again.", ""};
}

Error BeingRebuilt(std::string_view service) {
  return {Code::kUnavailable, kBeingRebuilt,
          "The service " + std::string(service) +
              " is still reading what was lost from its log. Try again in a moment.",
          ""};
}

Error StoreDamaged(std::string_view where) {
  return {Code::kUnavailable, kStoreDamaged,
          std::string(where) +
              " held a row that is not as it was written; what it held is read anew from the log. "
              "Try again in a moment.",
          ""};
}

Error JournalCorrupt(std::string_view what) {
  return {Code::kInternal, "JOURNAL_CORRUPT", "The journal is damaged: " + std::string(what) + ".",
          ""};
}

Error MoveIncomplete(std::string_view topic) {
  return {Code::kFailedPrecondition, "MOVE_INCOMPLETE",
          std::string(topic) +
              " was being written from a log with another number of partitions, and is not "
              "complete. Serve the log that it was written from.",
          ""};
}

Error SequenceGap(std::string_view place, int64_t expected, int64_t found) {
  const std::string at = std::string(place) + " is event " + std::to_string(found);
  return {Code::kInternal, "SEQUENCE_GAP",
          found == expected ? at + ", and does not follow the one before it: one of the two is not "
                                   "as it was written. Nothing is taken past it."
                            : at + " where " + std::to_string(expected) +
                                  " was expected. Nothing is taken past it.",
          ""};
}

Error TooManyWaiting(std::string_view service) {
  return {Code::kResourceExhausted, "TOO_MANY_WAITING",
          "The service " + std::string(service) +
              " has too many commands waiting. Try again in a second.",
          ""};
}

Error Stopping(std::string_view service) {
  return {
      Code::kUnavailable, "STOPPING",
      "The service " + std::string(service) + " is stopping. Try again with the same request id.",
      ""};
}

Error RequestIdTooLong() {
  return {Code::kInvalidArgument, "REQUEST_ID_TOO_LONG", "A request id has at most 128 characters.",
          "request_id"};
}

Error RequestIdReused() {
  return {Code::kAlreadyExists, "REQUEST_ID_REUSED",
          "This request id has been used for another request in the last 24 hours, so this one is "
          "refused. Give every request an id of its own.",
          "request_id"};
}

Error TokenInvalid() {
  return {Code::kInvalidArgument, "TOKEN_INVALID",
          "The token is not one that this stream gave out. Leave it empty to start over.", "after"};
}

Error TokenAhead() {
  return {Code::kInvalidArgument, "TOKEN_AHEAD",
          "The token is ahead of the log. Leave it empty to start over.", "after"};
}

Error ReaderTooSlow() {
  return {Code::kResourceExhausted, "READER_TOO_SLOW",
          "The reader did not keep up; go on from your last token.", ""};
}

Error StreamsStopping() {
  return {Code::kUnavailable, "STOPPING", "This server is stopping; go on from your last token.",
          ""};
}

Error EventUnknown(std::string_view id) {
  return {Code::kNotFound, "EVENT_UNKNOWN", "There is no event " + std::string(id) + ".", ""};
}

Error InputUnreadable() {
  return {Code::kInvalidArgument, "MESSAGE_UNREADABLE", "The command could not be read.", ""};
}

Error CannotOpen(std::string_view directory, std::string_view why) {
  return {
      Code::kFailedPrecondition, "JOURNAL_NOT_OPENED",
      "The journal in " + std::string(directory) + " cannot be opened: " + std::string(why) + ".",
      ""};
}

Error CannotListen(std::string_view address) {
  return {Code::kFailedPrecondition, "CANNOT_LISTEN",
          "Cannot listen on " + std::string(address) +
              ": it is in use or not an address of this machine. Choose another.",
          ""};
}

Error TlsFileUnusable(std::string_view path, std::string_view why) {
  return {Code::kFailedPrecondition, "TLS_FILE_UNUSABLE",
          "The file " + std::string(path) + " cannot be used for TLS: " + std::string(why) + ".",
          ""};
}

Error TokenFileUnusable(std::string_view path) {
  return {Code::kFailedPrecondition, "TOKEN_FILE_UNUSABLE",
          "The file " + std::string(path) +
              " holds no token: one line of at most 8192 characters, without blanks.",
          ""};
}

Error TokenUnprotected(std::string_view address) {
  return {Code::kFailedPrecondition, "TOKEN_UNPROTECTED",
          "A token is not sent to " + std::string(address) +
              " in the open. Give the authority that signs the server's certificate, too.",
          ""};
}

core::Error AddressesWrong() {
  return {core::Code::kInvalidArgument, "ADDRESSES_WRONG",
          "--connect takes host:port, or the addresses of all services apart: "
          "plans=host:port,evidence=host:port,cycles=host:port,notifications=host:port.",
          "connect"};
}

Error AsOfUnknown() {
  return {Code::kFailedPrecondition, "AS_OF_UNKNOWN", "Of earlier moments nothing is known here.",
          "as_of_ms"};
}

Error AsOfInFuture() {
  return {Code::kInvalidArgument, "AS_OF_IN_FUTURE",
          "This moment is still to come: nothing is known of it yet.", "as_of_ms"};
}

Error AsOfTooEarly(std::string_view subject, core::Instant beginning) {
  return {Code::kNotFound, "AS_OF_TOO_EARLY",
          "At this moment nothing was recorded of " + std::string(subject) +
              " yet; what is known of it begins at " + core::FormatInstant(beginning) + ".",
          "as_of_ms"};
}

Error TooManyAsOf() {
  return {Code::kResourceExhausted, "TOO_MANY_AS_OF",
          "Too many questions about earlier moments are waiting. Try again in a few seconds.", ""};
}

Error AsOfTooLarge() {
  return {
      Code::kFailedPrecondition, "AS_OF_TOO_LARGE",
      "How all of this stood at an earlier moment takes more memory than one question may have. "
      "Ask about a part of it.",
      ""};
}

Error AsOfAbandoned() {
  return {Code::kUnavailable, "AS_OF_ABANDONED",
          "The question about an earlier moment was given up before it was answered.", ""};
}

bool IsTransient(const Error& error) {
  return error.code == Code::kResourceExhausted || error.reason == kJournalUnavailable ||
         error.reason == kBeingRebuilt || error.reason == kStoreDamaged;
}

}  // namespace throughline::runtime
