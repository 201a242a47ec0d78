// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.interop.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.discovery.PolicyRows;
import io.github.mtasts4j.interop.MtaStsJar;
import io.github.mtasts4j.store.jdbc.JdbcPolicyRows;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The command over PostgreSQL. */
final class PostgresCommandTest extends CommandOverStore {

    private final PostgresServer server = PostgresServer.start();

    PostgresCommandTest() throws InterruptedException {}

    @AfterEach
    void stop() {
        server.close();
    }

    @Override
    String url() {
        return "jdbc:postgresql://127.0.0.1:" + server.port() + "/postgres?user=postgres";
    }

    @Override
    String urlWithUser(String password) {
        server.execute(
                "CREATE ROLE " + PostgresServer.WITH_PASSWORD + " LOGIN PASSWORD '" + password + "'",
                "GRANT ALL ON SCHEMA public TO " + PostgresServer.WITH_PASSWORD);
        return "jdbc:postgresql://127.0.0.1:" + server.port() + "/postgres?user=" + PostgresServer.WITH_PASSWORD;
    }

    @Override
    PolicyRows rows() {
        return JdbcPolicyRows.of(server.source());
    }

    @Override
    StoreServer server() {
        return server;
    }

    @Test
    void thePasswordMayStandWhereLibpqLooksForIt() throws InterruptedException {
        String url = urlWithUser("Xright7");
        String file = directory.secret("pgpass", "127.0.0.1:*:*:sts:Xright7\n").toString();
        for (Map<String, String> env : List.of(Map.of("PGPASSWORD", "Xright7"), Map.of("PGPASSFILE", file))) {
            MtaStsJar.Run run = command().run(env, "cache", "list", "--store", url);
            assertThat(run.err()).isEmpty();
            assertThat(run.code()).isZero();
        }
    }
}
