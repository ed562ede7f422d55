// SPDX-License-Identifier: Apache-2.0
// The story that the demo tells and the end-to-end tests repeat: one incident from red CI to merged rollback.
// Each step waits until it is seen in the world, on the forge or in chat.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "bot/cli/demo_forge.h"

namespace kedge::cli {

/// Hears of the story; what is left empty is not called.
struct DemoListener {
  std::function<void(const std::string& title)> chapter;
  std::function<void(const std::string& text, const std::string& link)> line;
  std::function<void()> start_clock;  ///< The bad commit is about to be pushed.
};

/// The cast and the stage of one run, on a forge seeded with `demo`.
class DemoStory {
 public:
  DemoStory(DemoForge& forge, DemoListener listener, Duration step_max)
      : forge_(forge), listener_(std::move(listener)), step_max_(step_max) {}

  /// All steps. Errors: unavailable for the first that was not seen within `step_max`.
  Result<void> play();
  [[nodiscard]] const std::string& issue_url() const { return issue_url_; }
  [[nodiscard]] std::int64_t issue() const { return issue_; }
  [[nodiscard]] const std::string& bad_commit() const { return bad_; }
  [[nodiscard]] const std::map<std::string, std::int64_t>& pulls() const {
    return pulls_;
  }  ///< Base → number.

 private:
  nlohmann::json get(const std::string& path);
  /// The newest comment on an issue that contains `text`; null where there is none.
  nlohmann::json comment_with(std::int64_t issue, const std::string& text);
  bool has_reaction(std::int64_t comment, const std::string& content);
  void chapter(const std::string& title) const;
  void line(const std::string& text, const std::string& link = {}) const;

  Result<void> break_main();
  Result<void> see_incident();
  Result<void> see_chat();
  Result<void> see_plan();
  Result<void> roll_back();
  Result<void> see_pull_requests();
  Result<void> see_verification();
  Result<void> approve();
  Result<void> merge();
  Result<void> resolve();

  DemoForge& forge_;
  DemoListener listener_;
  Duration step_max_;
  std::string bad_;
  std::int64_t issue_ = 0;
  std::string issue_url_;
  std::map<std::string, std::int64_t> pulls_;
};

}  // namespace kedge::cli
