// SPDX-License-Identifier: Apache-2.0
// What is particular to SQLite's file: addresses, modes, schema versions, records that somebody edited.
#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "bot/adapters/store/migrate.h"
#include "bot/adapters/store/store.h"
#include "bot/journal/chain.h"
#include "tests/contract/store/contract.h"

namespace kedge::store::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class SqliteFile : public testing::Test {
 protected:
  [[nodiscard]] std::string path() const { return folder_.path() + "/state/kedge.db"; }
  [[nodiscard]] std::unique_ptr<ports::Store> open() const { return must(open_store("sqlite://" + path())); }

  /// Runs SQL on the file as another program would.
  void edit(const std::string& sql) const {
    sqlite3* database = nullptr;
    ASSERT_EQ(sqlite3_open(path().c_str(), &database), SQLITE_OK);
    char* problem = nullptr;
    EXPECT_EQ(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, &problem), SQLITE_OK) << problem;
    sqlite3_close(database);
  }

  Folder folder_;
};

unsigned mode_of(const std::string& path) {
  struct stat found {};
  EXPECT_EQ(::stat(path.c_str(), &found), 0) << path;
  return found.st_mode & 0777U;
}

TEST_F(SqliteFile, IsForItsOwnerAlone) {
  const auto store = open();
  ASSERT_TRUE(store->accept(std::vector{delivery("a")}));
  EXPECT_EQ(mode_of(path()), 0600U);
  EXPECT_EQ(mode_of(path() + "-wal"), 0600U);
  EXPECT_EQ(mode_of(path() + "-shm"), 0600U);
  EXPECT_EQ(mode_of(folder_.path() + "/state"), 0700U);
}

TEST_F(SqliteFile, IsTakenFromOtherUsersWhenItIsOpened) {
  open().reset();
  ASSERT_EQ(::chmod(path().c_str(), 0644), 0);
  open().reset();
  EXPECT_EQ(mode_of(path()), 0600U);
}

TEST_F(SqliteFile, IsServedByOneServerAtATime) {
  auto first = open();
  ASSERT_TRUE(first->take_over());
  ASSERT_TRUE(first->take_over()) << "it has it already";
  const auto second = open();
  const auto refused = second->take_over();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::conflict);
  EXPECT_THAT(refused.error().message, HasSubstr(fmt::format("process {}", ::getpid())));
  first.reset();
  EXPECT_TRUE(second->take_over());
}

TEST_F(SqliteFile, KeepsEverythingOverARestart) {
  {
    const auto store = open();
    ASSERT_TRUE(store->accept(std::vector{delivery("a", "body")}));
    ASSERT_TRUE(store->commit({.repository = RepositoryId(1),
                               .at = at(1),
                               .records = {{"one", "k1"}},
                               .effects = {effect("1/1/0")},
                               .timers = {timer(1, "k1", "update_due", at(5))}}));
  }
  const auto store = open();
  EXPECT_EQ(must(store->claim_inbox(9, at(1), kLease)).at(0).body, "body");
  EXPECT_EQ(must(store->claim_effects(9, at(1), kLease)).at(0).id.value, "1/1/0");
  EXPECT_EQ(must(store->due_timers(at(5), 9)).size(), 1U);
  EXPECT_EQ(must(store->read(RepositoryId(1), 0, 9)).at(0).payload, "one");
}

TEST_F(SqliteFile, SyncsEveryCommit) {
  open().reset();
  const auto connection = must(Connection::open(path()));
  const auto pragma = [&](std::string_view sql) {
    auto statement = must(connection->prepare(sql));
    EXPECT_TRUE(must(statement.next()));
    return statement.text(0);
  };
  EXPECT_EQ(pragma("PRAGMA journal_mode"), "wal");
  EXPECT_EQ(pragma("PRAGMA synchronous"), "2") << "FULL; NORMAL loses acknowledged deliveries in a power cut";
  EXPECT_EQ(pragma("PRAGMA page_size"), "8192");
  EXPECT_EQ(pragma("PRAGMA wal_autocheckpoint"), "1000");
}

struct Address {
  std::string name;
  std::string url;
  Errc code;
  std::string says;
};
class StoreAddress : public testing::TestWithParam<Address> {};

TEST_P(StoreAddress, IsRefusedWithTheReason) {
  const auto store = open_store(GetParam().url);
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code, GetParam().code);
  EXPECT_THAT(store.error().message, AllOf(testing::StartsWith("cannot open store"),
                                           HasSubstr(GetParam().says), testing::Not(HasSubstr("hunter2"))));
}

INSTANTIATE_TEST_SUITE_P(
    Rows, StoreAddress,
    testing::Values(Address{"PostgreSql", "postgresql://kedge:hunter2@db/kedge", Errc::invalid,
                            "comes with a later version"},
                    Address{"Empty", "", Errc::invalid, "sqlite:///absolute/path"},
                    Address{"RelativePath", "sqlite://kedge.db", Errc::invalid, "sqlite:///absolute/path"},
                    Address{"OtherEngine", "mysql://kedge:hunter2@db/kedge", Errc::invalid, "mysql"},
                    Address{"FolderThatCannotBe", "sqlite:///dev/null/kedge.db", Errc::unavailable,
                            "/dev/null"},
                    Address{"NoFile", "sqlite:///proc/self", Errc::unavailable, "/proc/self"}),
    [](const auto& row) { return row.param.name; });

