// SPDX-License-Identifier: Apache-2.0
// Fills and compares any stored struct field by field, by the same lists the codec uses; codec.cc asserts at
// compile time that those lists are complete.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <type_traits>
#include <variant>
#include <vector>

#include "bot/journal/fields_effect.h"
#include "bot/journal/fields_event.h"

namespace kedge::journal::test {

template <typename T>
concept Record = requires {
  Fields<T>::kCount;
};

/// Gives every member a value that is neither its default nor that of its neighbour.
class Filler {
 public:
  void fill(std::string& value) { value = "text " + std::to_string(++number_) + " \"é\"\n/\\"; }
  void fill(bool& value) { value = !value; }
  void fill(int& value) { value = -static_cast<int>(++number_); }
  void fill(std::int64_t& value) { value = 14'123'456'789 + ++number_; }
  void fill(TimePoint& value) { value = from_unix_ms(1'776'502'800'123 + ++number_); }
  void fill(Duration& value) { value = Duration{90'000 + ++number_}; }
  template <typename Tag, typename V>
  void fill(Id<Tag, V>& value) {
    fill(value.value);
  }
  template <typename E>
  requires std::is_enum_v<E>
  void fill(E& value) {
    const auto& all = Names<E>::all;
    const E before = value;
    for (std::size_t i = 0; i < all.size() && value == before; ++i)
      value = all[(static_cast<std::size_t>(++number_)) % all.size()];
  }
  template <typename T>
  void fill(std::optional<T>& value) {
    fill(value.emplace());
  }
  template <typename T>
  void fill(std::vector<T>& value) {
    value.assign(2, T{});
    for (T& each : value) fill(each);
  }
  template <typename T>
  void fill(std::map<std::string, T>& value) {
    fill(value["first key"]);
    fill(value["${SECOND}"]);
  }
  template <Record T>
  void fill(T& value) {
    Fields<T>::each(value, [this](const char*, auto& member) { fill(member); });
  }

 private:
  std::int64_t number_ = 0;
};

/// Events have no operator==; their members have.
template <Record T>
bool same(const T& a, const T& b) {
  std::vector<bool (*)(const void*, const void*)> compare;
  std::vector<const void*> left;
  std::vector<const void*> right;
  Fields<T>::each(a, [&]<typename M>(const char*, const M& member) {
    left.push_back(&member);
    compare.push_back(
        [](const void* x, const void* y) { return *static_cast<const M*>(x) == *static_cast<const M*>(y); });
  });
  Fields<T>::each(b, [&](const char*, const auto& member) { right.push_back(&member); });
  for (std::size_t i = 0; i < left.size(); ++i) {
    if (!compare[i](left[i], right[i])) return false;
  }
  return true;
}

/// Calls f(index_constant) for every alternative of the variant.
template <typename Variant, typename F>
void for_each_alternative(F&& f) {
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    (f(std::variant_alternative_t<I, Variant>{}), ...);
  }
  (std::make_index_sequence<std::variant_size_v<Variant>>{});
}

}  // namespace kedge::journal::test
