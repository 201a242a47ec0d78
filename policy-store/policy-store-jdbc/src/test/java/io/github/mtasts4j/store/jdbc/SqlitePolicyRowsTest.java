// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.mtasts4j.discovery.CachedPolicy;
import io.github.mtasts4j.discovery.PolicyRows;
import io.github.mtasts4j.discovery.SharedPolicyStore;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.testkit.MovableClock;
import io.github.mtasts4j.testkit.contract.PolicyRowsContract;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteDataSource;

/** SQLite as the engine. */
final class SqlitePolicyRowsTest extends PolicyRowsContract {

    private static final DomainName BANK = DomainName.of("bank.example");

    private final SQLiteDataSource source;

    SqlitePolicyRowsTest(@TempDir Path directory) {
        this.source = Sqlites.in(directory.resolve("policies.db"));
    }

    /** A watch that is closed may still look once more, and the file is about to be deleted. */
    @AfterEach
    void awaitTheEndOfWatches() throws InterruptedException {
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().equals("mtasts4j-store-watch")) {
                thread.join();
            }
        }
    }

    @Override
    protected PolicyRows rows(String namespace) {
        return JdbcPolicyRows.of(source, namespace);
    }

    @Override
    protected void flush() {
        execute("DELETE FROM mtasts4j_policy", "DELETE FROM mtasts4j_counter", "DELETE FROM mtasts4j_lease");
    }

    private void execute(String... commands) {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            for (String command : commands) {
                statement.execute(command);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void tablesOfAnEarlierReleaseAreBroughtUpToDateWithTheirRows() {
        CachedPolicy policy = policy(BANK, "1", MovableClock.START);
        store().save(policy);
        Schema later = new Schema(List.of("ALTER TABLE mtasts4j_policy ADD COLUMN note TEXT"));
        SharedPolicyStore updated = SharedPolicyStore.over(new JdbcPolicyRows(source, "default", later));

        assertThat(updated.find(BANK)).contains(policy);
        assertThat(updated.save(policy(BANK, "2", MovableClock.START.plusSeconds(1))))
                .isTrue();
        execute("SELECT note FROM mtasts4j_policy");
    }

    @Test
    void tablesOfALaterReleaseAreOnlyRead() {
        CachedPolicy policy = policy(BANK, "1", MovableClock.START);
        Schema later = new Schema(List.of("ALTER TABLE mtasts4j_policy ADD COLUMN note TEXT"));
        SharedPolicyStore.over(new JdbcPolicyRows(source, "default", later)).save(policy);

        assertThat(store().find(BANK)).contains(policy);
        assertThat(store().mayRefresh(BANK, Duration.ofMinutes(5))).isTrue();
        assertThatThrownBy(() -> store().save(policy(BANK, "2", MovableClock.START.plusSeconds(1))))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("a later release has made the tables");
        assertThatThrownBy(() -> store().remove(BANK)).isInstanceOf(IllegalStateException.class);
        assertThat(store().find(BANK)).contains(policy);
    }

    @Test
    void aDatabaseThatIsNotThereIsAnErrorAndMendsItself() {
        SQLiteDataSource away = Sqlites.in(Path.of("/nowhere/at/all.db"));
        JdbcPolicyRows rows = JdbcPolicyRows.of(away);

        assertThatThrownBy(() -> rows.get("bank.example")).isInstanceOf(IllegalStateException.class);
        away.setUrl(source.getUrl());
        assertThat(rows.get("bank.example")).isEmpty();
    }

    @Test
    void aConnectionGoesBackAsItCame() throws SQLException {
        try (Connection connection = source.getConnection()) {
            connection.setAutoCommit(false);
            Limits limits = Limits.on(connection, Sqlite.DIALECT);
            assertThat(connection.getAutoCommit()).isTrue();
            limits.end();
            assertThat(connection.getAutoCommit()).isFalse();
        }
    }
}
