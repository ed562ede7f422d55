// SPDX-License-Identifier: Apache-2.0
#include "bot/journal/codec.h"

#include <map>
#include <nlohmann/json.hpp>
#include <type_traits>
#include <utility>
#include <variant>

#include "bot/base/text.h"
#include "bot/journal/arity.h"
#include "bot/journal/fields_effect.h"
#include "bot/journal/fields_event.h"
#include "bot/journal/upcast.h"

namespace kedge::journal {
namespace {

using Json = nlohmann::ordered_json;

template <typename T>
inline constexpr bool kIsOptional = false;
template <typename T>
inline constexpr bool kIsOptional<std::optional<T>> = true;
template <typename T>
inline constexpr bool kIsVector = false;
template <typename T>
inline constexpr bool kIsVector<std::vector<T>> = true;
template <typename T>
inline constexpr bool kIsMap = false;
template <typename T>
inline constexpr bool kIsMap<std::map<std::string, T>> = true;
template <typename T>
inline constexpr bool kIsId = false;
template <typename Tag, typename Value>
inline constexpr bool kIsId<Id<Tag, Value>> = true;

// -- writing --

template <typename T>
Json to_json(const T& value) {
  if constexpr (std::is_same_v<T, std::string> || std::is_arithmetic_v<T>) {
    return value;
  } else if constexpr (std::is_enum_v<T>) {
    return Names<T>::of(value);
  } else if constexpr (kIsId<T>) {
    return value.value;
  } else if constexpr (std::is_same_v<T, TimePoint>) {
    return to_unix_ms(value);
  } else if constexpr (std::is_same_v<T, Duration>) {
    return value.count();
  } else if constexpr (kIsOptional<T>) {
    return value ? to_json(*value) : Json(nullptr);
  } else if constexpr (kIsVector<T>) {
    Json array = Json::array();
    for (const auto& each : value) array.push_back(to_json(each));
    return array;
  } else if constexpr (kIsMap<T>) {
    Json object = Json::object();
    for (const auto& [key, each] : value) object[key] = to_json(each);
    return object;
  } else {
    static_assert(arity<T>() == Fields<T>::kCount, "a member is missing from the list of stored fields");
    Json object = Json::object();
    Fields<T>::each(value, [&](const char* name, const auto& member) { object[name] = to_json(member); });
    return object;
  }
}

// -- reading --

/// Where and why a value cannot be read: `policy.severities.0.rank`, `an integer`.
struct Trouble {
  std::string path;
  std::string_view wanted;
  bool within(std::string_view key) {
    path = path.empty() ? std::string(key) : fmt::format("{}.{}", key, path);
    return false;
  }
};

template <typename T>
bool read(const Json& json, T& value, Trouble& trouble);

template <typename T>
bool read_integer(const Json& json, T& value, Trouble& trouble) {
  trouble.wanted = "an integer of its size";
  if (!json.is_number_integer()) return false;
  if (json.is_number_unsigned()) {
    const auto number = json.get<std::uint64_t>();
    if (!std::in_range<T>(number)) return false;
    value = static_cast<T>(number);
    return true;
  }
  const auto number = json.get<std::int64_t>();
  if (!std::in_range<T>(number)) return false;
  value = static_cast<T>(number);
  return true;
}

template <typename E>
bool read_enum(const Json& json, E& value, Trouble& trouble) {
  trouble.wanted = "a name this version knows";
  if (!json.is_string()) return false;
  const auto& name = json.get_ref<const std::string&>();
  for (const E each : Names<E>::all) {
    if (Names<E>::of(each) != name) continue;
    value = each;
    return true;
  }
  return false;
}

template <typename T>
bool read_vector(const Json& json, std::vector<T>& value, Trouble& trouble) {
  trouble.wanted = "an array";
  if (!json.is_array()) return false;
  value.clear();
  for (const Json& each : json) {
    if (!read(each, value.emplace_back(), trouble))
      return trouble.within(fmt::format("{}", value.size() - 1));
  }
  return true;
}

template <typename T>
bool read_map(const Json& json, std::map<std::string, T>& value, Trouble& trouble) {
  trouble.wanted = "an object";
  if (!json.is_object()) return false;
  value.clear();
  for (const auto& [key, each] : json.items()) {
    if (!read(each, value[key], trouble)) return trouble.within(key);
  }
  return true;
}

/// A missing key leaves the member's default: that is how added fields stay readable.
template <typename T>
bool read_struct(const Json& json, T& value, Trouble& trouble) {
  trouble.wanted = "an object";
  if (!json.is_object()) return false;
  bool good = true;
  Fields<T>::each(value, [&](const char* name, auto& member) {
    if (!good) return;
    const auto found = json.find(name);
    if (found != json.end() && !read(*found, member, trouble)) good = trouble.within(name);
  });
  return good;
}

template <typename T>
bool read(const Json& json, T& value, Trouble& trouble) {
  if constexpr (std::is_same_v<T, std::string>) {
    trouble.wanted = "a string";
    if (!json.is_string()) return false;
    value = json.get_ref<const std::string&>();
    return true;
  } else if constexpr (std::is_same_v<T, bool>) {
    trouble.wanted = "true or false";
    if (!json.is_boolean()) return false;
    value = json.get<bool>();
    return true;
  } else if constexpr (std::is_integral_v<T>) {
    return read_integer(json, value, trouble);
  } else if constexpr (std::is_enum_v<T>) {
    return read_enum(json, value, trouble);
  } else if constexpr (kIsId<T>) {
    return read(json, value.value, trouble);
  } else if constexpr (std::is_same_v<T, TimePoint> || std::is_same_v<T, Duration>) {
    std::int64_t ms = 0;
    if (!read_integer(json, ms, trouble)) return false;
    value = T{Duration{ms}};
    return true;
  } else if constexpr (kIsOptional<T>) {
    value.reset();
    return json.is_null() || read(json, value.emplace(), trouble);
  } else if constexpr (kIsVector<T>) {
    return read_vector(json, value, trouble);
  } else if constexpr (kIsMap<T>) {
    return read_map(json, value, trouble);
  } else {
    return read_struct(json, value, trouble);
  }
}

// -- records --

template <typename... Ts>
std::string encode_record(const std::variant<Ts...>& body) {
  return std::visit(
      []<typename T>(const T& each) {
        Json record = {{"t", Stored<T>::kType}, {"v", Stored<T>::kVersion}};
        record.update(to_json(each));
        // Titles and names come from strangers: bytes that are not UTF-8 become U+FFFD instead of an
        // exception.
        return record.dump(-1, ' ', false, Json::error_handler_t::replace);
      },
      body);
}

template <typename T, typename Body>
Result<void> decode_as(Json record, int version, Body& body) {
  if (version > Stored<T>::kVersion || version < 1)
    return fail(Errc::corrupt, "cannot decode {}: version {} is unknown, this Kedge reads up to {}",
                Stored<T>::kType, version, Stored<T>::kVersion);
  if (version < Stored<T>::kVersion) {
    KEDGE_TRY(lifted, upcast(upcasters(), Stored<T>::kType, version, Stored<T>::kVersion, record.dump()));
    record = Json::parse(lifted, nullptr, false);
  }
  T value;
  Trouble trouble;
  if (!read_struct(record, value, trouble))
    return fail(Errc::corrupt, "cannot decode {}: {} is not {}", Stored<T>::kType,
                trouble.path.empty() ? "the record" : to_valid_utf8(trouble.path), trouble.wanted);
  body = std::move(value);
  return {};
}

template <typename... Ts>
Result<std::variant<Ts...>> decode_record(std::string_view text, std::string_view what,
                                          std::type_identity<std::variant<Ts...>> /*body*/) {
  Json record = Json::parse(text, nullptr, false);
  if (!record.is_object()) return fail(Errc::corrupt, "cannot decode {}: it is no JSON object", what);
  std::string type;
  int version = 0;
  Trouble trouble;
  if (const auto t = record.find("t"); t == record.end() || !read(*t, type, trouble))
    return fail(Errc::corrupt, "cannot decode {}: it has no type `t`", what);
  if (const auto v = record.find("v"); v == record.end() || !read(*v, version, trouble))
    return fail(Errc::corrupt, "cannot decode {} {}: it has no version `v`", what, type);
  std::variant<Ts...> body;
  std::optional<Result<void>> outcome;
  (void)((type == Stored<Ts>::kType && (outcome = decode_as<Ts>(std::move(record), version, body), true)) ||
         ...);
  if (!outcome)
    return fail(Errc::corrupt, "cannot decode {}: type `{}` is unknown to this Kedge", what, type);
  if (!*outcome) return pass(outcome->error());
  return body;
}

}  // namespace

std::string encode(const incident::EventBody& event) {
  return encode_record(event);
}

Result<incident::EventBody> decode_event(std::string_view json) {
  return decode_record(json, "event", std::type_identity<incident::EventBody>{});
}

std::string encode(const incident::EffectBody& effect) {
  return encode_record(effect);
}

Result<incident::EffectBody> decode_effect(std::string_view json) {
  return decode_record(json, "effect", std::type_identity<incident::EffectBody>{});
}

std::string_view type_of(const incident::EventBody& event) {
  return std::visit([]<typename T>(const T&) { return Stored<T>::kType; }, event);
}

std::string_view name_of(incident::TimerKind kind) {
  return Names<incident::TimerKind>::of(kind);
}

std::optional<incident::TimerKind> timer_kind(std::string_view name) {
  for (const incident::TimerKind kind : Names<incident::TimerKind>::all) {
    if (name_of(kind) == name) return kind;
  }
  return std::nullopt;
}

}  // namespace kedge::journal
