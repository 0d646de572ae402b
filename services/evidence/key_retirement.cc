#include "evidence/key_retirement.h"

#include "core/key.h"
#include "evidence/domain/tables.h"
#include "evidence/kept_originals.h"
#include "evidence/row_pages.h"

namespace throughline::evidence {

using core::Result;

namespace {

Result<bool> AllAreOnRecord(const std::string& district, identities::Vault& vault,
                            const runtime::Rows& rows) {
  std::string after;
  while (true) {
    auto page = rows.ScanAll(kStudents, JoinKey(district, ""), after, kRowsPerPage);
    if (!page) return core::Refuse(page.error());
    for (const auto& [key, student] : *page) {
      after = key;
      const auto known = vault.Find(district, core::SplitKey<3>(key)[2]);
      if (!known) return core::Refuse(known.error());
      if (!*known) return false;
    }
    if (page->size() < kRowsPerPage) return true;
  }
}

}  // namespace

Result<bool> RetireKeyOfBefore(const std::string& district, const StudentPrivacy& privacy,
                               runtime::Commands& commands, const runtime::Rows& rows) {
  auto derives = privacy.vault->DerivesAsBefore(district);
  if (!derives || !*derives) return derives;
  auto all = AllAreOnRecord(district, *privacy.vault, rows);
  if (!all || !*all) return all;
  // What was set aside is sealed with the key that goes.
  auto originals = KeptOriginals::Open(district, {}, privacy, rows);
  if (!originals) return core::Refuse(originals.error());
  if (auto done = privacy.vault->Rotate(district); !done) return core::Refuse(done.error());
  if (auto done = originals->PutBack(privacy, commands); !done) return core::Refuse(done.error());
  return true;
}

}  // namespace throughline::evidence
