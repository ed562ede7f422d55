// SPDX-License-Identifier: Apache-2.0
#include "bot/journal/chain.h"

#include <algorithm>
#include <utility>

namespace kedge::journal {
namespace {

/// What is wrong with a record that should follow `last`; empty: nothing.
std::string problem_of(const ports::Record& record, const ports::Head& last) {
  if (record.seq != last.seq + 1) return fmt::format("seq {} is missing", last.seq + 1);
  if (record.prev != last.hash) return "its link is not the hash of the record before it";
  if (ports::record_hash(record.prev, record.repository, record.seq, record.at, record.payload) !=
      record.hash)
    return "its hash does not fit its content";
  return {};
}

Result<ports::Head> stored_head(ports::Store& store, RepositoryId repository) {
  KEDGE_TRY(heads, store.heads());
  const auto found = std::ranges::find(heads, repository, &ports::Head::repository);
  return found == heads.end() ? ports::Head{.repository = repository} : std::move(*found);
}

}  // namespace

Result<VerifyReport> verify_chain(ports::Store& store, RepositoryId repository) {
  // Read before the records: what is appended meanwhile lies behind it.
  KEDGE_TRY(promised, stored_head(store, repository));
  VerifyReport report;
  report.head = {.repository = repository, .seq = 0, .hash = std::string(32, '\0')};
  while (true) {
    KEDGE_TRY(page, store.read(repository, report.head.seq, kVerifyPage));
    for (ports::Record& record : page) {
      report.problem = problem_of(record, report.head);
      if (report.problem.empty() && record.seq == promised.seq && record.hash != promised.hash)
        report.problem = "it is not the record that the stream's head names";
      if (!report.problem.empty()) {
        report.first_bad = report.head.seq + 1;
        return report;
      }
      ++report.records;
      report.head = {
          .repository = repository, .seq = record.seq, .hash = std::move(record.hash), .at = record.at};
    }
    if (page.empty()) break;
  }
  if (report.head.seq < promised.seq) {
    report.first_bad = report.head.seq + 1;
    report.problem = fmt::format("it is missing: the stream's head is at {}", promised.seq);
  }
  return report;
}

}  // namespace kedge::journal
