// Results of students who were erased, when they are sent again.
//
// The district has such a result under a pseudonym that the student's id does not lead to any more,
// so it is found by its own id, and gets that pseudonym back: it is the same result again, a
// correction or a retraction, and puts nobody on record. Otherwise it would be somebody unknown's;
// or, once a roster names the student anew, become that new student's, and so lead back to
// everything else that is kept under the pseudonym.
#pragma once

#include <set>

#include "core/result.h"
#include "identities/vault.h"
#include "runtime/rows.h"
#include "throughline/evidence/v1/evidence_service.pb.h"

namespace throughline::evidence {

// Puts the pseudonyms of erased students back into a batch that is concealed; returns the indexes
// of their results. Of what is kept besides those scores only marks stay. Nothing is read as long
// as nobody of the district was erased; after that, one or two reads for every school of the batch,
// and of every school of the district for results of students whom it does not know. UNAVAILABLE
// when the journal cannot be read.
core::Result<std::set<int>> RestoreErased(const identities::Vault::District& students,
                                          const runtime::Rows& rows,
                                          v1::IngestResultsRequest& batch);

}  // namespace throughline::evidence