TEST_F(SqliteFile, RefusesASchemaOfANewerVersion) {
  open().reset();
  edit("UPDATE schema_version SET version = 99");
  const auto store = open_store("sqlite://" + path());
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code, Errc::invalid);
  EXPECT_THAT(store.error().message, AllOf(HasSubstr("version 99"), HasSubstr("run the newer Kedge")));
}

TEST_F(SqliteFile, RefusesTheDatabaseOfAnotherProgram) {
  std::filesystem::create_directories(folder_.path() + "/state");
  edit("CREATE TABLE recipes (name TEXT)");
  const auto store = open_store("sqlite://" + path());
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code, Errc::invalid);
  EXPECT_THAT(store.error().message, HasSubstr("another program"));
}

TEST_F(SqliteFile, RefusesAFileThatIsNoDatabase) {
  std::filesystem::create_directories(folder_.path() + "/state");
  std::ofstream(path()) << std::string(20'000, 'x');
  const auto store = open_store("sqlite://" + path());
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code, Errc::corrupt);
}

TEST_F(SqliteFile, AppliesEachMigrationOnceAndInOrder) {
  open().reset();
  const auto connection = must(Connection::open(path()));
  std::vector<Migration> known(migrations().begin(), migrations().end());
  const std::int64_t next = known.back().version + 1;
  known.push_back({next, "CREATE TABLE extra (a BIGINT); INSERT INTO extra VALUES (1)"});
  ASSERT_TRUE(migrate(*connection, known));
  ASSERT_TRUE(migrate(*connection, known)) << "again changes nothing";
  auto count = must(connection->prepare("SELECT count(*), (SELECT version FROM schema_version) FROM extra"));
  ASSERT_TRUE(must(count.next()));
  EXPECT_EQ(count.integer(0), 1);
  EXPECT_EQ(count.integer(1), next);
}

TEST_F(SqliteFile, UndoesAMigrationThatFails) {
  open().reset();
  const auto connection = must(Connection::open(path()));
  std::vector<Migration> known(migrations().begin(), migrations().end());
  known.push_back({known.back().version + 1, "CREATE TABLE extra (a BIGINT); SELECT * FROM nowhere"});
  EXPECT_FALSE(migrate(*connection, known));
  known.pop_back();
  EXPECT_TRUE(migrate(*connection, known));
  auto count = must(connection->prepare("SELECT count(*) FROM sqlite_master WHERE name = 'extra'"));
  ASSERT_TRUE(must(count.next()));
  EXPECT_EQ(count.integer(0), 0);
}

TEST_F(SqliteFile, NumbersItsMigrationsWithoutAGap) {
  std::int64_t expected = 1;
  for (const Migration& migration : migrations()) EXPECT_EQ(migration.version, expected++);
  EXPECT_GT(expected, 1);
}

TEST_F(SqliteFile, ParksADeliveryWhoseBodyIsDamaged) {
  const auto store = open();
  ASSERT_TRUE(
      store->accept(std::vector{delivery("a", "body"), delivery("b", "body"), delivery("c", "body")}));
  edit("UPDATE inbox_body SET body = x'00' WHERE row = 1; UPDATE inbox SET body_bytes = 3 WHERE row = 2");
  const auto items = must(store->claim_inbox(9, at(1), kLease));
  ASSERT_EQ(items.size(), 1U);
  EXPECT_EQ(items[0].guid.value, "c");
  EXPECT_EQ(must(store->depth(at(1))).inbox_parked, 2);
}

struct Tampering {
  std::string name;
  std::string sql;
  std::int64_t first_bad;
};
class TamperedJournal : public SqliteFile, public testing::WithParamInterface<Tampering> {};

TEST_P(TamperedJournal, IsFoundAtTheFirstBadRecord) {
  const auto store = open();
  ports::Turn turn{.repository = RepositoryId(7), .at = at(1)};
  for (int i = 1; i <= 300; ++i) turn.records.push_back({fmt::format("record {}", i), ""});
  ASSERT_TRUE(store->commit(turn));
  ASSERT_TRUE(must(journal::verify_chain(*store, RepositoryId(7))).whole());
  edit(GetParam().sql);
  const auto report = must(journal::verify_chain(*store, RepositoryId(7)));
  EXPECT_EQ(report.first_bad, GetParam().first_bad) << report.problem;
  EXPECT_EQ(report.records, GetParam().first_bad - 1);
  EXPECT_FALSE(report.problem.empty());
}

INSTANTIATE_TEST_SUITE_P(
    Rows, TamperedJournal,
    testing::Values(
        Tampering{"ByAChangedPayload", "UPDATE journal SET payload = 'forged' WHERE seq = 270", 270},
        Tampering{"ByAChangedTime", "UPDATE journal SET at = at + 1 WHERE seq = 3", 3},
        Tampering{"ByAChangedHash", "UPDATE journal SET hash = prev WHERE seq = 4", 4},
        Tampering{"ByARemovedRecord", "DELETE FROM journal WHERE seq = 5", 5},
        Tampering{"ByARemovedFirstRecord", "DELETE FROM journal WHERE seq = 1", 1},
        Tampering{"ByARemovedEnd", "DELETE FROM journal WHERE seq > 298", 299},
        Tampering{"ByRemovingEverything", "DELETE FROM journal", 1},
        Tampering{"ByARenumberedEnd",
                  "DELETE FROM journal WHERE seq = 6; UPDATE journal SET seq = seq - 1 WHERE seq > 6", 6},
        Tampering{"ByAnotherHead", "UPDATE stream SET hash = zeroblob(32)", 300}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace kedge::store::test
