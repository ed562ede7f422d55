// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>
#include <filesystem>

#include "tests/contract/store/contract.h"

namespace kedge::store::test {

Folder::Folder() {
  std::string name = (std::filesystem::temp_directory_path() / "kedge-store-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) std::abort();
  path_ = name;
}

Folder::~Folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

ports::NewDelivery delivery(const std::string& guid, const std::string& body) {
  return {.guid = DeliveryGuid(guid), .event = "push", .body = body, .received_at = at(0)};
}

ports::NewEffect effect(const std::string& id, const std::string& lane, int priority,
                        const std::string& coalesce) {
  return {.id = EffectId(id),
          .incident = "k1",
          .priority = priority,
          .lane = lane,
          .coalesce = coalesce,
          .kind = "post_comment",
          .payload = "payload of " + id};
}

ports::TimerRow timer(std::int64_t repository, const std::string& incident, const std::string& kind,
                      TimePoint due_at) {
  return {.repository = RepositoryId(repository), .incident = incident, .kind = kind, .due_at = due_at};
}

}  // namespace kedge::store::test
