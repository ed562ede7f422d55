// SPDX-License-Identifier: Apache-2.0
#include "bot/base/text.h"
#include "webhooks/shapes.h"

namespace kedge::webhooks {

Body parse_pull_request_review(const JsonView& json) {
  if (auto why = unmet(json, {need_text("action"), need_integer("pull_request.number"),
                              need_integer("review.id"), need_text("review.state")})) {
    return *why;
  }
  const JsonView review = json.at("review");
  return PullRequestReview{.pull_request = pull_request_of(json.at("pull_request")),
                           .id = review.integer("id"),
                           .state = to_lower(review.text("state")),
                           .login = review.text("user.login"),
                           .commit_id = review.text("commit_id"),
                           .body = review.text("body")};
}

}  // namespace kedge::webhooks
