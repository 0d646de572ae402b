#include "evidence/kept_originals.h"

#include <utility>

#include "evidence/command_answer.h"
#include "evidence/domain/tables.h"
#include "evidence/row_pages.h"
#include "throughline/evidence/v1/evidence_service.pb.h"

namespace throughline::evidence {

using core::Result;

namespace {

constexpr int kSealedAtOnce = 500;

}  // namespace

Result<KeptOriginals> KeptOriginals::Open(const std::string& district,
                                          const std::set<std::string>& but,
                                          const StudentPrivacy& privacy,
                                          const runtime::Rows& rows) {
  KeptOriginals kept;
  kept.district_ = district;
  const auto erased_nobody = ErasedNobody(district, rows);
  if (!erased_nobody) return core::Refuse(erased_nobody.error());
  std::string after;
  while (true) {
    auto page = rows.ScanAll(kQuarantine, JoinKey(district, ""), after, kRowsPerPage);
    if (!page) return core::Refuse(page.error());
    for (const auto& [key, entry] : *page) {
      after = key;
      if (but.contains(entry.result().student())) continue;
      auto text = OpenOriginal(privacy, *erased_nobody, entry);
      if (text) kept.originals_.push_back({entry.school(), entry.entry(), *std::move(text)});
    }
    if (page->size() < kRowsPerPage) return kept;
  }
}

Result<void> KeptOriginals::PutBack(const StudentPrivacy& privacy,
                                    runtime::Commands& commands) const {
  v1::SealOriginalsRequest seal;
  const auto send = [&]() -> Result<void> {
    if (seal.originals().empty()) return {};
    auto done = Ask<v1::SealOriginalsResponse>(commands, seal);
    seal.clear_originals();
    if (!done) return core::Refuse(done.error());
    return {};
  };
  seal.set_district(district_);
  for (const Original& original : originals_) {
    if (seal.originals_size() == kSealedAtOnce || seal.school() != original.school) {
      if (auto done = send(); !done) return done;
      seal.set_school(original.school);
    }
    auto sealed = privacy.vault->Seal(district_, original.entry, original.text);
    if (!sealed) return core::Refuse(sealed.error());
    auto& said = *seal.add_originals();
    said.set_entry(original.entry);
    said.set_sealed(*std::move(sealed));
  }
  return send();
}

std::optional<std::string> OpenOriginal(const StudentPrivacy& privacy, bool erased_nobody,
                                        const v1::QuarantinedResult& entry) {
  if (entry.sealed().empty()) return std::nullopt;
  auto text = privacy.vault->Open(entry.district(), entry.entry(), entry.sealed());
  if (text || !erased_nobody) return text;
  const auto concealment = privacy.ConcealmentIn(entry.district());
  if (!concealment) return std::nullopt;
  return concealment->Open(entry.district(), entry.entry(), entry.sealed());
}

Result<bool> ErasedNobody(const std::string& district, const runtime::Rows& rows) {
  auto erasures = rows.Scan(kErasures, district, JoinKey(district, ""), "", 1);
  if (!erasures) return core::Refuse(erasures.error());
  return erasures->empty();
}

}  // namespace throughline::evidence
