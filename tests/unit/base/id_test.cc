// SPDX-License-Identifier: Apache-2.0
// Types that keep mistakes from compiling: identifiers that cannot be swapped, secrets that cannot be
// printed.
#include "bot/base/id.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <ostream>
#include <unordered_set>
#include <variant>

#include "bot/base/overloaded.h"
#include "bot/base/secret.h"
#include "bot/base/sha256.h"
#include "bot/base/text.h"

namespace kedge {
namespace {

template <typename T>
concept Streamable = requires(std::ostream& out, const T& value) {
  out << value;
};

static_assert(!std::is_convertible_v<IncidentId, EffectId>);
static_assert(!std::is_constructible_v<IncidentId, EffectId>);
static_assert(!std::is_convertible_v<std::string, IncidentId>, "only on purpose");
static_assert(!std::is_convertible_v<std::int64_t, RepositoryId>, "only on purpose");

static_assert(!fmt::is_formattable<Secret>::value, "a secret has no formatter");
static_assert(!Streamable<Secret>, "a secret has no stream operator");
static_assert(!std::is_convertible_v<Secret, std::string>, "it is revealed by name");
static_assert(!std::is_convertible_v<Secret, std::string_view>);
static_assert(fmt::is_formattable<std::string>::value && Streamable<std::string>, "the checks can fail");

TEST(Id, ComparesAndHashesByItsValue) {
  EXPECT_EQ(IncidentId("ka"), IncidentId("ka"));
  EXPECT_LT(IncidentId("ka"), IncidentId("kb"));
  EXPECT_LT(RepositoryId(9), RepositoryId(10)) << "numbers are not compared as text";
  const std::unordered_set<EffectId> ids{EffectId("1/1/0"), EffectId("1/1/0"), EffectId("1/1/1")};
  EXPECT_EQ(ids.size(), 2U);
  EXPECT_EQ(RepositoryId().value, 0);
}

TEST(Secret, IsSeenOnlyWhereItIsRevealed) {
  const Secret secret("hunter2");
  EXPECT_EQ(secret.reveal(), "hunter2");
  EXPECT_FALSE(secret.empty());
  EXPECT_TRUE(Secret().empty());
  EXPECT_EQ(secret, Secret("hunter2"));
  EXPECT_NE(secret, Secret("hunter3"));
}

TEST(Overloaded, VisitsEachAlternativeByItsOwnFunction) {
  const auto name = overloaded{[](int) { return "number"; }, [](const std::string&) { return "text"; }};
  EXPECT_STREQ(std::visit(name, std::variant<int, std::string>(7)), "number");
  EXPECT_STREQ(std::visit(name, std::variant<int, std::string>("7")), "text");
}

TEST(Sha256, GivesThePublishedDigests) {
  // Source: FIPS 180-4, examples of NIST.
  EXPECT_EQ(to_hex(sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(to_hex(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(to_hex(sha256(std::string(1'000'000, 'a'))),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

}  // namespace
}  // namespace kedge
