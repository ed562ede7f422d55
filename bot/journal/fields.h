// SPDX-License-Identifier: Apache-2.0
// How a struct says which of its members are stored, and an enum what its values are called. Internal to
// journal/: codec.cc turns these lists into JSON, and the tests walk them to fill and compare every field.
// A member that is missing from its list does not compile (static_assert in codec.cc), nor does an
// enumerator (-Wswitch).
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace kedge::journal {

/// `Fields<T>::each(value, f)` calls f("name", member) for every stored member, in the order of the record.
template <typename T>
struct Fields;

/// The stored type name and current version of an alternative of EventBody or EffectBody.
template <typename T>
struct Stored;

/// `Names<E>::of(value)` is the stored name, `Names<E>::all` has every enumerator.
template <typename E>
struct Names;

}  // namespace kedge::journal

// KEDGE_EACH(macro, a, b, …) is macro(a) macro(b) …, for up to 64 arguments.
#define KEDGE_PARENS ()
#define KEDGE_SCAN(...) KEDGE_SCAN1(KEDGE_SCAN1(KEDGE_SCAN1(KEDGE_SCAN1(__VA_ARGS__))))
#define KEDGE_SCAN1(...) KEDGE_SCAN2(KEDGE_SCAN2(KEDGE_SCAN2(KEDGE_SCAN2(__VA_ARGS__))))
#define KEDGE_SCAN2(...) KEDGE_SCAN3(KEDGE_SCAN3(KEDGE_SCAN3(KEDGE_SCAN3(__VA_ARGS__))))
#define KEDGE_SCAN3(...) __VA_ARGS__
#define KEDGE_EACH(macro, ...) __VA_OPT__(KEDGE_SCAN(KEDGE_EACH_STEP(macro, __VA_ARGS__)))
#define KEDGE_EACH_STEP(macro, first, ...) \
  macro(first) __VA_OPT__(KEDGE_EACH_AGAIN KEDGE_PARENS(macro, __VA_ARGS__))
#define KEDGE_EACH_AGAIN() KEDGE_EACH_STEP

#define KEDGE_FIELD(member) f(#member, value.member);
#define KEDGE_COUNT(member) +1U
#define KEDGE_ENUMERATOR(value) value,
#define KEDGE_CASE(value) \
  case value:             \
    return #value;

/// KEDGE_FIELDS(Type, member, member …)
#define KEDGE_FIELDS(Type, ...)                                                    \
  template <>                                                                      \
  struct Fields<Type> {                                                            \
    static constexpr std::size_t kCount = 0U KEDGE_EACH(KEDGE_COUNT, __VA_ARGS__); \
    template <typename Value, typename F>                                          \
    static void each([[maybe_unused]] Value& value, [[maybe_unused]] F&& f) {      \
      KEDGE_EACH(KEDGE_FIELD, __VA_ARGS__)                                         \
    }                                                                              \
  };

/// KEDGE_RECORD(Type, "stored_name", version, member, member …)
#define KEDGE_RECORD(Type, stored_name, stored_version, ...) \
  template <>                                                \
  struct Stored<Type> {                                      \
    static constexpr std::string_view kType = stored_name;   \
    static constexpr int kVersion = stored_version;          \
  };                                                         \
  KEDGE_FIELDS(Type __VA_OPT__(, ) __VA_ARGS__)

/// KEDGE_NAMES(Enum, enumerator, enumerator …)
#define KEDGE_NAMES(Enum, ...)                                      \
  template <>                                                       \
  struct Names<Enum> {                                              \
    static constexpr std::string_view of(Enum value) {              \
      using enum Enum;                                              \
      switch (value) { KEDGE_EACH(KEDGE_CASE, __VA_ARGS__) }        \
      return {};                                                    \
    }                                                               \
    static constexpr auto all = [] {                                \
      using enum Enum;                                              \
      return std::array{KEDGE_EACH(KEDGE_ENUMERATOR, __VA_ARGS__)}; \
    }();                                                            \
  };
