// Every failure that the runtime itself reports, by name.
#pragma once

#include <string>
#include <string_view>

#include "core/date.h"
#include "core/result.h"

namespace throughline::runtime {

core::Error OwnershipLost(std::string_view partition);  // another owner has been there
core::Error StoreDiffers(std::string_view partition);   // from what its owner last committed
core::Error JournalUnavailable(std::string_view what);  // an I/O call failed; try again
core::Error BeingRebuilt(std::string_view service);     // UNAVAILABLE: rows are not all there yet
core::Error StoreDamaged(std::string_view where);       // UNAVAILABLE: rows come back from the log
core::Error JournalCorrupt(std::string_view what);      // the log breaks its own promise
core::Error MoveIncomplete(std::string_view topic);     // to another number of partitions
core::Error SequenceGap(std::string_view place, int64_t expected, int64_t found);
core::Error TooManyWaiting(std::string_view service);  // RESOURCE_EXHAUSTED
core::Error Stopping(std::string_view service);        // UNAVAILABLE
core::Error RequestIdTooLong();
core::Error RequestIdReused();  // ALREADY_EXISTS: by the same caller, for something else
core::Error TokenInvalid();
core::Error TokenAhead();       // of what this process has seen of the log
core::Error ReaderTooSlow();    // RESOURCE_EXHAUSTED
core::Error StreamsStopping();  // UNAVAILABLE
core::Error EventUnknown(std::string_view id);
core::Error AsOfUnknown();  // here nothing is known of earlier moments
core::Error AsOfInFuture();
core::Error AsOfTooEarly(std::string_view subject, core::Instant beginning);  // NOT_FOUND
core::Error TooManyAsOf();                                                    // RESOURCE_EXHAUSTED
core::Error AsOfTooLarge();   // FAILED_PRECONDITION: for the memory that it may take
core::Error AsOfAbandoned();  // UNAVAILABLE: nobody waits for it any more, or the service stops
core::Error InputUnreadable();
core::Error CannotListen(std::string_view address);
core::Error TlsFileUnusable(std::string_view path, std::string_view why);
core::Error TokenFileUnusable(std::string_view path);
core::Error TokenUnprotected(std::string_view address);
core::Error AddressesWrong();  // of services to connect to
core::Error CannotOpen(std::string_view directory, std::string_view why);

// Whether the same call may succeed in a moment: the one who answers cannot take more, or has just
// started. Nobody answering at all is another matter.
bool IsTransient(const core::Error& error);

}  // namespace throughline::runtime
